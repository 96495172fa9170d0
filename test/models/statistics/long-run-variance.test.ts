import { expect, test } from "vitest";
import {
  cosineCount,
  cosineVariance,
  meanOfSeries,
} from "../../../src/models/statistics/long-run-variance.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";

test("agrees with numpy, and by hand for two points", () => {
  expect(cosineVariance([1, -1, 2, 0, 3], 1)).toBeCloseTo(2.4798373876248845, 12);
  expect(cosineVariance([1, -1, 2, 0, 3], 3)).toBeCloseTo(1.151638342708421, 12);
  // cos(pi / 4) (1 - -1) squared, times 2 / n.
  expect(cosineVariance([1, -1], 1)).toBeCloseTo(2, 12);
  expect(cosineVariance([7])).toBe(0);
  expect(cosineVariance([])).toBeNaN();
  expect(cosineVariance([1, Number.NaN])).toBeNaN();
  expect([1, 10, 100, 1001, 10_000].map(cosineCount)).toEqual([1, 1, 8, 40, 185]);
});

test("refuses a mean of too little or of nonsense", () => {
  expect(meanOfSeries([])).toMatchObject({ value: null, reason: "too_few", n: 0 });
  expect(meanOfSeries([1])).toMatchObject({ value: null, reason: "too_few", n: 1 });
  expect(meanOfSeries([1, Number.POSITIVE_INFINITY])).toMatchObject({ value: null, reason: "not_finite" });
  expect(meanOfSeries([2, 2, 2])).toMatchObject({ value: 2, low: 2, high: 2, n: 3 });
});

test.each([
  [0, 10],
  [0.4, 50],
  [0.4, 500],
])("intervals of means with autocorrelation %d, n = %d, hold the mean as often as they say", (phi, n) => {
  const runs = 2000;
  let covered = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = seededRandom(seed);
    let level = 0;
    const series = Array.from({ length: n }, () => {
      level = phi * level + randomNormal(random);
      return 3 + level;
    });
    const { low, high } = meanOfSeries(series);
    if (low! <= 3 && high! >= 3) covered++;
  }
  console.log(
    `mean of AR(1) ${phi}, n = ${n}: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`,
  );
  expect(covered / runs).toBeGreaterThan(0.935);
});
