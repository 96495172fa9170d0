import { setTimeout as delay } from "node:timers/promises";
import ky, { HTTPError, TimeoutError } from "ky";
import type { Clock } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { type Answer, exchange, type Hop } from "./http-exchange.ts";
import { checkedUrl, type FailureKind, failure, isLoopback, maskUrl, times } from "./http-failure.ts";
import type { Http, HttpRequest } from "./source.ts";

export interface HttpOptions {
  /** Version of the program, sent as `gputape/<version>`. */
  readonly version: string;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads the retries. */
  readonly random: () => number;
  /** Waits; rejects when the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Stops everything under way, for example when the program ends. */
  readonly signal?: AbortSignal;
  /** Limit of one attempt, its redirects and its body included. Default 20 s. */
  readonly attemptTimeoutMs?: number;
  /** Limit of a request with all its attempts and waits. Default 60 s. */
  readonly totalTimeoutMs?: number;
  /** Attempts in all. Default 3. */
  readonly attempts?: number;
  /** First wait before a retry, doubled each time. Default 500 ms. */
  readonly backoffMs?: number;
  /** Largest body in bytes after decompression. Default 64 MB. */
  readonly maxBodyBytes?: number;
  /** Default 5. */
  readonly maxRedirects?: number;
  /** Whether `gapMs` also holds towards this machine, where it only slows a mirror down. Default true. */
  readonly gapOnLoopback?: boolean;
}

type Settings = Required<HttpOptions>;

const defaults = {
  sleep: (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal }),
  attemptTimeoutMs: 20_000,
  totalTimeoutMs: 60_000,
  attempts: 3,
  backoffMs: 500,
  maxBodyBytes: 64 * 1024 * 1024,
  maxRedirects: 5,
  gapOnLoopback: true,
};

/**
 * The HTTP client of the sources: HTTPS only, bounded in time and size, retrying what may pass.
 * Throws AppError `upstream_failed` with details {kind, status?, attempts}.
 */
export const createHttp = (options: HttpOptions): Http => {
  const usual: Settings = { ...defaults, signal: new AbortController().signal, ...options };
  const lastAt = new Map<string, number>();
  return async (request) => {
    const settings = request.keepLine === undefined ? usual : streaming(usual);
    const hop = firstHop(request, settings);
    if (settings.gapOnLoopback || !isLoopback(hop.url))
      await keepGap(request, hop.url.host, lastAt, settings);
    const answer = await send(request, hop, settings);
    return {
      name: request.name,
      url: maskUrl(request.url),
      status: answer.status,
      contentType: answer.headers.get("content-type"),
      body: answer.body,
      fetchedAt: settings.clock(),
    };
  };
};

/** A body of hundreds of megabytes takes its time. */
const streamingTakes = 15;

const streaming = (settings: Settings): Settings => ({
  ...settings,
  attemptTimeoutMs: settings.attemptTimeoutMs * streamingTakes,
  totalTimeoutMs: settings.totalTimeoutMs * streamingTakes,
});

const firstHop = (request: HttpRequest, settings: Settings): Hop => {
  const url = checkedUrl(request);
  const form = request.form === undefined ? undefined : new URLSearchParams(request.form).toString();
  const body = request.json === undefined ? form : JSON.stringify(request.json);
  const type = request.json === undefined ? "application/x-www-form-urlencoded" : "application/json";
  const headers = new Headers({ accept: "*/*", ...(body === undefined ? {} : { "content-type": type }) });
  for (const [name, value] of Object.entries(request.headers ?? {})) headers.set(name, value);
  headers.set("user-agent", `gputape/${settings.version}`);
  return { url, method: request.method ?? (body === undefined ? "GET" : "POST"), headers, body };
};

const keepGap = async (
  request: HttpRequest,
  host: string,
  lastAt: Map<string, number>,
  settings: Settings,
) => {
  const wait = (lastAt.get(host) ?? Number.NEGATIVE_INFINITY) + (request.gapMs ?? 0) - settings.clock();
  if (wait > 0) {
    await settings.sleep(wait, settings.signal).catch((cause: unknown) => {
      throw failure(request, "aborted", "was stopped before it was sent", { attempts: 0, cause });
    });
  }
  lastAt.set(host, settings.clock());
};

