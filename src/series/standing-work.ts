import { type ScheduledTask, schedule } from "node-cron";
import { type Clock, hour } from "../domain/time.ts";
import type { Fits } from "../fits/fits.ts";
import type { StudiedGpu, Studies } from "../fits/studies.ts";
import type { Logger } from "../log.ts";
import { readHead } from "../store/index-head.ts";
import { publishIndex } from "./index-record.ts";
import type { SeriesTools } from "./index-series.ts";
import { inBook } from "./studied-gpus.ts";

export interface StandingTools extends SeriesTools {
  readonly studies: Studies;
  /** Every known GPU and family. */
  readonly gpus: readonly StudiedGpu[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** What models do on their own while the program serves. */
export interface StandingWork {
  /** Makes the fits of the present book ready and, where it `publishes`, publishes every hour from now on. */
  readonly start: (options: { readonly publishes: boolean }) => void;
  /** Makes the fits of the present book ready; while it works, further calls become one. Nothing before `start`. */
  readonly refresh: () => void;
  readonly stop: () => Promise<void>;
}

/** Minutes after the full hour (UTC) at which it is published: by then, pulls of the hour are in. */
const publishAt = "5 * * * *";

/** Keeps fits ready after each pull and publishes the index each hour; a failure is logged and tried again next time. */
export const createStandingWork = (tools: StandingTools): StandingWork => {
  const { tape, studies, gpus, clock, log } = tools;
  let task: ScheduledTask | null = null;
  let [running, refreshing, again] = [false, false, false];
  let publishing: Promise<void> = Promise.resolve();

  const refreshOnce = async (): Promise<void> => {
    const book = tape.book();
    const began = performance.now();
    const { error, ...counts } = await studies.refresh(inBook(gpus, book), {
      book,
      now: clock(),
      present: true,
    });
    const words = { ...counts, ms: Math.round(performance.now() - began), book: book.version };
    // At the end of the program all that are under way fail.
    if (counts.failed > 0 && running) log.error({ ...words, err: error }, "fits failed");
    else if (counts.fitted > 0) log.debug(words, "fits");
  };

  const refreshAll = async (): Promise<void> => {
    refreshing = true;
    do {
      again = false;
      await refreshOnce().catch((error: unknown) => running && log.error({ err: error }, "fits failed"));
    } while (again && running);
    refreshing = false;
  };

  const refresh = (): void => {
    if (refreshing) again = true;
    else if (running) void refreshAll();
  };

  const patient = { ...tools, fits: behindOthers(tools.fits) };
  const publish = (): void => {
    publishing = publishing.then(async () => {
      if (!running) return;
      const published = await publishIndex(patient, gpus, clock());
      log.info({ ...published, record: await readHead(tape.database.reader) }, "index published");
    });
    publishing = publishing.catch((error: unknown) => {
      if (running) log.error({ err: error }, "the index could not be published");
    });
  };

  return {
    start: ({ publishes }) => {
      running = true;
      refresh();
      if (!publishes) return;
      task = schedule(publishAt, publish, { timezone: "UTC", suppressMissedWarning: true });
      // After a pause the hours that were missed are due at once.
      if (clock() % hour >= 5 * 60_000) publish();
    },
    refresh,
    stop: async () => {
      running = false;
      await task?.stop();
      await publishing;
    },
  };
};

/** Fits of work that nobody waits for. */
const behindOthers = ({ run, close }: Fits): Fits => ({
  run: (task, input) => run(task, input, { urgent: false }),
  close,
});
