import type { SourceHealth } from "../collect/collector.ts";
import type { Config } from "../config.ts";
import type { Book } from "../domain/book.ts";
import { type Clock, type Instant, parseInstant } from "../domain/time.ts";
import { AppError, badInput } from "../errors.ts";
import type { Fits } from "../fits/fits.ts";
import type { Studies } from "../fits/studies.ts";
import type { Reference } from "../reference.ts";
import type { Journal } from "../store/journal.ts";
import type { BookTimes } from "../store/read-book.ts";
import type { Tape } from "../store/tape.ts";

/** What the endpoints answer from. */
export interface ApiContext {
  readonly tape: Tape;
  readonly reference: Reference;
  readonly config: Config;
  readonly clock: Clock;
  readonly health: () => readonly SourceHealth[];
  readonly journal: Journal;
  /** The thread in which models are fitted. */
  readonly fits: Fits;
  /** The fits of every GPU for the present book. */
  readonly studies: Studies;
  readonly version: string;
}

export interface TimesQuery {
  readonly at?: string;
  readonly as_of?: string;
}

/** Market and knowledge time of a request; absent means the present. */
export const timesOf = ({ at, as_of }: TimesQuery): BookTimes => ({
  ...(at === undefined ? {} : { at: parseInstant(at, "at") }),
  ...(as_of === undefined ? {} : { asOf: parseInstant(as_of, "as_of") }),
});

/** The book a request asks for, the instant its ages count from and the time of what was known. */
export interface Asked {
  readonly book: Book;
  readonly now: Instant;
  readonly asOf: Instant;
  /** Neither market nor knowledge time was given. */
  readonly present: boolean;
}

/** Answers about the present share one instant a second, so that what they need is made once for all of them. */
const sharedInstant = (now: Instant, book: Book): Instant => Math.max(Math.floor(now / 1000) * 1000, book.at);

export const bookFor = async ({ tape, clock }: ApiContext, query: TimesQuery): Promise<Asked> => {
  const times = timesOf(query);
  const now = clock();
  if (times.at === undefined && times.asOf === undefined) {
    const book = tape.book();
    const shared = Math.min(now, sharedInstant(now, book));
    return { book, now: shared, asOf: shared, present: true };
  }
  for (const [field, time] of [
    ["at", times.at],
    ["as_of", times.asOf],
  ] as const)
    if (time !== undefined && time > now + 60_000) throw badInput(field, `${query[field]} is in the future`);
  return { book: await tape.bookAt(times), now: times.at ?? now, asOf: times.asOf ?? now, present: false };
};

/** The GPU a request names, with the ids a query for it covers. Throws `not_found` with suggestions. */
export const gpuFor = ({ reference }: ApiContext, name: string): { id: string; ids: ReadonlySet<string> } => {
  const gpu = reference.gpus.find(name);
  if (gpu) return { id: gpu.id, ids: new Set(reference.gpus.membersOf(gpu.id)) };
  if (name.startsWith("unknown:")) return { id: name, ids: new Set([name]) };
  const suggestions = reference.gpus.suggest(name);
  const hint =
    suggestions.length === 0 ? "; /v1/gpus lists them" : `; did you mean ${suggestions.join(", ")}?`;
  throw new AppError("not_found", `gpu: there is no GPU "${name}"${hint}`, {
    details: { errors: [{ field: "gpu", message: "is not a known GPU", allowed: suggestions }] },
  });
};
