import { extent } from "simple-statistics";
import { type Estimate, estimated, refused } from "../statistics/estimate.ts";
import { leastSquares } from "../statistics/least-squares.ts";

export type HalfLifeReason = "too_few" | "not_finite" | "does_not_vary" | "does_not_revert";

export interface HalfLife extends Estimate<HalfLifeReason> {
  /** The autoregression behind it; null where it could not be fitted. */
  readonly phi: Estimate<"not_finite"> | null;
}

/** A series that varies by less than this share of its size varies by rounding alone. */
const leastVariation = 1e-12;

/** Points below which a half-life says nothing. */
export const minHalfLifePoints = 10;

/**
 * Steps in which a deviation from the mean halves: ln 0.5 / ln phi with phi of x_t = a + phi x_{t-1} + e by least
 * squares, in steps of the series. Bounds are those of phi, carried over (open above where phi may be 1). Source:
 * methods.md 3. Null: fewer than 10 points (`too_few`, so empty and one point too), `not_finite`, `does_not_vary`,
 * phi outside 0..1 (`does_not_revert`; what rounding leaves of 0 or 1 is 0 or 1).
 */
export const halfLife = (series: readonly number[]): HalfLife => {
  const n = series.length;
  const refuse = (reason: HalfLifeReason, phi: HalfLife["phi"] = null): HalfLife => ({
    ...refused(reason, n),
    phi,
  });
  if (n < minHalfLifePoints) return refuse("too_few");
  if (!series.every(Number.isFinite)) return refuse("not_finite");
  const [lowest, highest] = extent([...series]);
  if (highest - lowest <= leastVariation * Math.max(Math.abs(lowest), Math.abs(highest)))
    return refuse("does_not_vary");
  const { fit } = leastSquares(
    series.slice(1),
    series.slice(0, -1).map((value) => [value, 1]),
  );
  if (fit === null) return refuse("does_not_vary");
  const { degreesOfFreedom } = fit;
  const phi = estimated(fit.coefficients[0]!, fit.standardErrors[0]!, n, { degreesOfFreedom });
  if (phi.value === null || !(phi.value > rounding && phi.value < 1 - rounding))
    return refuse("does_not_revert", phi);
  const log = Math.log(phi.value);
  return {
    value: halvingSteps(phi.value),
    standardError: (Math.LN2 * phi.standardError!) / (phi.value * log * log),
    low: halvingSteps(phi.low!),
    high: phi.high! < 1 ? halvingSteps(phi.high!) : null,
    n,
    reason: null,
    phi,
  };
};

const rounding = 1e-9;

const halvingSteps = (phi: number): number => (phi <= 0 ? 0 : -Math.LN2 / Math.log(phi));
