/** A job that can be interrupted: all in hours, the hazard per hour of everything it runs on together. */
export interface InterruptibleJob {
  readonly workHours: number;
  /** Time to write a checkpoint. */
  readonly checkpointHours: number;
  readonly restartHours: number;
  readonly hazardPerHour: number;
  /** Work between checkpoints; Daly's where not given, never more than the work. */
  readonly intervalHours?: number;
}

/**
 * Work between checkpoints that wastes least, in the unit of the arguments: Daly's higher-order estimate from the
 * time a checkpoint takes and the mean time between interruptions (the latter itself where checkpoints take twice
 * as long). Source: Daly 2006; methods.md 6. Either negative or not a number: null. Free checkpoints: 0. Never
 * interrupted: infinity.
 */
export const checkpointInterval = (checkpoint: number, meanBetween: number): number | null => {
  if (!(checkpoint >= 0 && meanBetween >= 0) || checkpoint === Number.POSITIVE_INFINITY) return null;
  if (checkpoint === 0) return 0;
  if (meanBetween === Number.POSITIVE_INFINITY) return meanBetween;
  if (checkpoint >= 2 * meanBetween) return meanBetween;
  const ratio = checkpoint / (2 * meanBetween);
  return Math.sqrt(2 * checkpoint * meanBetween) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - checkpoint;
};

/**
 * Hours until an interruptible job is done, in expectation: (W / tau) (e^(l R) / l) (e^(l (tau + d)) - 1), with tau
 * the work between checkpoints. Source: methods.md 6; Daly 2006. No hazard: the work itself (no checkpoint is
 * written). Free checkpoints at every moment: W e^(l R). A number that is negative or not finite, no work, an
 * interval of 0 with checkpoints that take time, or interruptions so frequent that the hours are not finite: null.
 */
export const expectedHours = ({
  workHours,
  checkpointHours,
  restartHours,
  hazardPerHour,
  intervalHours,
}: InterruptibleJob): number | null => {
  const numbers = [workHours, checkpointHours, restartHours, hazardPerHour];
  if (!numbers.every((each) => Number.isFinite(each) && each >= 0) || workHours === 0) return null;
  if (hazardPerHour === 0) return workHours;
  const interval = intervalHours ?? checkpointInterval(checkpointHours, 1 / hazardPerHour);
  if (interval === null || !(interval >= 0)) return null;
  if (interval === 0 && checkpointHours > 0) return null;
  const tau = Math.min(interval, workHours);
  const segments =
    interval === 0
      ? workHours
      : ((workHours / tau) * Math.expm1(hazardPerHour * (tau + checkpointHours))) / hazardPerHour;
  const hours = segments * Math.exp(hazardPerHour * restartHours);
  return Number.isFinite(hours) ? hours : null;
};