/** ky runs the attempts; reading the body inside its `fetch` puts it under the attempt's time-out and retries. */
const send = async (request: HttpRequest, hop: Hop, settings: Settings): Promise<Answer> => {
  const deadline = settings.clock() + settings.totalTimeoutMs;
  const total = new AbortController();
  const timer = setTimeout(() => total.abort(), settings.totalTimeoutMs);
  const signal = AbortSignal.any([settings.signal, total.signal]);
  const causes: string[] = [];
  let answer: Answer | undefined;
  try {
    await ky(hop.url, {
      method: hop.method,
      signal,
      timeout: settings.attemptTimeoutMs,
      fetch: async (input) => {
        answer = await exchange(request, hop, (input as Request).signal, {
          ...settings,
          attempt: causes.length + 1,
        });
        return new Response(null, { status: answer.status, headers: answer.headers });
      },
      retry: {
        limit: settings.attempts - 1,
        methods: ["get", "post"],
        delay: () => 0,
        shouldRetry: ({ error }) => !signal.aborted && mayPass(error),
      },
      hooks: {
        beforeRetry: [
          async ({ error, retryCount }) => {
            causes.push(inWords(error, settings));
            const wait = waitBefore(error, retryCount, settings);
            if (settings.clock() + wait > deadline)
              throw tooLongAWait(request, error, wait, causes, settings);
            await settings.sleep(wait, signal);
          },
        ],
      },
    });
    return answer!;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const attempts = causes.length + 1;
    if (settings.signal.aborted) throw failure(request, "aborted", "was stopped", { attempts, cause: error });
    if (total.signal.aborted) {
      const limit = `took longer than ${seconds(settings.totalTimeoutMs)} in all`;
      throw failure(request, "timeout", [limit, ...causes].join("; before that it "), {
        attempts,
        cause: error,
      });
    }
    throw lastFailure(request, error, [...causes, inWords(error, settings)]);
  } finally {
    clearTimeout(timer);
  }
};

const mayPass = (error: Error): boolean => {
  if (error instanceof AppError) return false;
  if (!(error instanceof HTTPError)) return true;
  const { status } = error.response;
  return status === 408 || status === 429 || status >= 500;
};

/** Retry-After (seconds or a date) wins over the backoff with jitter. */
const waitBefore = (error: Error, retry: number, settings: Settings): number => {
  const asked = error instanceof HTTPError ? error.response.headers.get("retry-after") : null;
  if (asked !== null) {
    const wait = /^\d+$/.test(asked.trim()) ? Number(asked) * 1000 : Date.parse(asked) - settings.clock();
    if (Number.isFinite(wait)) return Math.max(0, wait);
  }
  return settings.backoffMs * 2 ** (retry - 1) * (0.5 + settings.random() / 2);
};

const tooLongAWait = (
  request: HttpRequest,
  error: Error,
  wait: number,
  causes: readonly string[],
  settings: Settings,
): AppError => {
  const words = `${causes.at(-1)} and has to be left alone for ${seconds(wait)}, past the limit of ${seconds(settings.totalTimeoutMs)} in all`;
  return failure(request, kindOf(error), words, {
    attempts: causes.length,
    cause: error,
    status: statusOf(error),
    retryable: true,
  });
};

const lastFailure = (request: HttpRequest, error: unknown, causes: readonly string[]): AppError => {
  const last = causes.at(-1) ?? "failed";
  const same = causes.every((cause) => cause === last);
  const words = same
    ? `${last}${causes.length > 1 ? ` ${times(causes.length)}` : ""}`
    : causes.join(", then ");
  const retryable = error instanceof Error && mayPass(error);
  const status = statusOf(error);
  return failure(request, kindOf(error), words, { attempts: causes.length, cause: error, status, retryable });
};

const kindOf = (error: unknown): FailureKind =>
  error instanceof HTTPError ? "status" : error instanceof TimeoutError ? "timeout" : "network";

const statusOf = (error: unknown): number | undefined =>
  error instanceof HTTPError ? error.response.status : undefined;

const inWords = (error: unknown, settings: Settings): string => {
  if (error instanceof HTTPError) return `answered ${error.response.status}`;
  if (error instanceof TimeoutError) return `timed out after ${seconds(settings.attemptTimeoutMs)}`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return `broke off (${cause instanceof Error ? cause.message || cause.name : String(cause)})`;
};

const seconds = (ms: number): string => `${Math.round(ms / 10) / 100} s`;
