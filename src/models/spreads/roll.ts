import type { Estimate } from "../statistics/estimate.ts";
import { refused } from "../statistics/estimate.ts";
import { meanOfSeries } from "../statistics/long-run-variance.ts";
import { type Bar, logBars, type SpreadReason } from "./bars.ts";

/**
 * Roll's effective spread as a share of the price: 2 sqrt(max(0, -cov)) with cov the covariance (n - 1) of one log
 * change of the close with the one before. Only closes are read, in time order; a missing close takes out the pairs
 * it belongs to. Source: Roll 1984; methods.md 3. Interval: that of the covariance, rooted. Null: fewer than 4 bars
 * or fewer than 2 pairs of changes (`too_few_bars`; so empty and one point too).
 */
export const rollSpread = (bars: readonly Bar[]): Estimate<SpreadReason> => {
  const closes = logBars(bars).map(({ close }) => close);
  const changes = closes.slice(1).map((close, i) => close - closes[i]!);
  const pairs = changes
    .slice(1)
    .map((change, i) => [change, changes[i]!] as const)
    .filter(([change, before]) => !Number.isNaN(change + before));
  if (bars.length < 4 || pairs.length < 2) return refused("too_few_bars", pairs.length);
  return spreadOf(productsOf(pairs));
};

/** Products of deviations, scaled so that their mean is the covariance with divisor n - 1. */
const productsOf = (pairs: readonly (readonly [number, number])[]): number[] => {
  const n = pairs.length;
  const means = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + pair[side]!, 0) / n);
  return pairs.map(([a, b]) => ((a - means[0]!) * (b - means[1]!) * n) / (n - 1));
};

const spreadOf = (products: readonly number[]): Estimate<SpreadReason> => {
  const covariance = meanOfSeries(products);
  if (covariance.value === null) return refused("too_few_bars", products.length);
  const value = spreadAt(covariance.value);
  return {
    value,
    standardError: value > 0 ? (2 * covariance.standardError!) / value : null,
    low: spreadAt(covariance.high!),
    high: spreadAt(covariance.low!),
    n: products.length,
    reason: null,
  };
};

const spreadAt = (covariance: number): number => 2 * Math.sqrt(Math.max(0, -covariance));
