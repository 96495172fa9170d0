import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { leastSquares } from "../../../src/models/statistics/least-squares.ts";
import { smallMarket } from "./small-market.ts";

const { quantity, price, control, weights } = smallMarket;
const rows = price.map((each, i) => [1, each, control[i]!]);

const expectAll = (values: readonly number[], truth: readonly number[]) =>
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(truth[i]!, 11);
  });

describe("agrees with statsmodels", () => {
  test("weighted, classical", () => {
    const fit = leastSquares(quantity, rows, { weights }).fit!;
    expectAll(fit.coefficients, [4.296642509506439, -1.2320780640729154, 0.1326837669688735]);
    expectAll(fit.standardErrors, [0.09144829211482554, 0.04250296381561508, 0.07143786083751355]);
    expect(fit.rSquared).toBeCloseTo(0.9875345841787617, 11);
    expect(fit.covariance[1]![2]).toBeCloseTo(-0.0007603730863914719, 13);
    expect(fit.degreesOfFreedom).toBe(11);
  });

  test("HC1, weighted and not", () => {
    const weighted = leastSquares(quantity, rows, { weights, covariance: "hc1" }).fit!;
    expectAll(weighted.standardErrors, [0.09675861234384459, 0.03220948556582637, 0.053065077430485594]);
    const plain = leastSquares(quantity, rows, { covariance: "hc1" }).fit!;
    expectAll(plain.coefficients, [4.3401108726752495, -1.2616237482117316, 0.10838698140200159]);
    expectAll(plain.standardErrors, [0.11090125485391786, 0.04161501506951668, 0.08586809045887722]);
  });
});

test("a line through three points, by hand", () => {
  // Slope 1.5, intercept 1/6 - ..., residuals 1/6, -1/3, 1/6; s^2 = 1/6, var(slope) = s^2 / 2.
  const fit = leastSquares(
    [1, 2, 4],
    [
      [1, 0],
      [1, 1],
      [1, 2],
    ],
  ).fit!;
  expectAll(fit.coefficients, [5 / 6, 1.5]);
  expectAll(fit.residuals, [1 / 6, -1 / 3, 1 / 6]);
  expect(fit.standardErrors[1]).toBeCloseTo(Math.sqrt(1 / 12), 12);
  expect(fit.squaredResiduals).toBeCloseTo(1 / 6, 12);
});

test("refuses what cannot be fitted", () => {
  const reason = (y: readonly number[], x: readonly (readonly number[])[], weight?: readonly number[]) =>
    leastSquares(y, x, weight ? { weights: weight } : {}).reason;
  expect(reason([], [])).toBe("empty");
  expect(reason([1], [[1]])).toBe("too_few_rows");
  expect(reason([1, 2], [[1], [1, 2]])).toBe("bad_shape");
  expect(reason([1, 2], [[], []])).toBe("bad_shape");
  expect(reason([1, 2], [[1], [1]], [1, 0])).toBe("bad_shape");
  expect(reason([1, Number.NaN], [[1], [1]])).toBe("not_finite");
  expect(reason([1, 2], [[1], [Number.POSITIVE_INFINITY]])).toBe("not_finite");
  expect(
    reason(
      [1, 2, 3],
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    ),
  ).toBe("collinear");
  expect(
    reason(
      [1, 2, 3],
      [
        [1, 0],
        [1, 0],
        [1, 0],
      ],
    ),
  ).toBe("collinear");
  const alike = rows.map((row) => [...row, row[1]! * 3 - row[2]!]);
  expect(reason(quantity, alike)).toBe("collinear");
});

test("says that y does not vary", () => {
  expect(leastSquares([2, 2, 2], [[1], [1], [1]]).fit).toMatchObject({ rSquared: null, squaredResiduals: 0 });
});

describe("properties", () => {
  const number = fc.integer({ min: -50_000, max: 50_000 }).map((value) => value / 1000);
  const data = fc.array(fc.tuple(number, number, fc.double({ min: 0.1, max: 9, noNaN: true })), {
    minLength: 5,
    maxLength: 30,
  });
  const fitOf = (points: readonly [number, number, number][], factor = 1) =>
    leastSquares(
      points.map(([y]) => y),
      points.map(([, x]) => [1, x * factor]),
      { weights: points.map(([, , weight]) => weight) },
    ).fit;

  test("residuals are orthogonal to what explains them", () => {
    fc.assert(
      fc.property(data, (points) => {
        const fit = fitOf(points);
        if (!fit) return;
        const sums = points.reduce(
          ([level, slope], [, x, weight], i) => [
            level! + weight * fit.residuals[i]!,
            slope! + weight * x * fit.residuals[i]!,
          ],
          [0, 0],
        );
        expect(sums[0]).toBeCloseTo(0, 6);
        expect(sums[1]).toBeCloseTo(0, 5);
      }),
    );
  });

  test("a regressor too small for its squares has the coefficient of its unit", () => {
    const tiny = leastSquares(
      [1, 2, 4, 3],
      [0, 1, 2, 3].map((value) => [1, value * 1e-162]),
    ).fit!;
    expect(tiny.coefficients[1]! * 1e-162).toBeCloseTo(0.8, 9);
    const tooSmall = leastSquares(
      [1, 2, 4, 3],
      [0, 1, 2, 3].map((value) => [1, value * 1e-315]),
    );
    expect(tooSmall).toEqual({ fit: null, reason: "not_finite" });
  });

  test("the unit of a regressor divides its coefficient; the order of rows does not matter", () => {
    fc.assert(
      fc.property(data, (points) => {
        const [fit, scaled, turned] = [fitOf(points), fitOf(points, 1000), fitOf([...points].reverse())];
        if (!fit || !scaled || !turned) return;
        const size = Math.max(1, Math.abs(fit.coefficients[1]!));
        expect(scaled.coefficients[1]! * 1000).toBeCloseTo(fit.coefficients[1]!, 7 - Math.log10(size));
        expect(turned.coefficients[1]).toBeCloseTo(fit.coefficients[1]!, 7 - Math.log10(size));
      }),
    );
  });
});
