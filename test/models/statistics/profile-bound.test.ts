import { describe, expect, test } from "vitest";
import { profileBound } from "../../../src/models/statistics/profile-bound.ts";

describe("profile bound", () => {
  const parabola = (x: number): number => ((x - 2) / 0.5) ** 2;
  const side = { from: 2, limit: 10, step: 0.1, reach: 1.96 };

  test("of a parabola is the Wald bound, whatever the first step", () => {
    for (const step of [1e-3, 0.98, 50]) {
      expect(profileBound(parabola, { ...side, step })).toBeCloseTo(2.98, 4);
      expect(profileBound(parabola, { ...side, limit: -10, step })).toBeCloseTo(1.02, 4);
    }
  });

  test("of a skewed curve, by hand", () => {
    // 2 n (x / m - 1 - ln(x / m)) of a Poisson mean m = 5, n = 1, twice the loss: 10 (x/5 - 1 - ln(x/5)).
    const poisson = (x: number): number => 10 * (x / 5 - 1 - Math.log(x / 5));
    const bound = profileBound(poisson, { ...side, from: 5, limit: 100, step: 4 })!;
    expect(poisson(bound)).toBeCloseTo(1.96 ** 2, 2);
  });

  test("is open where the loss stays small, falls again, or is not known", () => {
    expect(profileBound((x) => 3 * (1 - Math.exp(-((x - 2) ** 2))), side)).toBeNull();
    expect(profileBound((x) => (x > 8 ? 1 : parabola(x)), side)).toBeNull();
    expect(profileBound(() => null, side)).toBeNull();
    expect(profileBound((x) => (x < 9 ? null : 100), side)).toBeNull();
    expect(profileBound(() => Number.NaN, side)).toBeNull();
    expect(profileBound(parabola, { ...side, limit: 2 })).toBeNull();
  });
});
