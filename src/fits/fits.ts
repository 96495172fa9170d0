import { AppError } from "../errors.ts";
import { createFitThread, ending } from "./fit-thread.ts";
import { slowTasks, type TaskInput, type TaskName, type TaskResult } from "./tasks.ts";

/** Runs fits off the main thread: those of milliseconds in one thread, those of seconds in another. */
export interface Fits {
  /**
   * The answer of a task. Somebody who waits (`urgent`, the default) comes before what is only made ready; each in
   * the order of the calls. Rejects when the task threw, its thread died or the task took longer than it may, and
   * with `unavailable` where too many wait already; what is only made ready waits however long it takes.
   */
  readonly run: <Name extends TaskName>(
    task: Name,
    input: TaskInput<Name>,
    options?: { readonly urgent?: boolean },
  ) => Promise<TaskResult<Name>>;
  readonly close: () => Promise<void>;
}

interface Job {
  readonly task: TaskName;
  readonly input: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Most that somebody waits for: a second or two of quick fits, half a minute of slow ones. */
const mostUrgent = { quick: 100, slow: 20 } as const;
const retryAfterSeconds = 5;

/** So often what is only made ready goes first, so that a flood of questions does not hold it up for ever. */
const idleTurn = 10;

/** Told of every fit that ended: its task, how it ended and how long it ran, waiting left out. */
export type FitObserver = (task: TaskName, status: "done" | "failed", seconds: number) => void;

/** Each thread starts with its first fit. */
export const startFits = (observe: FitObserver = () => undefined): Fits => {
  const [quick, slow] = [startLane(mostUrgent.quick, observe), startLane(mostUrgent.slow, observe)];
  return {
    run: (task, input, options) => (slowTasks.has(task) ? slow : quick).run(task, input, options),
    close: async () => {
      await Promise.all([quick.close(), slow.close()]);
    },
  };
};

/** The queue before one thread. */
const startLane = (most: number, observe: FitObserver): Fits => {
  const thread = createFitThread();
  const waiting: { readonly urgent: Job[]; readonly idle: Job[] } = { urgent: [], idle: [] };
  let [turn, working, closed] = [0, false, false];

  const next = (): Job | undefined => {
    const { urgent, idle } = waiting;
    return ++turn % idleTurn === 0 ? (idle.shift() ?? urgent.shift()) : (urgent.shift() ?? idle.shift());
  };

  const fit = async ({ task, input, resolve, reject }: Job): Promise<void> => {
    const began = performance.now();
    const tell = (status: "done" | "failed"): void =>
      observe(task, status, (performance.now() - began) / 1000);
    try {
      const result = await thread.fit(task, input);
      tell("done");
      resolve(result);
    } catch (error) {
      tell("failed");
      reject(error as Error);
    }
  };

  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (let job = next(); job !== undefined; job = next()) await fit(job);
    working = false;
  };

  return {
    run: (task, input, { urgent = true } = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(ending());
        if (urgent && waiting.urgent.length >= most) return reject(tooMany(most));
        waiting[urgent ? "urgent" : "idle"].push({ task, input, resolve, reject } as Job);
        void work();
      }),
    close: async () => {
      closed = true;
      for (const { reject } of [...waiting.urgent.splice(0), ...waiting.idle.splice(0)]) reject(ending());
      await thread.end();
    },
  };
};

const tooMany = (most: number): AppError =>
  new AppError("unavailable", `${most} models wait to be fitted; ask again in ${retryAfterSeconds} s`, {
    details: { retryAfterSeconds },
  });
