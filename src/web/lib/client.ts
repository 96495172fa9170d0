import type { Answer, Problem } from "../api-types.ts";
import { heardAt } from "./clock.ts";

/** Why there is no answer: nobody there, or a problem that the server describes. */
export type Failure =
  | { readonly kind: "offline"; readonly detail: string }
  | { readonly kind: "problem"; readonly detail: string; readonly problem: Problem };

export type Result<T> =
  | { readonly ok: true; readonly answer: Answer<T> }
  | { readonly ok: false; readonly failure: Failure };

const offline = (detail: string): Result<never> => ({ ok: false, failure: { kind: "offline", detail } });

const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "code" in body && "detail" in body;

const readAnswer = async <T>(response: Response, isPresent: boolean): Promise<Result<T>> => {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && typeof body === "object" && body !== null && "data" in body) {
    const answer = body as Answer<T>;
    if (isPresent) heardAt(Date.parse(answer.meta.at));
    return { ok: true, answer };
  }
  if (isProblem(body)) return { ok: false, failure: { kind: "problem", detail: body.detail, problem: body } };
  return offline(`the server answered ${response.status} without a reason`);
};

/** Asks the API. Null: the request was given up. */
const ask = async <T>(path: string, init: RequestInit): Promise<Result<T> | null> => {
  try {
    const response = await fetch(path, init);
    return await readAnswer<T>(response, !/[?&]at=/.test(path));
  } catch {
    if (init.signal?.aborted) return null;
    return offline("the server does not answer");
  }
};

export const getAnswer = <T>(path: string, signal: AbortSignal): Promise<Result<T> | null> =>
  ask<T>(path, { signal });

export const postAnswer = <T>(path: string, body: unknown, signal: AbortSignal): Promise<Result<T> | null> =>
  ask<T>(path, {
    method: "POST",
    signal,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** An address of the API; parameters that are null or empty are left out. */
export const pathOf = (
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>> = {},
): string => {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? path : `${path}?${text}`;
};
