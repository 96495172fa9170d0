import { AppError } from "../errors.ts";
import { maskUrl } from "./http-failure.ts";
import { wrongShape } from "./read.ts";
import type { FetchContext, Http, HttpRequest, RawPayload } from "./source.ts";

/**
 * An Http for pulls of many requests: one that fails becomes a payload with its status (0 without an answer) and
 * the cause as its body, so that the archive and `parse` know what was not seen. A failing first request, `enough`
 * failures in a row and an abort still throw: the source is down.
 */
export const tolerant = (context: FetchContext, enough = 3): Http => {
  let answered = 0;
  let failedInRow = 0;
  return async (request) => {
    try {
      const payload = await context.http(request);
      answered++;
      failedInRow = 0;
      return payload;
    } catch (error) {
      failedInRow++;
      if (!(error instanceof AppError) || context.signal.aborted) throw error;
      if (answered === 0 || failedInRow === enough) throw error;
      const { status } = error.details as { status?: unknown };
      return {
        name: request.name,
        url: maskUrl(request.url),
        status: typeof status === "number" ? status : 0,
        contentType: null,
        body: error.message,
        fetchedAt: context.clock(),
      };
    }
  };
};

export const isAnswer = (payload: RawPayload): boolean => payload.status >= 200 && payload.status < 300;

/** Fetches page after page until `next` has none, a page fails or the cap is reached. */
export const fetchPages = async (
  http: Http,
  first: HttpRequest,
  next: (payload: RawPayload, pagesSoFar: number) => HttpRequest | null,
  cap: number,
): Promise<RawPayload[]> => {
  const pages: RawPayload[] = [];
  let request: HttpRequest | null = first;
  while (request !== null && pages.length < cap) {
    const page = await http(request);
    pages.push(page);
    request = isAnswer(page) ? next(page, pages.length) : null;
  }
  return pages;
};

/** The payload of that name; throws where it is missing or no answer. */
export const payloadOf = (payloads: readonly RawPayload[], name: string): RawPayload => {
  const payload = answerOf(payloads, name);
  if (payload === null) throw wrongShape(name, "an answer, but there is none");
  return payload;
};

/** The payload of that name; null where it is missing or no answer. */
export const answerOf = (payloads: readonly RawPayload[], name: string): RawPayload | null =>
  payloads.find((payload) => payload.name === name && isAnswer(payload)) ?? null;

/** The payloads called `<scope>-<page number>`, by scope, in order. */
export const byScope = (payloads: readonly RawPayload[]): ReadonlyMap<string, readonly RawPayload[]> => {
  const scopes = new Map<string, RawPayload[]>();
  for (const payload of payloads) {
    const scope = payload.name.replace(/-\d+$/, "");
    scopes.set(scope, [...(scopes.get(scope) ?? []), payload]);
  }
  return scopes;
};

/** JSON of a page while fetching: null where it cannot be read, which `parse` will tell. */
export const peek = (payload: RawPayload): unknown => {
  try {
    return JSON.parse(payload.body);
  } catch {
    return null;
  }
};
