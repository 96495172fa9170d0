import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { avoidableCost, marginOverFloor, operatingFloor } from "../../../src/models/economics/floor.ts";
import { powerUsdPerGpuHour } from "../../../src/models/economics/power.ts";
import { residualByAge, residualValue } from "../../../src/models/economics/residual.ts";
import { bounded } from "../../../src/models/statistics/estimate.ts";
import { hasReference, knownAnswers } from "../reference.ts";

const power = { kilowatts: 1, powerUsageEffectiveness: 1.3, usdPerKilowattHour: 0.08 };
const costs = {
  capexUsd: 30_000,
  residualUsd: 3000,
  years: 4,
  annualRate: 0.12,
  utilisation: 0.8,
  power,
  opexUsdPerGpuHour: 0.25,
};

describe("floor", () => {
  test("known answers: floor 1.622859, avoidable 0.104", () => {
    expect(operatingFloor(costs)).toBeCloseTo(1.6228588299007694, 12);
    expect(avoidableCost(power)).toBeCloseTo(0.104, 14);
    expect(avoidableCost(power, 0.05)).toBeCloseTo(0.154, 14);
  });

  test.skipIf(!hasReference)("as listed (skipped where the reference data is absent)", () => {
    expect(operatingFloor(costs)).toBeCloseTo(knownAnswers.curve.floor!, 12);
    expect(avoidableCost(power)).toBeCloseTo(knownAnswers.curve.avoidable_power!, 12);
  });

  test("without interest it is straight depreciation, by hand", () => {
    // 27,000 over 4 years at 80 % of 8,760 h: 0.96318; power 0.104 and 0.25 on top.
    expect(operatingFloor({ ...costs, annualRate: 0 })).toBeCloseTo(27_000 / (4 * 8760 * 0.8) + 0.354, 12);
  });

  test("refuses nonsense", () => {
    for (const changes of [
      { capexUsd: -1 },
      { residualUsd: Number.NaN },
      { years: 0 },
      { years: 1e-320 },
      { years: 5e-324, residualUsd: 30_000 },
      { utilisation: 5e-324 },
      { annualRate: -0.1 },
      { utilisation: 0 },
      { utilisation: 1.1 },
      { opexUsdPerGpuHour: Number.POSITIVE_INFINITY },
      { power: { ...power, kilowatts: -1 } },
    ])
      expect(operatingFloor({ ...costs, ...changes })).toBeNull();
    expect(avoidableCost({ ...power, powerUsageEffectiveness: Number.NaN })).toBeNull();
    expect(avoidableCost(power, -1)).toBeNull();
    expect(powerUsdPerGpuHour({ ...power, usdPerKilowattHour: -0.1 })).toBeCloseTo(-0.13, 12);
  });

  test("rises with every cost, falls with utilisation, and is linear in money", () => {
    const amount = fc.double({ min: 100, max: 50_000, noNaN: true });
    fc.assert(
      fc.property(
        amount,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        (capexUsd, utilisation, annualRate) => {
          const own = { ...costs, capexUsd, residualUsd: capexUsd / 10, utilisation, annualRate };
          const floor = operatingFloor(own)!;
          expect(operatingFloor({ ...own, annualRate: annualRate + 0.01 })!).toBeGreaterThan(floor);
          expect(operatingFloor({ ...own, utilisation: utilisation + 0.1 })!).toBeLessThan(floor);
          expect(floor).toBeGreaterThan(avoidableCost(power)!);
          const double = operatingFloor({ ...own, capexUsd: 2 * capexUsd, residualUsd: capexUsd / 5 })!;
          expect(double - 0.354).toBeCloseTo(2 * (floor - 0.354), 8);
        },
      ),
    );
  });
});

test("margin shifts a price with its bounds", () => {
  expect(marginOverFloor(bounded(2, 1.8, null, 5), 1.5)).toEqual({
    value: 0.5,
    standardError: null,
    low: expect.closeTo(0.3, 12),
    high: null,
    n: 5,
    reason: null,
  });
  expect(marginOverFloor({ ...bounded(2, 1, 3, 5), value: null }, 1)).toMatchObject({
    value: null,
    reason: "no_price",
  });
  expect(marginOverFloor(bounded(2, 1, 3, 5), null)).toMatchObject({ value: null, reason: "no_floor" });
  expect(marginOverFloor(bounded(2, 1, 3, 5), Number.NaN).reason).toBe("no_floor");
});

describe("residual value", () => {
  const model = {
    newValue: 30_000,
    decayPerYear: 0.25,
    launches: [
      { ageYears: 2, drop: 0.3 },
      { ageYears: 3.5, drop: 0.1 },
    ],
  };

  test("decays, and drops with every launch, by hand", () => {
    expect(residualValue(model, 0)).toBe(30_000);
    expect(residualValue(model, 1.9)).toBeCloseTo(30_000 * Math.exp(-0.475), 8);
    expect(residualValue(model, 2)).toBeCloseTo(30_000 * Math.exp(-0.5) * 0.7, 8);
    expect(residualValue(model, 4)).toBeCloseTo(30_000 * Math.exp(-1) * 0.7 * 0.9, 8);
    expect(residualByAge(model, 3).map(({ ageYears }) => ageYears)).toEqual([0, 1, 2, 3]);
    expect(residualByAge(model, 0)).toEqual([{ ageYears: 0, value: 30_000 }]);
  });

  test("refuses nonsense", () => {
    expect(residualValue(model, -1)).toBeNull();
    expect(residualValue(model, Number.NaN)).toBeNull();
    expect(residualValue({ ...model, decayPerYear: -1 }, 1)).toBeNull();
    expect(residualValue({ ...model, launches: [{ ageYears: 1, drop: 1.1 }] }, 2)).toBeNull();
    expect(residualByAge(model, -1)).toEqual([]);
    expect(residualByAge(model, 1.5)).toEqual([]);
    expect(residualByAge({ ...model, newValue: Number.NaN }, 2)).toEqual([]);
  });

  test("never rises with age and scales with the value when new", () => {
    const age = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(age, age, (a, b) => {
        expect(residualValue(model, a + b)!).toBeLessThanOrEqual(residualValue(model, a)!);
        expect(residualValue({ ...model, newValue: 60_000 }, a)!).toBeCloseTo(
          2 * residualValue(model, a)!,
          6,
        );
      }),
    );
  });
});
