import { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { bounded, estimated, refused } from "../../../src/models/statistics/estimate.ts";
import { maximise } from "../../../src/models/statistics/newton.ts";

test("an estimate reaches as far as normal or Student's t say", () => {
  expect(estimated(1, 0.5, 9)).toEqual({
    value: 1,
    standardError: 0.5,
    low: expect.closeTo(1 - 1.959963984540054 * 0.5, 12),
    high: expect.closeTo(1 + 1.959963984540054 * 0.5, 12),
    n: 9,
    reason: null,
  });
  expect(estimated(1, 0.5, 4, { degreesOfFreedom: 3 }).high).toBeCloseTo(1 + 3.1824463052837078 * 0.5, 11);
  expect(estimated(1, 0.5, 4, { level: 0.5 }).high).toBeCloseTo(1 + 0.6744897501960817 * 0.5, 11);
  expect(estimated(1, 0, 4)).toMatchObject({ low: 1, high: 1 });
});

test("what is no number is refused", () => {
  for (const [value, error] of [
    [Number.NaN, 1],
    [1, Number.NaN],
    [1, Number.POSITIVE_INFINITY],
    [1, -1],
  ])
    expect(estimated(value!, error!, 3)).toEqual(refused("not_finite", 3));
  expect(refused("empty", 0)).toMatchObject({ value: null, low: null, high: null, reason: "empty" });
  expect(bounded(2, null, 3, 5)).toMatchObject({
    value: 2,
    standardError: null,
    low: null,
    high: 3,
    reason: null,
  });
});

test("finds the top of a hill from far away, and says where there is none", () => {
  const hill = ([x = 0, y = 0]: readonly number[]) => ({
    value: -((x - 1) ** 4) - (y + 2) ** 2,
    score: [-4 * (x - 1) ** 3, -2 * (y + 2)],
    curvature: new Matrix([
      [-12 * (x - 1) ** 2, 0],
      [0, -2],
    ]),
  });
  const top = maximise(hill, [30, 30])!;
  expect(top.parameters[0]).toBeCloseTo(1, 1);
  expect(top.parameters[1]).toBeCloseTo(-2, 6);
  expect(maximise(hill, [1, -2])!.surface.value).toBe(-0);
  expect(maximise(() => ({ value: Number.NaN, score: [0], curvature: new Matrix([[1]]) }), [0])).toBeNull();
});
