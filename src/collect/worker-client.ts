import type { Worker } from "node:worker_threads";
import type { Offer } from "../domain/offer.ts";
import { AppError } from "../errors.ts";
import { startThread } from "../thread.ts";
import type { SourceRun } from "./run-source.ts";
import type { Job, JobMessage, JobReply, WorkerSettings } from "./worker-protocol.ts";

/** Runs sources in a thread of its own. */
export interface SourceWorker {
  /** Resolves with the run; rejects only when the thread died or hung past the job's time-out. */
  readonly run: (job: Omit<Job, "id">) => Promise<SourceRun>;
  readonly close: () => Promise<void>;
}

interface Pending {
  readonly offers: Offer[];
  readonly resolve: (run: SourceRun) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Beyond its own time-out a job gets this long to be parsed and handed over before the thread counts as hung. */
const graceMs = 30_000;

/** Starts the thread lazily and again after it died or hung: one bad payload must not end collecting. */
export const startSourceWorker = (settings: WorkerSettings): SourceWorker => {
  let worker: Worker | null = null;
  let lastId = 0;
  const pending = new Map<number, Pending>();

  const take = (id: number): Pending | undefined => {
    const entry = pending.get(id);
    if (entry) clearTimeout(entry.timer);
    pending.delete(id);
    return entry;
  };

  const failAll = (reason: string): void => {
    worker = null;
    for (const id of [...pending.keys()]) take(id)?.reject(new AppError("upstream_failed", reason));
  };

  const onMessage = (message: JobReply): void => {
    if ("offers" in message) {
      const entry = pending.get(message.id);
      for (const offer of message.offers) entry?.offers.push(offer);
      const taken: JobMessage = { taken: message.id };
      setImmediate(() => worker?.postMessage(taken));
    } else if ("result" in message) {
      const entry = take(message.id);
      entry?.resolve({ ...message.result, offers: entry.offers });
    } else take(message.id)?.reject(new AppError("upstream_failed", message.error));
  };

  const ensure = (): Worker => {
    if (worker) return worker;
    const started = startThread(import.meta.url, "worker", { workerData: settings, resourceLimits });
    started.on("message", onMessage);
    started.on("error", (error) => {
      if (worker === started) failAll(`the source thread died: ${error.message}`);
    });
    started.on("exit", () => {
      if (worker === started) failAll("the source thread ended");
    });
    started.unref();
    worker = started;
    return started;
  };

  const hung = (id: number, source: string): void => {
    if (!pending.has(id)) return;
    const stuck = worker;
    failAll(`the source thread hung while ${source} was read`);
    void stuck?.terminate();
  };

  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        const timer = setTimeout(() => hung(id, job.source), job.timeoutMs + graceMs);
        pending.set(id, { offers: [], resolve, reject, timer });
        ensure().postMessage({ ...job, id } satisfies JobMessage);
      }),
    close: async () => {
      const running = worker;
      failAll("the program is ending");
      await running?.terminate();
    },
  };
};

/** Rows of a large payload outlive the small young generation of a thread; with room they need not be copied. */
const resourceLimits = { maxYoungGenerationSizeMb: 64, maxOldGenerationSizeMb: 1024 };
