import { type DoubtTools, withDoubts } from "./doubt.ts";
import { guarded } from "./guard.ts";
import type { SourceRun } from "./run-source.ts";

/** A run as the tape takes it: prices with their doubts, and what it lacks no more gone than it can tell. */
export const believed = async (run: SourceRun, tools: DoubtTools): Promise<SourceRun> => {
  const offers = await withDoubts(run.offers, run.observedAt, tools);
  return guarded({ ...run, offers }, tools);
};
