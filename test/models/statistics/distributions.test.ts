import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chiSquaredQuantileAbove,
  chiSquaredTail,
  fQuantileAbove,
  fTail,
  normalCdf,
  normalDensity,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from "../../../src/models/statistics/distributions.ts";

/** Equal to about 12 significant digits. */
const near = (value: number, truth: number) => expect(value / truth).toBeCloseTo(1, 11);

describe("agrees with scipy.stats", () => {
  test.each([
    [-8, 6.22096057427174e-16],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [0.5, 0.6914624612740131],
    [2, 0.9772498680518208],
  ])("normal below %d", (x, p) => near(normalCdf(x), p));

  test.each([
    [1e-10, -6.361340902404056],
    [0.025, -1.9599639845400545],
    [0.9, 1.2815515655446004],
  ])("normal quantile %d", (p, x) => near(normalQuantile(p), x));

  test.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 3, 3.1824463052837078],
    [0.95, 7.5, 1.8757474792112878],
    [0.6, 100, 0.25402218245822766],
    [0.001, 2, -22.327124770119873],
  ])("t quantile %d with %d degrees", (p, freedom, x) => near(studentQuantile(p, freedom), x));

  test("t below", () => {
    near(studentCdf(-2, 3), 0.06966298427942152);
    near(studentCdf(1.5, 30), 0.927967035435677);
  });

  test("F and chi-squared, tails and quantiles", () => {
    near(fTail(3, 2, 10), 0.09536743164062497);
    near(fTail(21.5, 1, 105), 1.022921087776086e-5);
    near(fTail(0.2, 5, 3), 0.9423311143775628);
    near(fQuantileAbove(0.05, 2, 10), 4.1028210151304);
    near(fQuantileAbove(0.01, 7, 40), 3.1237570565734205);
    near(chiSquaredTail(3.84, 1), 0.05004352124870519);
    near(chiSquaredTail(20, 7), 0.005569683072945574);
    near(chiSquaredTail(100, 80), 0.064570368921133);
    near(chiSquaredTail(400, 500), 0.9996379295417103);
    near(chiSquaredQuantileAbove(0.05, 1), 3.8414588206941285);
    near(chiSquaredQuantileAbove(0.3, 12), 14.011100168421926);
  });
});

test("answers the edges and nonsense", () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
  expect(normalCdf(Number.NaN)).toBeNaN();
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(normalQuantile(1.1)).toBeNaN();
  expect(normalQuantile(Number.NaN)).toBeNaN();
  expect(studentQuantile(0, 3)).toBeNaN();
  expect(fTail(-1, 2, 3)).toBe(1);
  expect(chiSquaredTail(0, 3)).toBe(1);
  expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 15);
});

test("quantiles undo probabilities", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      fc.double({ min: 1, max: 200, noNaN: true }),
      (p, freedom) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
        expect(studentCdf(studentQuantile(p, freedom), freedom)).toBeCloseTo(p, 10);
        expect(chiSquaredTail(chiSquaredQuantileAbove(p, freedom), freedom)).toBeCloseTo(p, 10);
        expect(fTail(fQuantileAbove(p, freedom, 7), freedom, 7)).toBeCloseTo(p, 10);
      },
    ),
  );
});
