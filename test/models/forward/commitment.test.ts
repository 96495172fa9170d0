import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Commitment,
  commitmentValue,
  criticalRatio,
  gpusToReserve,
} from "../../../src/models/forward/commitment.ts";
import { simulateSpot } from "../../../src/models/forward/spot-paths.ts";

const terms: Commitment = {
  gpus: 8,
  months: 2,
  usdPerGpuHour: 2,
  upfrontShare: 0,
  annualRate: 0,
  utilisation: 1,
};

describe("by hand", () => {
  test("saves spot cost and pays the contract", () => {
    // Two months of 730 h on 8 GPUs at 2.00 against 2.50 and 3.00, and against 1.00 twice.
    const answer = commitmentValue(terms, [
      [2.5, 3],
      [1, 1],
    ]);
    const values = [730 * 8 * 1.5, 730 * 8 * -2];
    expect(answer.npvUsd.value).toBeCloseTo((values[0]! + values[1]!) / 2, 9);
    expect(answer).toMatchObject({
      effectiveUsdPerGpuHour: 2,
      breakEvenUsdPerGpuHour: 2,
      undercut: 0.5,
      decision: "close",
      breakEvenUtilisation: expect.closeTo(2 / 1.875, 12),
    });
    expect(answer.lowOutcomeUsd).toBeCloseTo(values[1]! + 0.05 * (values[0]! - values[1]!), 6);
    expect(answer.npvUsd.n).toBe(2);
  });

  test("discounts, and counts upfront payments and unused hours", () => {
    const half = commitmentValue({ ...terms, utilisation: 0.5, annualRate: 0.12 }, [[3, 5]]);
    const [d1, d2] = [1 / 1.01, 1 / 1.01 ** 2];
    expect(half.npvUsd.value).toBeCloseTo(730 * 8 * (0.5 * (3 * d1 + 5 * d2) - 2 * (d1 + d2)), 8);
    expect(half.npvUsd).toMatchObject({ low: null, high: null, n: 1 });
    expect(half.decision).toBe("wait");
    expect(half.breakEvenUsdPerGpuHour).toBeCloseTo(4, 12);
    const upfront = commitmentValue({ ...terms, upfrontShare: 1, annualRate: 0.12 }, [[3, 5]]);
    expect(upfront.npvUsd.value).toBeCloseTo(730 * 8 * (3 * d1 + 5 * d2 - 4), 8);
  });

  test("decides where the interval of the mean leaves no doubt", () => {
    const paths = (usd: number) => Array.from({ length: 50 }, (_, i) => [usd + (i % 5) / 10, usd]);
    expect(commitmentValue(terms, paths(3)).decision).toBe("commit");
    expect(commitmentValue(terms, paths(1)).decision).toBe("wait");
    expect(commitmentValue(terms, paths(1.9)).decision).toBe("close");
  });
});

test("refuses terms and paths that make no sense", () => {
  const reason = (changes: Partial<Commitment>, paths: readonly (readonly number[])[] = [[2, 2]]) =>
    commitmentValue({ ...terms, ...changes }, paths).npvUsd.reason;
  expect(reason({}, [])).toBe("no_paths");
  expect(reason({}, [[2]])).toBe("bad_paths");
  expect(reason({}, [[2, Number.NaN]])).toBe("bad_paths");
  expect(reason({}, [[2, -1]])).toBe("bad_paths");
  for (const changes of [
    { gpus: 0 },
    { months: 0 },
    { months: 1.5 },
    { usdPerGpuHour: Number.NaN },
    { upfrontShare: 2 },
    { annualRate: -0.1 },
    { utilisation: 1.1 },
  ])
    expect(reason(changes)).toBe("bad_terms");
  expect(commitmentValue({ ...terms, gpus: 0 }, [[2, 2]])).toMatchObject({ decision: null, undercut: null });
  expect(commitmentValue({ ...terms, utilisation: 0 }, [[2, 2]])).toMatchObject({
    breakEvenUsdPerGpuHour: null,
    decision: "wait",
  });
});

describe("how many to reserve", () => {
  test("critical ratio and the demand it covers", () => {
    expect(criticalRatio(2, 1.5)).toBe(0.25);
    expect(criticalRatio(2, 2.5)).toBe(0);
    expect(criticalRatio(0, 1)).toBeNull();
    expect(criticalRatio(Number.NaN, 1)).toBeNull();
    expect(criticalRatio(2, -1)).toBeNull();
    const demand = [40, 10, 30, 20];
    expect(gpusToReserve(demand, 0.25)).toBe(10);
    expect(gpusToReserve(demand, 0.26)).toBe(20);
    expect(gpusToReserve(demand, 1)).toBe(40);
    expect(gpusToReserve(demand, 0)).toBe(0);
    expect(gpusToReserve([], 0.5)).toBeNull();
    expect(gpusToReserve([1, Number.NaN], 0.5)).toBeNull();
    expect(gpusToReserve([1], 1.5)).toBeNull();
    expect(gpusToReserve([7], 0.5)).toBe(7);
  });

  test("no other number costs less", () => {
    const demands = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(demands, fc.integer({ min: 0, max: 30 }), (demand, other) => {
        const [spot, reserved] = [3, 2];
        const cost = (k: number) =>
          demand.reduce((sum, want) => sum + reserved * k + spot * Math.max(0, want - k), 0);
        expect(cost(gpusToReserve(demand, criticalRatio(spot, reserved)!)!)).toBeLessThanOrEqual(
          cost(other) + 1e-9,
        );
      }),
    );
  });
});

describe("simulated spot", () => {
  const walk = { startUsdPerGpuHour: 2, driftPerMonth: -0.01, volatilityPerMonth: 0.1 };

  test("is decided by the seed, and stays put without drift and volatility", () => {
    expect(simulateSpot(walk, 6, 3, 9)).toEqual(simulateSpot(walk, 6, 3, 9));
    expect(simulateSpot(walk, 6, 3, 9)).not.toEqual(simulateSpot(walk, 6, 3, 10));
    const still = simulateSpot({ ...walk, driftPerMonth: 0, volatilityPerMonth: 0 }, 2, 1, 1);
    for (const price of still[0]!) expect(price).toBeCloseTo(2, 12);
    expect(simulateSpot({ ...walk, startUsdPerGpuHour: 0 }, 6, 3, 1)).toEqual([]);
    expect(simulateSpot({ ...walk, volatilityPerMonth: Number.NaN }, 6, 3, 1)).toEqual([]);
    expect(simulateSpot(walk, 0, 3, 1)).toEqual([]);
    expect(simulateSpot(walk, 6, 1.5, 1)).toEqual([]);
  });

  test("the interval of the mean value holds the true mean at about its rate", () => {
    const commitment = { ...terms, months: 12, usdPerGpuHour: 1.9, annualRate: 0.1 };
    let truth = 0;
    let discount = 1;
    for (let t = 1; t <= 12; t++) {
      discount /= 1 + 0.1 / 12;
      truth += 730 * 8 * discount * (2 * Math.exp(t * (-0.01 + 0.01 / 2)) - 1.9);
    }
    const runs = 300;
    let covered = 0;
    for (let seed = 0; seed < runs; seed++) {
      const { low, high } = commitmentValue(commitment, simulateSpot(walk, 12, 200, seed)).npvUsd;
      covered += Number(low! <= truth && high! >= truth);
    }
    console.log(
      `value of a commitment, 200 paths: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`,
    );
    expect(covered / runs).toBeGreaterThanOrEqual(0.92);
  });
});
