import { AppError } from "../errors.ts";
import type { HttpRequest } from "./source.ts";

/** Why a request failed, as `details.kind` of the error. */
export type FailureKind =
  | "timeout"
  | "status"
  | "too_large"
  | "redirect"
  | "insecure"
  | "network"
  | "aborted";

interface FailureFacts {
  readonly attempts: number;
  readonly status?: number | undefined;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The error of a failed request: which one, its address without secrets, and the cause in words. */
export const failure = (
  request: HttpRequest,
  kind: FailureKind,
  words: string,
  facts: FailureFacts,
): AppError =>
  new AppError("upstream_failed", `${request.name} (${maskUrl(request.url)}) ${words}`, {
    retryable: facts.retryable ?? (kind === "timeout" || kind === "network"),
    details: {
      kind,
      attempts: facts.attempts,
      ...(facts.status === undefined ? {} : { status: facts.status }),
    },
    cause: facts.cause,
  });

const secretName = /key|token|secret|pass|auth|sig|credential/i;

/** The address without user, password and the values of parameters that look secret. */
export const maskUrl = (url: string): string => {
  if (!URL.canParse(url)) return url.replace(/\?.*$/s, "");
  const masked = new URL(url);
  masked.username = "";
  masked.password = "";
  const secrets = [...masked.searchParams.keys()].filter((name) => secretName.test(name));
  for (const name of secrets) masked.searchParams.set(name, "***");
  return masked.href;
};

/** Host names that mean this machine. */
export const isLoopback = (url: URL): boolean =>
  url.hostname === "localhost" || url.hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(url.hostname);

/** HTTPS, or HTTP to this machine. */
export const isSafe = (url: URL): boolean =>
  url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));

/** The request's address; throws where it may not be used. */
export const checkedUrl = (request: HttpRequest): URL => {
  const url = URL.canParse(request.url) ? new URL(request.url) : null;
  if (url === null) throw failure(request, "insecure", "is not an address", { attempts: 0 });
  if (!isSafe(url)) throw failure(request, "insecure", "is not HTTPS, so it was not sent", { attempts: 0 });
  return url;
};

/** "once", "twice", "three times"... */
export const times = (count: number): string =>
  ["never", "once", "twice", "three times", "four times", "five times"][count] ?? `${count} times`;
