import { studyDemand } from "../models/curves/demand-study.ts";
import { studyCommitment } from "../models/forward/commitment-study.ts";
import { indexLeverage } from "../models/index/index-leverage.ts";
import { studyGpu } from "../models/study/gpu-study.ts";
import { studyHedonic } from "../models/study/hedonic-study.ts";
import { indexBounds } from "../models/study/index-bounds.ts";
import { studyTightness } from "../models/tightness/tightness-study.ts";

/**
 * Everything that runs in the thread of fits: pure functions whose input and answer can cross to it (plain objects,
 * arrays, typed arrays; no functions). A line here is all that a new fit needs.
 */
export const tasks = {
  indexBounds,
  indexLeverage,
  studyHedonic,
  studyGpu,
  studyCommitment,
  studyDemand,
  studyTightness,
} as const;

/** Those that may take seconds and must not hold up the others. */
export const slowTasks: ReadonlySet<TaskName> = new Set<TaskName>([
  "studyHedonic",
  "studyCommitment",
  "studyDemand",
]);

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskResult<Name extends TaskName> = ReturnType<Tasks[Name]>;

export interface FitRequest {
  readonly id: number;
  readonly task: TaskName;
  readonly input: unknown;
}

export type FitReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
