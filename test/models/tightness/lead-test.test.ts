import { describe, expect, test } from "vitest";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { leadTest } from "../../../src/models/tightness/lead-test.ts";

/**
 * A signal with autocorrelation 0.8 and a log price whose next change it moves by `effect` a unit and which repeats
 * `persistence` of its last.
 */
const simulate = (seed: number, length: number, effect: number, persistence = 0) => {
  const random = seededRandom(seed);
  let [level, price, change] = [0, 0, 0];
  const signal: number[] = [];
  const target: number[] = [];
  for (let t = 0; t < length; t++) {
    signal.push(level);
    target.push(price);
    change = persistence * change + effect * level + 0.02 * randomNormal(random);
    price += change;
    level = 0.8 * level + randomNormal(random);
  }
  return { signal, target };
};

test("agrees with numpy", () => {
  // Change over the next two steps of a fixed pair of series on the signal, a constant and the last change.
  const signal = Array.from({ length: 45 }, (_, t) => Math.sin(t) + 0.1 * (t % 7));
  const target = Array.from(
    { length: 45 },
    (_, t) => 0.01 * t + 0.05 * Math.cos(1.3 * t) + 0.02 * Math.sin(t - 1),
  );
  const answer = leadTest(signal, target, 2);
  expect(answer.n).toBe(42);
  expect(answer.value).toBeCloseTo(0.00932283217666085, 10);
  expect(answer.standardError).toBeCloseTo(0.018493073502604672, 10);
  expect(answer.partialRSquared).toBeCloseTo(0.00963464013965265, 10);
});

describe("refuses", () => {
  const { signal, target } = simulate(1, 60, 0);

  test("too little, bad shapes, what never moves, and leaves out what is not known", () => {
    expect(leadTest([], [], 1)).toMatchObject({ value: null, reason: "too_few", pValue: null, leads: null });
    expect(leadTest([1], [1], 1).reason).toBe("too_few");
    expect(leadTest(signal.slice(0, 40), target.slice(0, 40), 1)).toMatchObject({ reason: "too_few", n: 38 });
    expect(leadTest(signal, target.slice(1), 1).reason).toBe("bad_shape");
    for (const horizon of [0, -1, 1.5, Number.NaN])
      expect(leadTest(signal, target, horizon).reason).toBe("bad_shape");
    expect(
      leadTest(
        signal,
        target.map(() => 2),
        1,
      ),
    ).toMatchObject({ reason: "does_not_vary", n: 58 });
    expect(
      leadTest(
        signal.map(() => 50),
        target,
        1,
      ).reason,
    ).toBe("does_not_vary");
    const gaps = signal.map((value, t) => (t === 30 ? Number.NaN : t === 31 ? null : value));
    expect(leadTest(gaps, target, 1).n).toBe(56);
  });
});

test("the unit of the signal divides the value and leaves the p-value", () => {
  const { signal, target } = simulate(2, 200, 0.01);
  const [a, b] = [
    leadTest(signal, target, 3),
    leadTest(
      signal.map((value) => value * 10 + 5),
      target,
      3,
    ),
  ];
  expect(b.value! * 10).toBeCloseTo(a.value!, 10);
  expect(b.pValue).toBeCloseTo(a.pValue!, 8);
});

test("finds a lead that is there and holds its interval at its rate", () => {
  const runs = 400;
  let [found, covered] = [0, 0];
  for (let seed = 0; seed < runs; seed++) {
    const { signal, target } = simulate(seed, 200, 0.01);
    const { leads, low, high } = leadTest(signal, target, 1);
    found += Number(leads);
    covered += Number(low! <= 0.01 && high! >= 0.01);
  }
  console.log(
    `lead test, 200 days: finds a lead in ${rate(found, runs)}, 95 % interval covers ${rate(covered, runs)}`,
  );
  expect(found / runs).toBeGreaterThanOrEqual(0.95);
  expect(covered / runs).toBeGreaterThanOrEqual(0.92);
});

test.each([
  { days: 60, persistence: 0 },
  { days: 120, persistence: 0 },
  { days: 120, persistence: 0.6 },
  { days: 365, persistence: 0.6 },
])(
  "alarms falsely about as often as it says: $days days, persistence $persistence",
  ({ days, persistence }) => {
    const runs = 600;
    let wrong = 0;
    for (let seed = 0; seed < runs; seed++) {
      const { signal, target } = simulate(seed, days, 0, persistence);
      wrong += Number(leadTest(signal, target, 7).leads);
    }
    console.log(
      `lead test, ${days} days, persistence ${persistence}: false alarms at 7 days ahead ${rate(wrong, runs)}`,
    );
    expect(wrong / runs).toBeLessThanOrEqual(0.08);
  },
);

const rate = (count: number, runs: number): string => `${((100 * count) / runs).toFixed(1)} %`;
