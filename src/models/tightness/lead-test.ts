import { studentCdf } from "../statistics/distributions.ts";
import { type Estimate, estimated, refused } from "../statistics/estimate.ts";
import { dot, type LeastSquaresFit, leastSquares } from "../statistics/least-squares.ts";

export type LeadReason = "too_few" | "bad_shape" | "does_not_vary" | "not_finite";

export interface LeadTest extends Estimate<LeadReason> {
  /** How often a signal that leads nothing would look as telling. */
  readonly pValue: number | null;
  /** Share of the variance left over by the own past of the target that the signal explains. */
  readonly partialRSquared: number | null;
  readonly leads: boolean | null;
}

/** Observations below which the test says nothing. */
export const minLeadObservations = 40;
const significance = 0.05;

/**
 * Whether a signal leads a target: least squares of the target's change over the next `horizon` steps on the signal
 * now, beside the target's last change. Changes that overlap share their surprises, so that the error is built from
 * the surprises of single steps; the target may go on moving the way it last moved. The value is the change for one
 * unit of the signal; for tightness and ln price: log points a point of score. `leads` where the p-value is below
 * 5 %. One entry a step in both series, null where not known; a step counts where the target is known from the step
 * before it to the horizon. Swapping the two tests the reverse. Source: Hodrick 1992 (standard errors 1B), with an
 * autoregressive target. Null: fewer than 40 usable steps (`too_few`, so empty and one point too), unequal lengths
 * or a horizon that is not a whole number from 1 up (`bad_shape`), signal or target that never moves
 * (`does_not_vary`).
 */
export const leadTest = (
  signal: readonly (number | null)[],
  target: readonly (number | null)[],
  horizon: number,
): LeadTest => {
  const refuse = (reason: LeadReason, n: number): LeadTest => ({
    ...refused(reason, n),
    pValue: null,
    partialRSquared: null,
    leads: null,
  });
  if (signal.length !== target.length || !Number.isInteger(horizon) || horizon < 1)
    return refuse("bad_shape", 0);
  const rows = rowsOf(signal, target, horizon);
  const n = rows.length;
  if (n < minLeadObservations) return refuse("too_few", n);
  const x = rows.map(({ now, last }) => [now, 1, last]);
  const y = rows.map(({ ahead }) => ahead);
  const { fit } = leastSquares(y, x);
  const plain = leastSquares(
    y,
    x.map((row) => row.slice(1)),
  ).fit;
  const steps = surprisesOf(target);
  if (!fit || !plain || !steps || !((fit.rSquared ?? 0) > 0)) return refuse("does_not_vary", n);
  const { degreesOfFreedom } = fit;
  const standardError = overlappingError(fit, rows, steps, horizon);
  const slope = fit.coefficients[0]!;
  const pValue = 2 * studentCdf(-Math.abs(slope / standardError), degreesOfFreedom);
  return {
    ...estimated(slope, standardError, n, { degreesOfFreedom }),
    pValue,
    partialRSquared: 1 - fit.squaredResiduals / plain.squaredResiduals,
    leads: pValue < significance,
  };
};

interface Row {
  readonly t: number;
  readonly now: number;
  readonly last: number;
  readonly ahead: number;
}

const rowsOf = (
  signal: readonly (number | null)[],
  target: readonly (number | null)[],
  horizon: number,
): Row[] => {
  const change = changesOf(target);
  return signal.flatMap((now, t) => {
    const next = change.slice(t + 1, t + 1 + horizon);
    const ahead = next.reduce((sum, each) => sum + each, 0);
    if (now === null || next.length < horizon || ![now, change[t]!, ahead].every(Number.isFinite)) return [];
    return [{ t, now, last: change[t]!, ahead }];
  });
};

/** Change to a step from the one before; NaN where either is not known. */
const changesOf = (target: readonly (number | null)[]): number[] =>
  target.map((value, t) => (value ?? Number.NaN) - (target[t - 1] ?? Number.NaN));

interface Surprises {
  /** How much of a step's change the next one repeats. */
  readonly persistence: number;
  /** What a step's change was beyond that, by step; NaN where not known. */
  readonly bySteps: readonly number[];
}

/** Beyond it a sum of repeated changes has no limit. */
const mostPersistence = 0.95;

const surprisesOf = (target: readonly (number | null)[]): Surprises | null => {
  const change = changesOf(target);
  const known = change.flatMap((now, t) => (Number.isFinite(now - change[t - 1]!) ? [t] : []));
  const { fit } = leastSquares(
    known.map((t) => change[t]!),
    known.map((t) => [1, change[t - 1]!]),
  );
  if (!fit) return null;
  const bySteps = new Array<number>(target.length).fill(Number.NaN);
  known.forEach((t, i) => {
    bySteps[t] = fit.residuals[i]!;
  });
  const persistence = Math.min(mostPersistence, Math.max(-mostPersistence, fit.coefficients[1]!));
  return { persistence, bySteps };
};

/** Standard error of the signal's slope: each step's surprise times all that it does to the rows that span it. */
const overlappingError = (
  { bread, n, degreesOfFreedom }: LeastSquaresFit,
  rows: readonly Row[],
  { persistence, bySteps }: Surprises,
  horizon: number,
): number => {
  const effect = new Array<number>(bySteps.length).fill(0);
  for (const { t, now, last } of rows) {
    const pull = dot(bread[0]!, [now, 1, last]);
    for (let i = 1; i <= horizon; i++)
      effect[t + i]! += (pull * (1 - persistence ** (horizon - i + 1))) / (1 - persistence);
  }
  const squared = effect.map((each, t) => (each === 0 ? 0 : (each * bySteps[t]!) ** 2));
  return Math.sqrt((squared.reduce((sum, each) => sum + each, 0) * n) / degreesOfFreedom);
};
