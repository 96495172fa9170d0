import { inverse } from "ml-matrix";
import { chiSquaredQuantileAbove, normalQuantile } from "../statistics/distributions.ts";
import { bounded, type Estimate, intervalLevel, refused } from "../statistics/estimate.ts";
import { maximise, type Surface } from "../statistics/newton.ts";
import { profileBound } from "../statistics/profile-bound.ts";
import { type Exposure, logLikelihood } from "./disappearance-likelihood.ts";

/** Rentals and withdrawals told apart. */
export interface MixtureFit {
  /** Of the log rental rate, in the order of the multipliers. */
  readonly coefficients: readonly number[];
  /** 0 where the data show none. */
  readonly withdrawalsPerHour: number;
  /** Minus the coefficient of the price; `n` counts exposures. */
  readonly kappa: Estimate<"not_identified">;
}

/** No kappa beyond this is looked at; a bound that would lie there is open. */
const widestKappa = 25;
/**
 * Twice the log likelihood by which the best kappa must beat 0: chi-squared with two degrees, since without an effect
 * of the price neither kappa nor the part of withdrawals exists, and the best of many is chosen (Davies 1987). By
 * chance that happens in 2 to 4 % of simulated markets.
 */
const leastEvidence = chiSquaredQuantileAbove(1 - intervalLevel, 2);
/** A withdrawal rate below this share of all disappearances is none. */
const leastWithdrawal = 1e-4;
/** Share of withdrawals that a search begins with at least: from 0 they could not rise. */
const leastBegin = 0.05;

/**
 * The mixture of `logLikelihood` at its likeliest (the better of the optima reached from few and from many
 * withdrawals), the first multiplier being the log relative price and `isBase` telling those that are 1 for the
 * listings of one base rate. Bounds of kappa are those of its profile likelihood, for which withdrawals may also be
 * 0; standard error from the curvature, null where they are 0 or a bound is open. Null: does not converge.
 */
export const fitMixture = (exposures: readonly Exposure[], isBase: readonly boolean[]): MixtureFit | null => {
  const hours = exposures.reduce((sum, { gapHours }) => sum + gapHours, 0);
  const rate = exposures.filter(({ gone }) => gone).length / hours;
  const from = (share: number): number[] => [
    ...isBase.map((base, j) => (j === 0 ? -2 : base ? Math.log(rate * (1 - share)) : 0)),
    Math.sqrt(rate * share),
  ];
  const best = [0.2, 0.6]
    .flatMap((share) => maximise((parameters) => logLikelihood(exposures, parameters), from(share)) ?? [])
    .sort((a, b) => b.surface.value - a.surface.value)[0];
  if (best === undefined) return null;
  const withdrawals = best.parameters.at(-1)! ** 2;
  const withdrawalsPerHour = withdrawals > leastWithdrawal * rate ? withdrawals : 0;
  const top = { ...best, withdrawalsPerHour, leastRoot: Math.sqrt(leastBegin * rate) };
  return {
    coefficients: best.parameters.slice(0, -1),
    withdrawalsPerHour,
    kappa: kappaOf(top, lossOf(exposures, isBase, top), exposures.length),
  };
};

interface Optimum {
  readonly parameters: readonly number[];
  readonly surface: Surface;
  readonly withdrawalsPerHour: number;
  /** Root of the fewest withdrawals an hour to begin a search with. */
  readonly leastRoot: number;
}

const kappaOf = (
  { parameters, surface, withdrawalsPerHour }: Optimum,
  doubleLoss: (kappa: number) => number | null,
  n: number,
): MixtureFit["kappa"] => {
  const value = -parameters[0]!;
  if (!(Math.abs(value) <= widestKappa) || !((doubleLoss(0) ?? 0) >= leastEvidence))
    return refused("not_identified", n);
  const reach = normalQuantile((1 + intervalLevel) / 2);
  const error = Math.sqrt(inverse(surface.curvature.clone().mul(-1), true).get(0, 0));
  const step = error > 0 ? reach * error : 1;
  const [low, high] = [-widestKappa, widestKappa].map((limit) =>
    profileBound(doubleLoss, { from: value, limit, step, reach }),
  ) as [number | null, number | null];
  if (low === null && high === null) return refused("not_identified", n);
  const isWald = low !== null && high !== null && withdrawalsPerHour > 0;
  return { ...bounded(value, low, high, n), standardError: isWald ? error : null };
};

/** Twice the log likelihood lost at each kappa when all else is fitted anew; null where that does not converge. */
const lossOf = (
  exposures: readonly Exposure[],
  isBase: readonly boolean[],
  { parameters, surface, leastRoot }: Optimum,
): ((kappa: number) => number | null) => {
  const expected = logRentals(exposures, parameters[0]!);
  return (kappa) => {
    const shift = expected - logRentals(exposures, -kappa);
    const start = parameters.slice(1).map((value, j) => (isBase[j + 1] ? value + shift : value));
    start[start.length - 1] = Math.max(Math.abs(start.at(-1)!), leastRoot);
    const found = maximise((rest) => withoutPrice(logLikelihood(exposures, [-kappa, ...rest])), start);
    return found === null ? null : 2 * (surface.value - found.surface.value);
  };
};

/** Log of the rentals that a coefficient of the price makes expect at base rates of 1 an hour. */
const logRentals = (exposures: readonly Exposure[], slope: number): number =>
  Math.log(exposures.reduce((sum, { gapHours, x }) => sum + gapHours * Math.exp(slope * x[0]!), 0));

const withoutPrice = ({ value, score, curvature }: Surface): Surface => ({
  value,
  score: score.slice(1),
  curvature: curvature.subMatrix(1, curvature.rows - 1, 1, curvature.columns - 1),
});
