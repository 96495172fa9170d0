import type { Book, BookOffer } from "../domain/book.ts";
import { gpusBehind, isOpenArchive } from "../domain/book.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { isCurrentState } from "../domain/validity.ts";
import type { Asked } from "./context.ts";

/** Who saw the GPUs of a cell: GPUs by source. */
type Seen = ReadonlyMap<string, number>;

const seenByGpu = new WeakMap<Book, Map<string, Map<string, number>>>();

const countSeen = (book: Book): Map<string, Map<string, number>> => {
  const known = seenByGpu.get(book);
  if (known) return known;
  const counted = new Map<string, Map<string, number>>();
  const machines = new Map<string, number>();
  for (const offer of book.offers) {
    const sources = counted.get(offer.gpu) ?? new Map<string, number>();
    sources.set(offer.source, (sources.get(offer.source) ?? 0) + newGpus(offer, machines));
    counted.set(offer.gpu, sources);
  }
  seenByGpu.set(book, counted);
  return counted;
};

/** GPUs that an offer adds: slices of one machine are the same GPUs. */
const newGpus = (offer: BookOffer, machines: Map<string, number>): number => {
  const gpus = gpusBehind(offer);
  if (offer.machineId === null) return gpus;
  const machine = `${offer.source}|${offer.machineId}|${offer.gpu}`;
  const counted = machines.get(machine) ?? 0;
  if (gpus <= counted) return 0;
  machines.set(machine, gpus);
  return gpus - counted;
};

const seenIn = (book: Book, gpus: ReadonlySet<string> | null): Seen => {
  const total = new Map<string, number>();
  for (const [gpu, sources] of countSeen(book)) {
    if (gpus !== null && !gpus.has(gpu)) continue;
    for (const [source, count] of sources) total.set(source, (total.get(source) ?? 0) + count);
  }
  return total;
};

export interface MetaInput {
  readonly asked: Asked;
  readonly methodology: string;
  /** GPU ids the answer is about; null: all. */
  readonly gpus: ReadonlySet<string> | null;
  /** Sources that took part in the answer; default those that saw these GPUs. */
  readonly took?: Iterable<string>;
  /** Age of the oldest input; default that of the sources that saw the cell, by `ageOf`. */
  readonly dataAgeS?: number | null;
}

/** What every answer carries beside its data: times, age, completeness, sources, method. */
export const metaOf = ({ asked, methodology, gpus, took, dataAgeS }: MetaInput) => {
  const { book, now, asOf } = asked;
  const seen = seenIn(book, gpus);
  const named = [...new Set(took ?? seen.keys())].sort();
  const sources = named.map((source) => sourceMeta(book, source, now));
  return {
    at: formatInstant(now),
    as_of: formatInstant(asOf),
    data_age_s: dataAgeS === undefined ? ageOf({ book, now }, seen.keys()) : dataAgeS,
    completeness: completenessOf(book, seen, now),
    sources,
    methodology,
    book_version: book.version,
  };
};

const sourceMeta = (book: Book, source: string, now: Instant) => {
  const state = book.sources.get(source);
  const age = state?.lastGoodAt == null ? null : Math.max(0, Math.round((now - state.lastGoodAt) / 1000));
  const status = state?.failing ? "failing" : isCurrentState(state, now) ? "ok" : "stale";
  return { source, status, age_s: age } as const;
};

/**
 * Age in seconds of the oldest of these sources that is current, since no statistic takes others; where none is, of
 * the youngest, which decides that there is nothing current. None of them ever seen: null.
 */
export const ageOf = (
  { book, now }: { readonly book: Pick<Book, "sources">; readonly now: Instant },
  sources: Iterable<string>,
): number | null => {
  const seen = [...sources].flatMap((source) => {
    const state = book.sources.get(source);
    if (state?.lastGoodAt == null) return [];
    const age = Math.round(Math.max(0, now - state.lastGoodAt) / 1000);
    return [{ age, isCurrent: isCurrentState(state, now) }];
  });
  if (seen.length === 0) return null;
  const current = seen.filter(({ isCurrent }) => isCurrent);
  return current.length === 0
    ? Math.min(...seen.map(({ age }) => age))
    : Math.max(...current.map(({ age }) => age));
};

/** Null where nothing was seen, or only by archives that do not say what they left out. */
const completenessOf = (book: Book, seen: Seen, now: Instant): number | null => {
  let [good, all] = [0, 0];
  for (const [source, gpus] of seen) {
    const state = book.sources.get(source);
    if (isOpenArchive(state)) continue;
    all += gpus;
    if (
      state &&
      !state.failing &&
      state.completeness === "complete" &&
      sourceMeta(book, source, now).status === "ok"
    )
      good += gpus;
  }
  return all === 0 ? null : good / all;
};
