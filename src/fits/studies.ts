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
  /** Whose offers had not changed. */
  readonly kept: number;
}

interface Kept {
  readonly offers: readonly (readonly BookOffer[])[];
  readonly voices: string;
  readonly study: Promise<GpuStudy>;
}

/**
 * Keeps one study a GPU for the present. A study stands for as long as the offers it chose from are the same
 * objects, which a book shares with the one before it while nothing about them changes, and the same sources are
 * current; so a pull costs the fits of the GPUs it touched.
 */
export const createStudies = (fits: Fits): Studies => {
  const kept = new Map<string, Kept>();

  const fit = async ({ ids }: StudiedGpu, { book, now }: StudyTime, urgent: boolean): Promise<GpuStudy> =>
    fits.run("studyGpu", await gpuStudyInput(book, ids, now, breathe), { urgent });

  const known = (gpu: StudiedGpu, { book }: StudyTime, voices: string): Promise<GpuStudy> | null => {
    const last = kept.get(gpu.id);
    const isSame = last?.voices === voices && isSameOffers(last.offers, offersOf(book, gpu));
    return isSame ? last.study : null;
  };

  const keep = (gpu: StudiedGpu, time: StudyTime, voices: string, urgent: boolean): Promise<GpuStudy> => {
    const study = fit(gpu, time, urgent);
    kept.set(gpu.id, { offers: offersOf(time.book, gpu), voices, study });
    study.catch(() => kept.get(gpu.id)?.study === study && kept.delete(gpu.id));
    return study;
  };

  return {
    of: async (gpu, time) => {
      if (!time.present) return fit(gpu, time, true);
      const voices = voicesOf(time.book.sources, time.now);
      return known(gpu, time, voices) ?? keep(gpu, time, voices, true);
    },
    refresh: async (gpus, time) => {
      const voices = voicesOf(time.book.sources, time.now);
      let fitted = 0;
      for (const gpu of gpus) {
        if (known(gpu, time, voices) !== null) continue;
        fitted++;
        await keep(gpu, time, voices, false).catch(() => undefined);
      }
      return { fitted, kept: gpus.length - fitted };
    },
  };
};

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const offersOf = ({ byGpu }: Book, { ids }: StudiedGpu): (readonly BookOffer[])[] =>
  [...ids].flatMap((id) => (byGpu.has(id) ? [byGpu.get(id)!] : []));

const isSameOffers = (a: readonly (readonly BookOffer[])[], b: readonly (readonly BookOffer[])[]): boolean =>
  a.length === b.length &&
  a.every(
    (list, i) =>
      list === b[i] || (list.length === b[i]!.length && list.every((each, j) => each === b[i]![j])),
  );
