import { groupBy } from "../group-by.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { type Estimate, intervalLevel, refused } from "../statistics/estimate.ts";

/** What was taken in a period, and whether it ran out in it, so that demand was at least that. */
export interface CensoredPeriod {
  readonly taken: number;
  readonly soldOut: boolean;
}

export type CensoredDemandReason = "empty" | "always_sold_out" | "not_converged";

const mostSteps = 200;
const smallest = 1e-12;
/** Counts above this are left out: their tails would take seconds. */
const mostTaken = 1e9;

/**
 * Mean demand a period where some periods sold out: Poisson, by maximum likelihood (a sold-out period counts with
 * the chance that demand was at least what was taken). Bounds on the log scale from the curvature of the likelihood.
 * Unit: that of `taken`, whole numbers. Source: methods.md 2 (latent demand). Counts that are not whole numbers from
 * 0 to a billion are left out. Null: nothing left (`empty`), every period sold out (`always_sold_out`: demand has no
 * upper end), `not_converged`. All 0: 0 with the bound 3 / n that no event in n open periods leaves at 95 %.
 */
export const censoredDemand = (
  periods: readonly CensoredPeriod[],
  level = intervalLevel,
): Estimate<CensoredDemandReason> => {
  const usable = periods.filter(({ taken }) => Number.isInteger(taken) && taken >= 0 && taken <= mostTaken);
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
  const found = likeliest(usable);
  if (found === null) return refused("not_converged", n);
  const { mean, information } = found;
  const standardError = 1 / Math.sqrt(information);
  const reach = Math.exp((normalQuantile((1 + level) / 2) * standardError) / mean);
  return { value: mean, standardError, low: mean / reach, high: mean * reach, n, reason: null };
};

/** First derivative of the log likelihood by the mean, and minus the second. */
interface Slope {
  readonly score: number;
  readonly information: number;
}

/** Where the log likelihood, which is concave, no longer rises: Newton's method, held between what it has seen. */
const likeliest = (periods: readonly CensoredPeriod[]): { mean: number; information: number } | null => {
  const alike = [...groupBy(periods, ({ taken, soldOut }) => `${taken}:${soldOut}`).values()];
  let mean = periods.reduce((sum, { taken }) => sum + taken, 0) / periods.length;
  let [low, high] = [mean, Number.POSITIVE_INFINITY];
  for (let i = 0; i < mostSteps; i++) {
    const { score, information } = slopeOf(alike, mean);
    if (score >= 0) low = mean;
    else high = mean;
    const newton = mean + score / information;
    const next =
      newton >= low && newton <= high
        ? newton
        : high < Number.POSITIVE_INFINITY
          ? (low + high) / 2
          : 2 * mean;
    if (Math.abs(next - mean) <= smallest * mean) return { mean: next, information };
    mean = next;
  }
  return null;
};

const slopeOf = (alike: readonly (readonly CensoredPeriod[])[], mean: number): Slope => {
  let [score, information] = [0, 0];
  for (const group of alike) {
    const { taken, soldOut } = group[0]!;
    const own = soldOut
      ? slopeAbove(taken, mean)
      : { score: taken / mean - 1, information: taken / mean ** 2 };
    score += group.length * own.score;
    information += group.length * own.information;
  }
  return { score, information };
};

/** Of the log of the chance that a Poisson number is `least` or more. */
const slopeAbove = (least: number, mean: number): Slope => {
  if (least === 0) return { score: 0, information: 0 };
  const score = least / mean / tailOf(least, mean);
  return { score, information: score * (score - (least - 1) / mean + 1) };
};

/** Chance of `least` or more over that of `least` itself, which has digits where both have none. */
const tailOf = (least: number, mean: number): number => {
  let [term, sum] = [1, 0];
  for (let count = least + 1; term > sum * 1e-17; count++) {
    sum += term;
    term *= mean / count;
  }
  return sum;
};
