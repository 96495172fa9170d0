import { gammaln } from "simple-statistics";
import { normalQuantile } from "../statistics/distributions.ts";
import { type Estimate, intervalLevel, refused } from "../statistics/estimate.ts";

/** What was taken in a period, and whether it ran out in it, so that demand was at least that. */
export interface CensoredPeriod {
  readonly taken: number;
  readonly soldOut: boolean;
}

export type CensoredDemandReason = "empty" | "always_sold_out" | "not_converged";

const mostRounds = 10_000;
const smallest = 1e-12;

/**
 * Mean demand a period where some periods sold out: Poisson, by EM (a sold-out period counts with the mean of what
 * demand may have been, given that it was at least what was taken). Bounds on the log scale from the curvature of
 * the likelihood. Unit: that of `taken`, whole numbers. Source: methods.md 2 (latent demand). Counts that are not
 * whole numbers from 0 up are left out. Null: nothing left (`empty`), every period sold out (`always_sold_out`:
 * demand has no upper end), `not_converged`. All 0: 0 with the bound 3 / n that no event in n open periods leaves
 * at 95 %.
 */
export const censoredDemand = (
  periods: readonly CensoredPeriod[],
  level = intervalLevel,
): Estimate<CensoredDemandReason> => {
  const usable = periods.filter(({ taken }) => Number.isInteger(taken) && taken >= 0);
  const seen = usable.filter(({ soldOut }) => !soldOut);
  const n = usable.length;
  if (n === 0) return refused("empty", 0);
  if (seen.length === 0) return refused("always_sold_out", n);
  if (usable.every(({ taken }) => taken === 0))
    return {
      value: 0,
      standardError: null,
      low: 0,
      high: -Math.log(1 - level) / seen.length,
      n,
      reason: null,
    };
  const mean = expectMean(usable);
  if (mean === null) return refused("not_converged", n);
  const standardError = 1 / Math.sqrt(usable.reduce((sum, period) => sum + informationOf(period, mean), 0));
  const reach = Math.exp((normalQuantile((1 + level) / 2) * standardError) / mean);
  return { value: mean, standardError, low: mean / reach, high: mean * reach, n, reason: null };
};

const expectMean = (periods: readonly CensoredPeriod[]): number | null => {
  let mean = periods.reduce((sum, { taken }) => sum + taken, 0) / periods.length;
  for (let round = 0; round < mostRounds; round++) {
    const expected = periods.reduce(
      (sum, { taken, soldOut }) => sum + (soldOut ? meanAbove(taken, mean) : taken),
      0,
    );
    const next = expected / periods.length;
    if (Math.abs(next - mean) <= smallest * next) return next;
    mean = next;
  }
  return null;
};

/** Mean of a Poisson number that is at least `least`. */
const meanAbove = (least: number, mean: number): number =>
  least === 0 ? mean : mean * (1 + chanceOf(least - 1, mean) / chanceFrom(least, mean));

/** Minus the second derivative of the log likelihood by the mean. */
const informationOf = ({ taken, soldOut }: CensoredPeriod, mean: number): number => {
  if (!soldOut) return taken / (mean * mean);
  if (taken === 0) return 0;
  const above = chanceFrom(taken, mean);
  const [at, before] = [chanceOf(taken - 1, mean), taken > 1 ? chanceOf(taken - 2, mean) : 0];
  return (at / above) ** 2 - (before - at) / above;
};

const chanceOf = (count: number, mean: number): number =>
  Math.exp(count * Math.log(mean) - mean - gammaln(count + 1));

/** Chance of `least` or more, summed upwards so that a small one keeps its digits. */
const chanceFrom = (least: number, mean: number): number => {
  let term = chanceOf(least, mean);
  let sum = 0;
  for (let count = least; term > sum * 1e-17 || count < mean; count++) {
    sum += term;
    term *= mean / (count + 1);
  }
  return sum;
};
