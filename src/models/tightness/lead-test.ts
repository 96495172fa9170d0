import { studentCdf } from "../statistics/distributions.ts";
import { type Estimate, estimated, refused } from "../statistics/estimate.ts";
import { dot, leastSquares } from "../statistics/least-squares.ts";
import { cosineCount, cosineVariance } from "../statistics/long-run-variance.ts";

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
 * now, beside the target's last change, with errors that allow for autocorrelation (changes overlap). The value is
 * the change for one unit of the signal; for tightness and ln price: log points a point of score. `leads` where the
 * p-value is below 5 %. One entry a step in both series, null where not known. Swapping the two tests the reverse.
 * Source: predictive regression with the long-run variance of Lazarus, Lewis, Stock, Watson 2018. Null: fewer than
 * 40 usable steps (`too_few`, so empty and one point too), unequal lengths or a horizon that is not a whole number
 * from 1 up (`bad_shape`), signal or target that never moves (`does_not_vary`).
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
  if (!fit || !plain || !((fit.rSquared ?? 0) > 0)) return refuse("does_not_vary", n);
  const influence = x.map((row, t) => dot(fit.bread[0]!, row) * fit.residuals[t]!);
  const degreesOfFreedom = cosineCount(n);
  const standardError = Math.sqrt((n * cosineVariance(influence) * n) / fit.degreesOfFreedom);
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
  readonly now: number;
  readonly last: number;
  readonly ahead: number;
}

const rowsOf = (
  signal: readonly (number | null)[],
  target: readonly (number | null)[],
  horizon: number,
): Row[] => {
  const at = (t: number): number => target[t] ?? Number.NaN;
  return signal.flatMap((now, t) => {
    const [last, ahead] = [at(t) - at(t - 1), at(t + horizon) - at(t)];
    return now !== null && [now, last, ahead].every(Number.isFinite) ? [{ now, last, ahead }] : [];
  });
};
