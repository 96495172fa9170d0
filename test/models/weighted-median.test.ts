import fc from "fast-check";
import { expect, test } from "vitest";
import { lowerWeightedMedian, weightedMedian } from "../../src/models/weighted-median.ts";

const at = (value: number, weight = 1) => ({ value, weight });

test("is the smallest value whose cumulative weight is above half", () => {
  expect(weightedMedian([at(3), at(1), at(2)])).toBe(2);
  expect(weightedMedian([at(1, 1), at(2, 1), at(9, 3)])).toBe(9);
  expect(lowerWeightedMedian([at(1, 1), at(2, 1), at(9, 3)])).toBe(9);
});

test("is the geometric mean of two values where half of the weight lies between them", () => {
  expect(weightedMedian([at(1), at(4)])).toBe(2);
  expect(weightedMedian([at(1), at(2, 0), at(4)])).toBe(2);
  expect(weightedMedian([at(0.3), at(0.3)])).toBe(0.3);
  // 0.1 + 0.2 + 0.3 of 1.2, but for rounding; 0.6 + 1e-11 of it is above half.
  expect(weightedMedian([at(1, 0.1), at(2, 0.2), at(3, 0.3), at(12, 0.6)])).toBeCloseTo(6, 12);
  expect(weightedMedian([at(1, 0.1), at(2, 0.2), at(3, 0.3 + 1e-11), at(12, 0.6)])).toBe(3);
  expect(weightedMedian([at(-1), at(4)])).toBeNull();
});

test("the lower of the two is what the first version took", () => {
  expect(lowerWeightedMedian([at(1), at(4)])).toBe(1);
  expect(lowerWeightedMedian([at(1, 0.1), at(2, 0.2), at(3, 0.3), at(4, 0.6)])).toBe(3);
  expect(lowerWeightedMedian([])).toBeNull();
});

test("of weights whose sum is not finite", () => {
  expect(weightedMedian([at(2, 1e308), at(1, 1e308)])).toBeCloseTo(Math.SQRT2, 12);
  expect(weightedMedian([at(3, 1e308), at(2, 1.5e308), at(1, 1e308)])).toBe(2);
});

test("answers one point with itself, and nothing or nonsense with null", () => {
  expect(weightedMedian([at(5)])).toBe(5);
  expect(weightedMedian([])).toBeNull();
  expect(weightedMedian([at(5, 0)])).toBeNull();
  expect(weightedMedian([at(5), at(Number.NaN)])).toBeNull();
  expect(weightedMedian([at(5), at(6, Number.POSITIVE_INFINITY)])).toBeNull();
  expect(weightedMedian([at(5), at(6, -1)])).toBeNull();
});

test("holds at most half of the weight strictly below and above", () => {
  const point = fc.record({
    value: fc.integer({ min: 1, max: 50 }),
    weight: fc.double({ min: 0.01, max: 9, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
      const median = weightedMedian(points)!;
      expect(lowerWeightedMedian(points)!).toBeLessThanOrEqual(median);
      const total = points.reduce((sum, { weight }) => sum + weight, 0);
      const below = points.filter(({ value }) => value < median).reduce((sum, { weight }) => sum + weight, 0);
      const above = points.filter(({ value }) => value > median).reduce((sum, { weight }) => sum + weight, 0);
      expect(below).toBeLessThan(total / 2 + 1e-9);
      expect(above).toBeLessThanOrEqual(total / 2 + 1e-9);
    }),
  );
});
