/** Every error the project raises on purpose, with the HTTP status it becomes. Documented in docs/errors.md. */
export const errorStatus = {
  bad_input: 400,
  unauthorised: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  impossible: 422,
  rate_limited: 429,
  upstream_failed: 502,
  unavailable: 503,
  database_locked: 503,
  disk_full: 507,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export interface FieldError {
  readonly field: string;
  readonly message: string;
  readonly allowed?: readonly string[];
}

export interface ErrorDetails {
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  readonly [name: string]: unknown;
}

/** The one error class. `message` names the field or thing, the cause and the way out. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable?: boolean; details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.retryable = options.retryable ?? (code === "unavailable" || code === "rate_limited");
    this.details = options.details ?? {};
  }
}

/** A `bad_input` error about one field. */
export const badInput = (field: string, message: string, allowed?: readonly string[]): AppError =>
  new AppError("bad_input", `${field}: ${message}`, {
    details: { errors: [allowed ? { field, message, allowed } : { field, message }] },
  });
