import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { leastSquares } from "../../../src/models/statistics/least-squares.ts";
import {
  defaultLags,
  longRunVariance,
  meanOfSeries,
  neweyWestCovariance,
} from "../../../src/models/statistics/newey-west.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { smallMarket } from "./small-market.ts";

test("long-run variance by hand", () => {
  // 1, -1, 1, -1: g0 = 1, g1 = -3/4; one lag with weight 1/2 gives 1 - 3/4.
  expect(longRunVariance([1, -1, 1, -1], 1)).toBeCloseTo(0.25, 12);
  expect(longRunVariance([1, -1, 1, -1], 0)).toBeCloseTo(1, 12);
  expect(longRunVariance([7], 3)).toBe(0);
  expect(longRunVariance([])).toBeNaN();
  expect(longRunVariance([1, Number.NaN])).toBeNaN();
});

test("agrees with statsmodels on the covariance of a regression", () => {
  const { quantity, price, control } = smallMarket;
  const x = price.map((each, i) => [1, each, control[i]!]);
  const fit = leastSquares(quantity, x).fit!;
  const covariance = neweyWestCovariance(new Matrix(fit.bread.map((row) => [...row])), x, fit.residuals, 2);
  const truth = [0.09275811470523433, 0.03567635022626514, 0.07625579861658363];
  covariance.diagonal().forEach((variance, i) => {
    expect(Math.sqrt(variance)).toBeCloseTo(truth[i]!, 11);
  });
});

test("chooses lags that grow slowly and stay below n", () => {
  expect([0, 1, 2, 25, 100, 1000, 10_000].map(defaultLags)).toEqual([0, 0, 1, 6, 13, 41, 130]);
});

test("refuses a mean of too little or of nonsense", () => {
  expect(meanOfSeries([])).toMatchObject({ value: null, reason: "too_few", n: 0 });
  expect(meanOfSeries([1])).toMatchObject({ value: null, reason: "too_few", n: 1 });
  expect(meanOfSeries([1, Number.POSITIVE_INFINITY])).toMatchObject({ value: null, reason: "not_finite" });
  expect(meanOfSeries([2, 2, 2])).toMatchObject({ value: 2, low: 2, high: 2, n: 3 });
});

test("intervals of autocorrelated means hold their mean about as often as they say", () => {
  const runs = 2000;
  let covered = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = seededRandom(seed);
    let level = 0;
    const series = Array.from({ length: 500 }, () => {
      level = 0.4 * level + randomNormal(random);
      return 3 + level;
    });
    const { low, high } = meanOfSeries(series);
    if (low! <= 3 && high! >= 3) covered++;
  }
  console.log(
    `Newey-West mean, AR(1) 0.4, n = 500: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`,
  );
  expect(covered / runs).toBeGreaterThan(0.92);
});
