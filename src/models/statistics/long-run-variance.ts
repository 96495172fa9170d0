import { type Estimate, estimated, refused } from "./estimate.ts";

/**
 * Cosines that describe the slow movement of n points: floor(0.4 n^(2/3)), at least 1; their degrees of freedom
 * too.
 */
export const cosineCount = (n: number): number => Math.max(1, Math.floor(0.4 * n ** (2 / 3)));

/**
 * Long-run variance of a series about its mean from its `count` slowest cosines, equally weighted, in the square of
 * its unit. A statistic scaled with it is Student's t with `count` degrees, which holds its size better than one
 * scaled by a kernel such as Newey and West's. Source: Lazarus, Lewis, Stock, Watson 2018 (EWC). Empty or not
 * finite: NaN. One point: 0.
 */
export const cosineVariance = (series: readonly number[], count = cosineCount(series.length)): number => {
  const n = series.length;
  if (n === 0 || !series.every(Number.isFinite)) return Number.NaN;
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  let total = 0;
  for (let j = 1; j <= count; j++) {
    let projection = 0;
    for (let t = 0; t < n; t++) projection += Math.cos((Math.PI * j * (t + 0.5)) / n) * (series[t]! - mean);
    total += (2 / n) * projection * projection;
  }
  return total / count;
};

/**
 * Mean of a series in time order with an interval that allows for autocorrelation, in the unit of the series.
 * `too_few`: fewer than 2 points. `not_finite`: a point is not.
 */
export const meanOfSeries = (series: readonly number[]): Estimate<"too_few" | "not_finite"> => {
  const n = series.length;
  if (n < 2) return refused("too_few", n);
  if (!series.every(Number.isFinite)) return refused("not_finite", n);
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  const standardError = Math.sqrt(cosineVariance(series) / n);
  return estimated(mean, standardError, n, { degreesOfFreedom: cosineCount(n) });
};
