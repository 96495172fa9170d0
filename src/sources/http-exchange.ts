import type { AppError } from "../errors.ts";
import { failure, isLoopback, isSafe, maskUrl } from "./http-failure.ts";
import type { HttpRequest } from "./source.ts";

/** One message on the wire. */
export interface Hop {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Headers;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface Limits {
  /** Which attempt this is, for the error. */
  readonly attempt: number;
  readonly maxBodyBytes: number;
  readonly maxRedirects: number;
}

const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * One attempt: follows redirects by hand and reads the body up to the limit, counted after decompression.
 * The body of an answer that is not 2xx is left unread.
 */
export const exchange = async (
  request: HttpRequest,
  first: Hop,
  signal: AbortSignal,
  limits: Limits,
): Promise<Answer> => {
  let hop = first;
  for (let followed = 0; ; followed++) {
    const { url, method, headers, body } = hop;
    const response = await fetch(url, { method, headers, body: body ?? null, signal, redirect: "manual" });
    const location = redirects.has(response.status) ? response.headers.get("location") : null;
    const { status, headers: answered, ok } = response;
    if (ok) {
      const read = request.keepLine === undefined ? readBody : readLines;
      return { status, headers: answered, body: await read(request, response, limits) };
    }
    await response.body?.cancel();
    if (location === null) return { status, headers: answered, body: "" };
    if (followed === limits.maxRedirects) {
      throw refused(request, limits, `was redirected more than ${limits.maxRedirects} times`);
    }
    hop = nextHop(request, hop, location, status, limits);
  }
};

const refused = (request: HttpRequest, { attempt }: Limits, words: string): AppError =>
  failure(request, "redirect", words, { attempts: attempt });

const nextHop = (request: HttpRequest, hop: Hop, location: string, status: number, limits: Limits): Hop => {
  if (!URL.canParse(location, hop.url.href))
    throw refused(request, limits, "was redirected to something that is not an address");
  const url = new URL(location, hop.url);
  const to = maskUrl(url.href);
  if (!isSafe(url) || (hop.url.protocol === "https:" && url.protocol !== "https:")) {
    throw refused(request, limits, `was redirected to ${to}, which is not HTTPS`);
  }
  if (isLoopback(url) && !isLoopback(hop.url))
    throw refused(request, limits, `was redirected to ${to}, this machine`);
  const keepsBody = status === 307 || status === 308 || hop.method === "GET";
  const crosses = url.origin !== hop.url.origin;
  if (crosses && keepsBody && hop.body !== undefined) {
    throw refused(request, limits, `was redirected to ${to}, which must not get what was posted`);
  }
  const headers = new Headers(hop.headers);
  if (!keepsBody) headers.delete("content-type");
  if (crosses) dropCredentials(headers);
  return { url, method: keepsBody ? hop.method : "GET", headers, body: keepsBody ? hop.body : undefined };
};

const credential = /auth|key|token|cookie|secret|password|session/i;

const dropCredentials = (headers: Headers): void => {
  for (const name of [...headers.keys()]) if (credential.test(name)) headers.delete(name);
};

const tooLarge = (request: HttpRequest, { maxBodyBytes, attempt }: Limits): AppError =>
  failure(request, "too_large", `sent a body larger than ${megabytes(maxBodyBytes)}`, { attempts: attempt });

/** The lines that the request keeps; one line at a time is in memory, and what is kept counts against the limit. */
const readLines = async (request: HttpRequest, response: Response, limits: Limits): Promise<string> => {
  const kept: string[] = [];
  const decoder = new TextDecoder();
  let [rest, index, size] = ["", 0, 0];
  const take = (line: string): void => {
    if (!request.keepLine!(line, index++)) return;
    size += line.length + 1;
    if (size > limits.maxBodyBytes) throw tooLarge(request, limits);
    kept.push(line);
  };
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > limits.maxBodyBytes) throw tooLarge(request, limits);
    for (const line of lines) take(line);
  }
  rest += decoder.decode();
  if (rest !== "") take(rest);
  return kept.length === 0 ? "" : `${kept.join("\n")}\n`;
};

const readBody = async (request: HttpRequest, response: Response, limits: Limits): Promise<string> => {
  if (Number(response.headers.get("content-length") ?? 0) > limits.maxBodyBytes) {
    await response.body?.cancel();
    throw tooLarge(request, limits);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limits.maxBodyBytes) throw tooLarge(request, limits);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
};

const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 1000) / 1000} MB`;
