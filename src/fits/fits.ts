import type { Worker } from "node:worker_threads";
import { AppError } from "../errors.ts";
import { startThread } from "../thread.ts";
import {
  type FitReply,
  type FitRequest,
  slowTasks,
  type TaskInput,
  type TaskName,
  type TaskResult,
} from "./tasks.ts";

/** Runs fits off the main thread: those of milliseconds in one thread, those of seconds in another. */
export interface Fits {
  /**
   * The answer of a task. Somebody who waits (`urgent`, the default) comes before what is only made ready; each in
   * the order of the calls. Rejects when the task threw, its thread died or the task took longer than it may.
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

/** Told of every fit that ended: its task, how it ended and how long it ran, waiting left out. */
export type FitObserver = (task: TaskName, status: "done" | "failed", seconds: number) => void;

/** Each thread starts with its first fit. */
export const startFits = (observe: FitObserver = () => undefined): Fits => {
  const [quick, slow] = [startLane(observe), startLane(observe)];
  return {
    run: (task, input, options) => (slowTasks.has(task) ? slow : quick).run(task, input, options),
    close: async () => {
      await Promise.all([quick.close(), slow.close()]);
    },
  };
};

/** One thread, one fit at a time; it is started again after it died or hung. */
const startLane = (observe: FitObserver): Fits => {
  const waiting: { readonly urgent: Job[]; readonly idle: Job[] } = { urgent: [], idle: [] };
  let worker: Worker | null = null;
  let running: { readonly job: Job; readonly timer: NodeJS.Timeout; readonly began: number } | null = null;
  let [lastId, closed] = [0, false];

  const settle = (status: "done" | "failed"): Job | null => {
    if (running === null) return null;
    clearTimeout(running.timer);
    const { job, began } = running;
    observe(job.request.task, status, (performance.now() - began) / 1000);
    running = null;
    worker?.unref();
    return job;
  };

  const lose = (reason: string): void => {
    const lost = worker;
    worker = null;
    settle("failed")?.reject(new AppError("internal", reason));
    void lost?.terminate();
    next();
  };

  const onReply = (reply: FitReply): void => {
    if (running?.job.request.id !== reply.id) return;
    const job = settle("result" in reply ? "done" : "failed");
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
    running = { job, timer, began: performance.now() };
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
      settle("failed")?.reject(ending);
      const last = worker;
      worker = null;
      await last?.terminate();
    },
  };
};
