import type { Worker } from "node:worker_threads";
import { AppError } from "../errors.ts";
import { startThread } from "../thread.ts";
import type { FitReply, FitRequest, TaskName } from "./tasks.ts";

/** A thread that makes one fit at a time. It starts with the first, and again after it died or hung. */
export interface FitThread {
  /**
   * Rejects when the task threw, when input or thread could not be brought there, and when the thread died, was ended
   * or took longer than a fit may.
   */
  readonly fit: (task: TaskName, input: unknown) => Promise<unknown>;
  readonly end: () => Promise<void>;
}

interface Running {
  readonly id: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: AppError) => void;
  readonly timer: NodeJS.Timeout;
}

/** A fit that takes longer hangs. */
const longestMs = 60_000;

/** What a fit that the end of the program cuts off is told. */
export const ending = (): AppError => new AppError("unavailable", "the program is ending");

export const createFitThread = (): FitThread => {
  let worker: Worker | null = null;
  let running: Running | null = null;
  let lastId = 0;

  const settle = (): Running | null => {
    const settled = running;
    running = null;
    clearTimeout(settled?.timer);
    worker?.unref();
    return settled;
  };

  const lose = (lost: Worker, reason: string): void => {
    if (worker !== lost) return;
    worker = null;
    settle()?.reject(new AppError("internal", reason));
    void lost.terminate();
  };

  const onReply = (reply: FitReply): void => {
    if (running?.id !== reply.id) return;
    const settled = settle();
    if ("result" in reply) settled?.resolve(reply.result);
    else settled?.reject(new AppError("internal", reply.error));
  };

  const start = (): Worker => {
    const started = startThread(import.meta.url, "worker", {});
    started.on("message", onReply);
    started.on("error", (error) => lose(started, `the thread of fits died: ${error.message}`));
    started.on("exit", () => lose(started, "the thread of fits ended"));
    return started;
  };

  const send = (request: FitRequest): void => {
    worker ??= start();
    // While somebody waits for an answer the thread keeps the program running.
    worker.ref();
    worker.postMessage(request);
  };

  return {
    fit: (task, input) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        const hung = (): void => lose(worker!, `${task} took longer than ${longestMs / 1000} s`);
        running = { id, resolve, reject, timer: setTimeout(hung, longestMs).unref() };
        try {
          send({ id, task, input });
        } catch (cause) {
          settle()?.reject(new AppError("internal", `${task}: ${(cause as Error).message}`, { cause }));
        }
      }),
    end: async () => {
      settle()?.reject(ending());
      const last = worker;
      worker = null;
      await last?.terminate();
    },
  };
};
