import { type ScheduledTask, schedule } from "node-cron";
import { type Clock, hour } from "../domain/time.ts";
import type { Studies } from "../fits/studies.ts";
import type { Logger } from "../log.ts";
import { publishIndex } from "./index-record.ts";
import type { SeriesTools } from "./index-series.ts";
import { type IndexedGpu, inBook } from "./studied-gpus.ts";

export interface StandingTools extends SeriesTools {
  readonly studies: Studies;
  /** Every known GPU and family. */
  readonly gpus: readonly IndexedGpu[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** What models do on their own while the program runs. */
export interface StandingWork {
  /** Publishes every hour from now on. */
  readonly start: () => void;
  /** Makes the fits of the present book ready; while it works, further calls become one. */
  readonly refresh: () => void;
  readonly stop: () => Promise<void>;
}

/** Minutes after the full hour at which it is published: by then, pulls of the hour are in. */
const publishAt = "5 * * * *";

/** Keeps fits ready after each pull and publishes the index each hour; a failure is logged and tried again next time. */
export const createStandingWork = (tools: StandingTools): StandingWork => {
  const { tape, studies, gpus, clock, log } = tools;
  let task: ScheduledTask | null = null;
  let [refreshing, again, stopped] = [false, false, false];
  let publishing: Promise<void> = Promise.resolve();

  const refreshOnce = async (): Promise<void> => {
    const book = tape.book();
    const began = performance.now();
    const { error, ...counts } = await studies.refresh(inBook(gpus, book), { book, now: clock(), present: true });
    const words = { ...counts, ms: Math.round(performance.now() - began), book: book.version };
    // At the end of the program all that are under way fail.
    if (counts.failed > 0 && !stopped) log.error({ ...words, err: error }, "fits failed");
    else if (counts.fitted > 0) log.debug(words, "fits");
  };

  const refreshAll = async (): Promise<void> => {
    refreshing = true;
    do {
      again = false;
      await refreshOnce().catch((error: unknown) => !stopped && log.error({ err: error }, "fits failed"));
    } while (again && !stopped);
    refreshing = false;
  };

  const publish = (): void => {
    publishing = publishing.then(async () => {
      if (stopped) return;
      const published = await publishIndex(tools, gpus, clock());
      log.info(published, "index published");
    });
    publishing = publishing.catch((error: unknown) => {
      if (!stopped) log.error({ err: error }, "the index could not be published");
    });
  };

  return {
    start: () => {
      task = schedule(publishAt, publish, { noOverlap: true, suppressMissedWarning: true });
      // After a pause the hours that were missed are due at once.
      if (clock() % hour >= 5 * 60_000) publish();
    },
    refresh: () => {
      if (refreshing) again = true;
      else if (!stopped) void refreshAll();
    },
    stop: async () => {
      stopped = true;
      await task?.stop();
      await publishing;
    },
  };
};
