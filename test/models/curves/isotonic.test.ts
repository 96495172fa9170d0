import fc from "fast-check";
import { expect, test } from "vitest";
import { isotonicRegression, isotonicSupply } from "../../../src/models/curves/isotonic.ts";

test("pools neighbours that fall, as scipy does", () => {
  const fitted = isotonicRegression([1, 3, 2, 4, 3.5, 5], [1, 2, 1, 1, 3, 1])!;
  [1, 8 / 3, 8 / 3, 3.625, 3.625, 5].forEach((truth, i) => {
    expect(fitted[i]).toBeCloseTo(truth, 12);
  });
  expect(isotonicRegression([3, 2, 1], [1, 1, 1])).toEqual([2, 2, 2]);
});

test("answers nothing, one value and nonsense", () => {
  expect(isotonicRegression([], [])).toEqual([]);
  expect(isotonicRegression([4], [2])).toEqual([4]);
  expect(isotonicRegression([1, Number.NaN], [1, 1])).toBeNull();
  expect(isotonicRegression([1, 2], [1, 0])).toBeNull();
  expect(isotonicRegression([1, 2], [1])).toBeNull();
  expect(isotonicSupply([])).toEqual([]);
  expect(isotonicSupply([{ usdPerGpuHour: 2, gpus: 3 }])).toEqual([
    { cumulativeShare: 1, usdPerGpuHour: expect.closeTo(2, 12) },
  ]);
  expect(isotonicSupply([{ usdPerGpuHour: 0, gpus: 3 }])).toEqual([]);
});

test("a stack in its order is its own curve; out of order it is pooled in logs", () => {
  const rising = [1, 1.5, 2].map((usdPerGpuHour) => ({ usdPerGpuHour, gpus: 2 }));
  expect(isotonicSupply(rising).map((point) => point.usdPerGpuHour.toFixed(10))).toEqual([
    "1.0000000000",
    "1.5000000000",
    "2.0000000000",
  ]);
  const falling = isotonicSupply([
    { usdPerGpuHour: 4, gpus: 1 },
    { usdPerGpuHour: 1, gpus: 3 },
  ]);
  expect(falling.map(({ cumulativeShare }) => cumulativeShare)).toEqual([0.25, 1]);
  for (const point of falling) expect(point.usdPerGpuHour).toBeCloseTo(4 ** 0.25, 12);
});

test("never falls, keeps the weighted mean, and no rising step function is nearer", () => {
  const point = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: -20, max: 20 }),
      (points, cut) => {
        const [values, weights] = [points.map(([value]) => value), points.map(([, weight]) => weight)];
        const fitted = isotonicRegression(values, weights)!;
        const distance = (other: readonly number[]) =>
          other.reduce((sum, value, i) => sum + weights[i]! * (value - values[i]!) ** 2, 0);
        fitted.forEach((value, i) => {
          if (i > 0) expect(value).toBeGreaterThanOrEqual(fitted[i - 1]!);
        });
        const sumOf = (all: readonly number[]) => all.reduce((sum, value, i) => sum + weights[i]! * value, 0);
        expect(sumOf(fitted)).toBeCloseTo(sumOf(values), 8);
        expect(distance(fitted)).toBeLessThanOrEqual(
          distance(fitted.map((value) => Math.max(value, cut))) + 1e-9,
        );
        expect(distance(fitted)).toBeLessThanOrEqual(
          distance(fitted.map((value) => Math.min(value, cut))) + 1e-9,
        );
        isotonicRegression(fitted, weights)!.forEach((value, i) => {
          expect(value).toBeCloseTo(fitted[i]!, 9);
        });
      },
    ),
  );
});
