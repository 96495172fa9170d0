import { Matrix } from "ml-matrix";
import { mean } from "simple-statistics";
import { type Estimate, estimated, refused } from "./estimate.ts";

/** Lags for n observations: floor(1.3 sqrt(n)), below n. Source: Lazarus, Lewis, Stock, Watson 2018. */
export const defaultLags = (n: number): number =>
  Math.max(0, Math.min(n - 1, Math.floor(1.3 * Math.sqrt(n))));

/** Degrees of freedom of Student's t that stands for the law of a statistic scaled with that many lags, below n. */
export const equivalentFreedom = (n: number, lags: number): number =>
  Math.max(1, Math.min(n - 1, (1.5 * n) / (lags + 1)));

/**
 * Long-run variance of a series about its mean (Bartlett weights, divisor n): g0 + 2 sum (1 - j / (lags + 1)) g_j,
 * in the square of its unit; never negative. Source: Newey, West 1987. Empty or not finite: NaN. One point: 0.
 */
export const longRunVariance = (series: readonly number[], lags = defaultLags(series.length)): number => {
  const n = series.length;
  if (n === 0 || !series.every(Number.isFinite)) return Number.NaN;
  const centre = mean([...series]);
  const deviations = series.map((value) => value - centre);
  const autocovariance = (lag: number): number => {
    let total = 0;
    for (let t = lag; t < n; t++) total += deviations[t]! * deviations[t - lag]!;
    return total / n;
  };
  let variance = autocovariance(0);
  for (let lag = 1; lag <= Math.min(lags, n - 1); lag++)
    variance += 2 * (1 - lag / (lags + 1)) * autocovariance(lag);
  return Math.max(0, variance);
};

/**
 * Mean of a series in time order with an interval that allows for autocorrelation, in the unit of the series.
 * `too_few`: fewer than 2 points. `not_finite`: a point is not.
 */
export const meanOfSeries = (
  series: readonly number[],
  lags = defaultLags(series.length),
): Estimate<"too_few" | "not_finite"> => {
  const n = series.length;
  if (n < 2) return refused("too_few", n);
  if (!series.every(Number.isFinite)) return refused("not_finite", n);
  const standardError = Math.sqrt(longRunVariance(series, lags) / (n - 1));
  return estimated(mean([...series]), standardError, n, { degreesOfFreedom: equivalentFreedom(n, lags) });
};

/**
 * Covariance of least-squares coefficients where residuals are autocorrelated and of unequal variance: Bartlett
 * weights over `lags`, factor n / (n - k). `bread` is (x'x)^-1; rows in time order. Source: Newey, West 1987.
 */
export const neweyWestCovariance = (
  bread: Matrix,
  x: readonly (readonly number[])[],
  residuals: readonly number[],
  lags: number,
): Matrix => {
  const scores = new Matrix(x.map((row, t) => row.map((value) => value * residuals[t]!)));
  const [n, k] = [scores.rows, scores.columns];
  const meat = scores.transpose().mmul(scores);
  for (let lag = 1; lag <= Math.min(lags, n - 1); lag++) {
    const later = scores.subMatrix(lag, n - 1, 0, k - 1);
    const cross = later.transpose().mmul(scores.subMatrix(0, n - 1 - lag, 0, k - 1));
    meat.add(
      cross
        .clone()
        .add(cross.transpose())
        .mul(1 - lag / (lags + 1)),
    );
  }
  return bread
    .mmul(meat)
    .mmul(bread)
    .mul(n / (n - k));
};
