import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leastSquares } from "../../../src/models/statistics/least-squares.ts";
import {
  combined,
  productsOf,
  type SparseRow,
  solveNormal,
} from "../../../src/models/statistics/normal-equations.ts";

const rowOf = (values: readonly number[], weight = 1): SparseRow => ({
  weight,
  columns: [...values.keys()],
  values,
});
const solve = (rows: readonly SparseRow[], leaveOut: readonly number[] = []) =>
  solveNormal(productsOf(rows), rows.length, new Set(leaveOut));

const rows = fc.array(
  fc.record({
    values: fc.tuple(fc.constant(1), fc.integer({ min: 0, max: 1 }), fc.integer({ min: -5, max: 5 })),
    y: fc.integer({ min: -9, max: 9 }),
    weight: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 300, size: "max" },
);

test("coefficients, standard errors and residuals are those of QR", () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const { kept, fit } = solve(drawn.map(({ values, y, weight }) => rowOf([...values, y], weight)));
      const truth = leastSquares(
        drawn.map(({ y }) => y),
        drawn.map(({ values }) => values),
        { weights: drawn.map(({ weight }) => weight) },
      );
      fc.pre(truth.fit !== null);
      expect(kept).toEqual([0, 1, 2]);
      for (const column of kept) {
        expect(fit!.coefficients.get(column)).toBeCloseTo(truth.fit!.coefficients[column]!, 9);
        expect(fit!.standardErrorOf([[column, 1]])).toBeCloseTo(truth.fit!.standardErrors[column]!, 9);
      }
      const { covariance } = truth.fit!;
      const variance = covariance[0]![0]! + 4 * covariance[1]![1]! - 4 * covariance[0]![1]!;
      const terms = [
        [0, 1],
        [1, -2],
      ] as const;
      expect(fit!.standardErrorOf(terms)).toBeCloseTo(Math.sqrt(variance), 8);
      expect(fit!.squaredResiduals).toBeCloseTo(truth.fit!.squaredResiduals, 8);
      expect(fit!.degreesOfFreedom).toBe(truth.fit!.degreesOfFreedom);
    }),
  );
});

test("parts taken several times are rows of as many times the weight", () => {
  fc.assert(
    fc.property(rows, rows, (first, second) => {
      const made = [first, second].map((part) =>
        part.map(({ values, y, weight }) => rowOf([...values, y], weight)),
      );
      const [copied, left] = [made[0]!.map((row) => ({ ...row, weight: 3 * row.weight })), made[1]!];
      expect(combined(made.map(productsOf), [3, 1])).toEqual(productsOf([...copied, ...left]));
      expect(combined(made.map(productsOf), [0, 1])).toEqual(productsOf(left));
    }),
  );
  expect(combined([], []).columns).toHaveLength(0);
});

describe("leaves out", () => {
  const line = [1, 2, 3, 4, 5].map((x) => [1, x, 2 - 3 * x, x * x]);
  const y = [1, 3, 2, 5, 4];
  const withY = line.map((values, i) => rowOf([...values, y[i]!]));

  test("what repeats the columns before it, and what it is told to", () => {
    expect(solve(withY).kept).toEqual([0, 1, 3]);
    expect(solve(withY, [1]).kept).toEqual([0, 2, 3]);
    expect(solve(withY.map((row) => ({ ...row, columns: [2, 5, 6, 8, 9] }))).kept).toEqual([2, 5, 8]);
  });

  test("what repeats them but for rounding, beside a column with hardly anything of its own", () => {
    const near = Array.from({ length: 40 }, (_, i) => {
      const [level, little] = [i % 4, 1e-4 * Math.sin(i)];
      const wave = Math.sin(i) * 0.1;
      return rowOf([1, level, 0.3 * level + little, wave + 0.7 * level, Math.cos(i)]);
    });
    expect(solve(near).kept).toEqual([0, 1, 2]);
  });

  test("a column whose squares are too large or too small for a number", () => {
    for (const factor of [1e200, 1e-200]) {
      const { kept, fit } = solve(line.map(([one, x], i) => rowOf([one!, factor * x!, y[i]!])));
      expect(kept).toEqual([0]);
      expect(fit!.coefficients.get(0)).toBeCloseTo(3, 12);
    }
  });
});

test("residuals of an exact line are 0", () => {
  const { fit } = solve([1, 2, 3, 4].map((x) => rowOf([1, x / 3, 0.1 + 0.7 * x])));
  expect(fit!.squaredResiduals).toBe(0);
  expect(fit!.coefficients.get(1)).toBeCloseTo(2.1, 12);
});

test("refuses: nothing, no more rows than columns, numbers that are none", () => {
  expect(solve([])).toEqual({ kept: [], repeated: [], fit: null });
  expect(solve([rowOf([1, 2])])).toEqual({ kept: [0], repeated: [], fit: null });
  expect(solve([rowOf([1, 2]), rowOf([1, Number.NaN])])).toEqual({ kept: [0], repeated: [], fit: null });
});
