import fc from "fast-check";
import { PowerRegression } from "ml-regression";
import { describe, expect, test } from "vitest";
import { powerSupply, type SupplyPoint } from "../../../src/models/curves/power-supply.ts";
import { seededRandom } from "../../../src/models/statistics/random.ts";

const point = (usdPerGpuHour: number, gpus: number, provider = "a"): SupplyPoint => ({
  usdPerGpuHour,
  gpus,
  provider,
});
const options = { seed: 1, replicates: 200 };

describe("by hand and against statsmodels", () => {
  test("a curve that is a power of quantity", () => {
    // p = 0.5 Q^0.5 at Q = 4, 16, 64.
    const steps = [point(1, 4), point(2, 12, "b"), point(4, 48, "c")];
    const fit = powerSupply(steps, options);
    expect(fit.a).toBeCloseTo(0.5, 12);
    expect(fit.b).toBeCloseTo(0.5, 12);
    expect(fit.rSquared).toBeCloseTo(1, 12);
    expect(fit.elasticity.value).toBeCloseTo(2, 12);
    expect(fit).toMatchObject({ levels: 3, reason: null });
  });

  test("offers at one price are one step", () => {
    const fit = powerSupply(
      [point(1, 2), point(1.5, 4), point(2, 4), point(2, 2, "b"), point(3, 8, "b")],
      options,
    );
    expect(fit.a).toBeCloseTo(0.6953844640148242, 12);
    expect(fit.b).toBeCloseTo(0.4582719597501369, 12);
    expect(fit.rSquared).toBeCloseTo(0.9697134418206349, 12);
    expect(fit.levels).toBe(4);
  });
});

test("refuses too little and leaves out nonsense", () => {
  expect(powerSupply([], options)).toMatchObject({
    a: null,
    reason: "empty",
    elasticity: { reason: "empty" },
  });
  expect(powerSupply([point(2, 1)], options)).toMatchObject({ b: null, reason: "too_few_levels", levels: 1 });
  expect(powerSupply([point(1, 1), point(2, 1), point(2, 5)], options).reason).toBe("too_few_levels");
  const vanishing = [point(1, 1e17), point(2, 1), point(3, 1)];
  const endless = [point(1, 1e308), point(2, 1e308), point(3, 1e308)];
  for (const steps of [vanishing, endless])
    expect(powerSupply(steps, options)).toMatchObject({
      a: null,
      b: null,
      rSquared: null,
      elasticity: { value: null, reason: "too_few_levels" },
      reason: "too_few_levels",
    });
  const odd = [point(Number.NaN, 1), point(0, 1), point(1, 0), point(1, Number.POSITIVE_INFINITY)];
  expect(powerSupply(odd, options).reason).toBe("empty");
});

test("does not depend on the order or on units", () => {
  const steps = fc.array(
    fc.record({
      usdPerGpuHour: fc.integer({ min: 50, max: 900 }).map((cents) => cents / 100),
      gpus: fc.integer({ min: 1, max: 64 }),
      provider: fc.constantFrom(..."abcd"),
    }),
    { minLength: 6, maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const fit = powerSupply(all, { seed: 1, replicates: 20 });
      fc.pre(fit.b !== null);
      const other = all
        .map((each) => ({ ...each, usdPerGpuHour: each.usdPerGpuHour * 3, gpus: each.gpus * 8 }))
        .reverse();
      const turned = powerSupply(other, { seed: 1, replicates: 20 });
      expect(turned.b! / fit.b!).toBeCloseTo(1, 9);
      expect(turned.a!).toBeCloseTo(3 * fit.a! * 8 ** -fit.b!, 8);
      expect(fit.b!).toBeGreaterThan(0);
      expect(fit.rSquared!).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
});

test("simulated stacks: the interval holds the elasticity that the fit has in the whole market at about its rate", () => {
  // Prices 2 U^(1/3): S(p) rises with the cube of the price. A fit of many offers says what the estimator aims at.
  const stack = (seed: number, providers: number): SupplyPoint[] => {
    const random = seededRandom(seed);
    return Array.from({ length: providers * 5 }, (_, i) =>
      point(2 * random() ** (1 / 3), 8, `p${i % providers}`),
    );
  };
  const target = powerSupply(stack(999, 2000), { seed: 1, replicates: 2 }).elasticity.value!;
  const runs = 150;
  let covered = 0;
  for (let seed = 0; seed < runs; seed++) {
    const { low, high } = powerSupply(stack(seed, 20), { seed, replicates: 300 }).elasticity;
    covered += Number(low! <= target && high! >= target);
  }
  console.log(
    `supply elasticity 3 (fitted ${target.toFixed(2)} in the whole), 20 providers: ` +
      `95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`,
  );
  expect(target).toBeCloseTo(3, 1);
  expect(covered / runs).toBeGreaterThanOrEqual(0.85);
});

test("agrees with the power regression of ml-regression at the top of each step", () => {
  const random = seededRandom(11);
  const steps = Array.from({ length: 60 }, (_, i) => ({
    provider: `p${i % 7}`,
    usdPerGpuHour: 1 + Math.round(200 * random()) / 50,
    gpus: 1 + Math.floor(16 * random()),
  }));
  const levels = [...new Set(steps.map(({ usdPerGpuHour }) => usdPerGpuHour))].sort((a, b) => a - b);
  const upTo = (usd: number) =>
    steps.filter(({ usdPerGpuHour }) => usdPerGpuHour <= usd).reduce((sum, { gpus }) => sum + gpus, 0);
  const peer = new PowerRegression(levels.map(upTo), levels);
  const { a, b } = powerSupply(steps, { seed: 1, replicates: 20 });
  expect(a).toBeCloseTo(peer.A, 9);
  expect(b).toBeCloseTo(peer.B, 9);
});
