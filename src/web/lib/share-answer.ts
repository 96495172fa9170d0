import type { Answer } from "../api-types.ts";
import { getAnswer, type Result } from "./client.ts";

interface Flight {
  readonly result: Promise<Result<unknown> | null>;
  readonly stop: AbortController;
  users: number;
}

const flights = new Map<string, Flight>();

const start = (path: string): Flight => {
  const stop = new AbortController();
  const flight: Flight = {
    stop,
    users: 0,
    result: getAnswer<unknown>(path, stop.signal).finally(() => forget(path, flight)),
  };
  flights.set(path, flight);
  return flight;
};

const forget = (path: string, flight: Flight): void => {
  if (flights.get(path) === flight) flights.delete(path);
};

/** As `getAnswer`, but who asks for an address that is on its way waits for that; given up once nobody waits. */
export const shareAnswer = <T>(path: string, signal: AbortSignal): Promise<Result<T> | null> => {
  const flight = flights.get(path) ?? start(path);
  flight.users++;
  signal.addEventListener(
    "abort",
    () => {
      if (--flight.users > 0) return;
      forget(path, flight);
      flight.stop.abort();
    },
    { once: true },
  );
  return flight.result.then((result) => (signal.aborted ? null : (result as Result<T> | null)));
};

const mostKept = 80;
const seen = new Map<string, { readonly answer: Answer<unknown>; readonly at: number }>();

/** Keeps the newest answer of an address for those who ask next. */
export const remember = (path: string, answer: Answer<unknown>): void => {
  seen.delete(path);
  seen.set(path, { answer, at: Date.now() });
  const oldest = seen.keys().next().value;
  if (seen.size > mostKept && oldest !== undefined) seen.delete(oldest);
};

export const remembered = (path: string): Answer<unknown> | null => seen.get(path)?.answer ?? null;

/** Whether the kept answer is younger than that. */
export const isYoung = (path: string, ms: number): boolean => Date.now() - (seen.get(path)?.at ?? 0) < ms;
