import type { Worker } from "node:worker_threads";
import { AppError } from "../errors.ts";
import { startThread } from "../thread.ts";
import type { FitReply, FitRequest, TaskInput, TaskName, TaskResult } from "./tasks.ts";

/** Runs fits in a thread of their own, one at a time. */
export interface Fits {
  /**
   * The answer of a task. Somebody who waits (`urgent`, the default) comes before what is only made ready; each in
   * the order of the calls. Rejects when the task threw, the thread died or the task took longer than it may.
   */
  readonly run: <Name extends TaskName>(
    task: Name,
    input: TaskInput<Name>,
    options?: { readonly urgent?: boolean },
  ) => Promise<TaskResult<Name>>;
  readonly close: () => Promise<void>;
}

interface Job {
  readonly request: FitRequest;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A fit that takes longer hangs. */
const longestMs = 60_000;

/** Starts the thread with the first fit and again after it died or hung. */
export const startFits = (): Fits => {
  const waiting: { readonly urgent: Job[]; readonly idle: Job[] } = { urgent: [], idle: [] };
  let worker: Worker | null = null;
  let running: { readonly job: Job; readonly timer: NodeJS.Timeout } | null = null;
  let [lastId, closed] = [0, false];

  const settle = (): Job | null => {
    if (running === null) return null;
    clearTimeout(running.timer);
    const { job } = running;
    running = null;
    worker?.unref();
    return job;
  };

  const lose = (reason: string): void => {
    const lost = worker;
    worker = null;
    settle()?.reject(new AppError("internal", reason));
    void lost?.terminate();
    next();
  };

  const onReply = (reply: FitReply): void => {
    if (running?.job.request.id !== reply.id) return;
    const job = settle();
    if ("result" in reply) job?.resolve(reply.result);
    else job?.reject(new AppError("internal", reply.error));
    next();
  };

  const ensure = (): Worker => {
    if (worker) return worker;
    const started = startThread(import.meta.url, "worker", {});
    started.on("message", onReply);
    started.on("error", (error) => worker === started && lose(`the thread of fits died: ${error.message}`));
    started.on("exit", () => worker === started && lose("the thread of fits ended"));
    worker = started;
    return started;
  };

  const next = (): void => {
    if (running !== null || closed) return;
    const job = waiting.urgent.shift() ?? waiting.idle.shift();
    if (job === undefined) return;
    const timer = setTimeout(
      () => lose(`${job.request.task} took longer than ${longestMs / 1000} s`),
      longestMs,
    );
    timer.unref();
    running = { job, timer };
    const thread = ensure();
    // While somebody waits for an answer the thread keeps the program running.
    thread.ref();
    thread.postMessage(job.request);
  };

  return {
    run: (task, input, { urgent = true } = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new AppError("unavailable", "the program is ending"));
        const job = { request: { id: ++lastId, task, input }, resolve, reject } as Job;
        waiting[urgent ? "urgent" : "idle"].push(job);
        next();
      }),
    close: async () => {
      closed = true;
      const ending = new AppError("unavailable", "the program is ending");
      for (const { reject } of [...waiting.urgent.splice(0), ...waiting.idle.splice(0)]) reject(ending);
      settle()?.reject(ending);
      const last = worker;
      worker = null;
      await last?.terminate();
    },
  };
};
