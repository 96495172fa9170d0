import fc from "fast-check";
import { expect, test } from "vitest";
import { weightedMedian } from "../../src/models/weighted-median.ts";

const at = (value: number, weight = 1) => ({ value, weight });

test("is the smallest value whose cumulative weight reaches half", () => {
  expect(weightedMedian([at(3), at(1), at(2)])).toBe(2);
  expect(weightedMedian([at(1), at(2)])).toBe(1);
  expect(weightedMedian([at(1, 1), at(2, 1), at(9, 3)])).toBe(9);
  expect(weightedMedian([at(1, 0.1), at(2, 0.2), at(3, 0.3), at(4, 0.6)])).toBe(3);
});

test("of weights whose sum is not finite", () => {
  expect(weightedMedian([at(2, 1e308), at(1, 1e308)])).toBe(1);
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
      const total = points.reduce((sum, { weight }) => sum + weight, 0);
      const below = points.filter(({ value }) => value < median).reduce((sum, { weight }) => sum + weight, 0);
      const above = points.filter(({ value }) => value > median).reduce((sum, { weight }) => sum + weight, 0);
      expect(below).toBeLessThan(total / 2 + 1e-9);
      expect(above).toBeLessThanOrEqual(total / 2 + 1e-9);
    }),
  );
});
