import { breathe } from "../breathe.ts";
import { type Book, type BookOffer, voicesOf } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { gpuStudyInput } from "../models/study/gpu-input.ts";
import type { GpuStudy } from "../models/study/gpu-study.ts";
import type { Fits } from "./fits.ts";

/** The book a study is made from, and the instant it is made for. */
export interface StudyTime {
  readonly book: Book;
  readonly now: Instant;
  /** The present book; others are studied when asked and not kept. */
  readonly present: boolean;
}

/** A GPU by the ids a query for it covers. */
export interface StudiedGpu {
  readonly id: string;
  readonly ids: ReadonlySet<string>;
}

/** The fits of every GPU, made again when its offers change and not before. */
export interface Studies {
  readonly of: (gpu: StudiedGpu, time: StudyTime) => Promise<GpuStudy>;
  /** Makes the studies of all these GPUs ready, one after the other, behind whoever waits. */
  readonly refresh: (gpus: readonly StudiedGpu[], time: StudyTime) => Promise<RefreshCount>;
}

export interface RefreshCount {
  readonly fitted: number;
  /** Tried again with the next refresh. */
  readonly failed: number;
  /** Whose offers had not changed. */
  readonly kept: number;
  /** Why the first of those that failed did; null where none did. */
  readonly error: unknown;
}

interface Kept {
  readonly gpu: StudiedGpu;
  readonly offers: readonly (readonly BookOffer[])[];
  /** Those of the offers. */
  readonly sources: readonly string[];
  readonly voices: string;
  readonly study: Promise<GpuStudy>;
}

/**
 * Keeps one study for the present of each GPU that is offered. It stands for as long as the offers it chose from are
 * the same objects, which a book shares with the one before it while nothing about them changes, and the same of
 * their sources are current; so a pull costs the fits of the GPUs it touched.
 */
export const createStudies = (fits: Fits): Studies => {
  const kept = new Map<string, Kept>();

  const fit = async ({ ids }: StudiedGpu, { book, now }: StudyTime, urgent: boolean): Promise<GpuStudy> =>
    fits.run("studyGpu", await gpuStudyInput(book, ids, now, breathe), { urgent });

  const known = (gpu: StudiedGpu, { book, now }: StudyTime): Promise<GpuStudy> | null => {
    const last = kept.get(gpu.id);
    if (last === undefined || !isSameOffers(last.offers, offersOf(book, gpu))) return null;
    return voicesAmong(last.sources, book, now) === last.voices ? last.study : null;
  };

  const keep = (gpu: StudiedGpu, time: StudyTime, urgent: boolean): Promise<GpuStudy> => {
    const study = fit(gpu, time, urgent);
    const offers = offersOf(time.book, gpu);
    // Anybody can name GPUs that nobody offers.
    if (offers.length === 0) return study;
    const sources = [...new Set(offers.flatMap((list) => list.map(({ source }) => source)))];
    kept.set(gpu.id, { gpu, offers, sources, voices: voicesAmong(sources, time.book, time.now), study });
    study.catch(() => kept.get(gpu.id)?.study === study && kept.delete(gpu.id));
    return study;
  };

  const forgetGone = (book: Book): void => {
    for (const [id, { gpu }] of kept) if (offersOf(book, gpu).length === 0) kept.delete(id);
  };

  return {
    of: async (gpu, time) =>
      time.present ? (known(gpu, time) ?? keep(gpu, time, true)) : fit(gpu, time, true),
    refresh: async (gpus, time) => {
      forgetGone(time.book);
      const errors: unknown[] = [];
      let fitted = 0;
      for (const gpu of gpus) {
        if (known(gpu, time) !== null) continue;
        await keep(gpu, time, false).then(
          () => fitted++,
          (error: unknown) => errors.push(error),
        );
      }
      const failed = errors.length;
      return { fitted, failed, kept: gpus.length - fitted - failed, error: errors[0] ?? null };
    },
  };
};

const offersOf = ({ byGpu }: Book, { ids }: StudiedGpu): (readonly BookOffer[])[] =>
  [...ids].flatMap((id) => (byGpu.has(id) ? [byGpu.get(id)!] : []));

/** voicesOf these sources alone, in their order; the others have no say in what is chosen from their offers. */
const voicesAmong = (sources: readonly string[], book: Book, now: Instant): string => {
  const known = sources.flatMap((id) => book.sources.get(id) ?? []);
  return voicesOf(new Map(known.map((state) => [state.source, state])), now);
};

const isSameOffers = (a: readonly (readonly BookOffer[])[], b: readonly (readonly BookOffer[])[]): boolean =>
  a.length === b.length &&
  a.every(
    (list, i) =>
      list === b[i] || (list.length === b[i]!.length && list.every((each, j) => each === b[i]![j])),
  );
