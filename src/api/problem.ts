import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError, type ErrorCode, errorStatus } from "../errors.ts";
import { type MethodsOf, noteMethods } from "./methods.ts";
import { type AjvError, fieldError } from "./validation-words.ts";

interface HttpError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly validation?: readonly AjvError[];
  readonly validationContext?: string;
}

const titles: Record<ErrorCode, string> = {
  bad_input: "The request is not well formed",
  unauthorised: "A key is needed",
  forbidden: "This is not allowed",
  not_found: "There is no such thing",
  conflict: "The request contradicts what is there",
  too_large: "The request is too large",
  not_acceptable: "There is no such form of the answer",
  method_not_allowed: "The address does not take this method",
  unsupported_media: "The body is of a kind that is not read here",
  impossible: "The request is understood, but cannot be met",
  rate_limited: "Too many requests",
  upstream_failed: "A venue failed",
  unavailable: "Not ready",
  database_locked: "The tape is in use",
  disk_full: "The disk is full",
  internal: "Something went wrong here",
};

const fromValidation = (error: HttpError): AppError => {
  const context =
    error.validationContext === "body"
      ? "body"
      : error.validationContext === "querystring"
        ? "query"
        : "path";
  const errors = error.validation!.map((each) => fieldError(each, context));
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return new AppError("bad_input", detail, { details: { errors } });
};

const byStatus: Record<number, ErrorCode> = {
  400: "bad_input",
  401: "unauthorised",
  403: "forbidden",
  404: "not_found",
  413: "too_large",
  414: "bad_input",
  415: "unsupported_media",
  429: "rate_limited",
  503: "unavailable",
};

/** Any error as an AppError; one that nobody foresaw becomes `internal` and tells nothing of the inside. */
export const toAppError = (error: HttpError): AppError => {
  if (error instanceof AppError) return error;
  if (error.validation) return fromValidation(error);
  const code = error.statusCode === undefined ? undefined : byStatus[error.statusCode];
  if (code === "too_large")
    return new AppError(code, "body: larger than 1 MB; split the request", { cause: error });
  if (code) return new AppError(code, error.message, { cause: error });
  return new AppError("internal", "something went wrong here; the log has the cause", { cause: error });
};

/** The body of an error answer, application/problem+json. */
export const problemOf = (error: AppError, instance: string): Record<string, unknown> => {
  const { errors = [], retryAfterSeconds, ...details } = error.details;
  return {
    type: "about:blank",
    title: titles[error.code],
    status: errorStatus[error.code],
    code: error.code,
    detail: error.message,
    instance,
    errors,
    ...(retryAfterSeconds === undefined ? {} : { retry_after_s: retryAfterSeconds }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
};

const send = (request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply => {
  const status = errorStatus[error.code];
  const wait = error.details.retryAfterSeconds ?? (status === 503 ? 5 : undefined);
  if (wait !== undefined) void reply.header("retry-after", String(Math.ceil(wait)));
  return reply
    .code(status)
    .type("application/problem+json")
    .serializer(JSON.stringify)
    .send(problemOf(error, request.url));
};

/** Answers an address that cannot be read at all, before any endpoint is looked for. */
export const answerUnreadable = (error: HttpError, request: FastifyRequest, reply: FastifyReply): void => {
  void send(request, reply, toAppError(error));
};

/** A client that is still sending would lose the answer with the connection, so the rest is read and thrown away. */
const swallowBody = ({ raw }: FastifyRequest): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 3000);
    raw
      .once("close", () => {
        clearTimeout(timer);
        resolve();
      })
      .resume();
  });

/** Answers every error as a problem, and unknown addresses with what there is. */
export const registerProblems = (app: FastifyInstance): void => {
  // Bodies are JSON and nothing else: a form of another page can send text/plain without being asked.
  app.removeContentTypeParser("text/plain");
  const methodsOf = noteMethods(app);
  app.setErrorHandler(async (error: HttpError, request, reply) => {
    // Where there is no endpoint, what the body is does not matter.
    if (request.is404 && !(error instanceof AppError)) return sendNothing(request, reply, methodsOf);
    const known = toAppError(error);
    if (errorStatus[known.code] >= 500) request.log.error({ err: error }, known.message);
    if (known.code === "too_large") await swallowBody(request);
    return send(request, reply, known);
  });
  app.setNotFoundHandler((request, reply) => sendNothing(request, reply, methodsOf));
};

/** Answers what no endpoint does: 405 with the methods there are at an address, 404 where there is none. */
const sendNothing = (request: FastifyRequest, reply: FastifyReply, methodsOf: MethodsOf): FastifyReply => {
  const path = request.url.split("?")[0]!;
  const methods = methodsOf(path);
  if (methods.length === 0) {
    const nothing = `there is nothing at ${request.method} ${path}; /docs lists the endpoints`;
    return send(request, reply, new AppError("not_found", nothing));
  }
  void reply.header("allow", methods.join(", "));
  const taken = `${path} takes ${methods.join(", ")} and no ${request.method}`;
  return send(request, reply, new AppError("method_not_allowed", taken));
};
