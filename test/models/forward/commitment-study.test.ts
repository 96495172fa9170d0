import { describe, expect, test } from "vitest";
import { day } from "../../../src/domain/time.ts";
import {
  type CommitmentStudyInput,
  pathCount,
  studyCommitment,
} from "../../../src/models/forward/commitment-study.ts";
import { type DatedPrice, estimateWalk } from "../../../src/models/forward/spot-walk.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";

const monthDays = 730 / 24;
const today = Date.UTC(2026, 7, 7);

/** Daily prices of a random walk with known drift and volatility a month, the last one 2.00 today. */
const walkHistory = (days: number, drift: number, volatility: number, seed: number): DatedPrice[] => {
  const random = seededRandom(seed);
  let log = Math.log(2);
  return Array.from({ length: days }, (_, ago) => {
    const price = { at: today - ago * day, usdPerGpuHour: Math.exp(log) };
    log -= drift / monthDays + (volatility / Math.sqrt(monthDays)) * randomNormal(random);
    return price;
  });
};

const flat = (days: number): DatedPrice[] => walkHistory(days, 0, 0, 1);

const study = (
  changes: Partial<CommitmentStudyInput["commitment"]> = {},
  history = walkHistory(91, 0, 0.1, 3),
) =>
  studyCommitment({
    commitment: {
      gpus: 8,
      months: 12,
      usdPerGpuHour: 1.8,
      upfrontShare: 0,
      annualRate: 0.12,
      utilisation: 1,
      ...changes,
    },
    purchase: "on_demand",
    startUsdPerGpuHour: 2,
    history,
    seed: 1,
  });

const held = ({ low, high }: { low: number | null; high: number | null }, truth: number): number =>
  Number(low! <= truth && high! >= truth);

describe("what a history says of its walk", () => {
  test("takes changes of a week from the newest back, and a change over a gap with its length", () => {
    const prices = flat(100).filter((_, ago) => ago < 60 || ago >= 80);
    const { changes, months, driftPerMonth } = estimateWalk(prices);
    // Eight weeks to day 56, then 80, 87, 94.
    expect(changes).toBe(11);
    expect(months).toBeCloseTo(94 / monthDays, 12);
    expect(driftPerMonth).toMatchObject({ value: 0, low: 0, high: 0, n: 11, reason: null });
    const steady = walkHistory(100, 0.04, 0, 1);
    expect(estimateWalk([...steady].reverse()).driftPerMonth.value).toBeCloseTo(0.04, 12);
    expect(estimateWalk(steady.filter((_, ago) => ago % 9 === 0)).driftPerMonth.value).toBeCloseTo(0.04, 12);
  });

  test("refuses what is too short, empty or no price", () => {
    const none = { value: null, low: null, high: null, reason: "too_few_changes" };
    expect(estimateWalk([]).volatilityPerMonth).toMatchObject({ ...none, n: 0 });
    expect(estimateWalk(flat(1)).driftPerMonth).toMatchObject({ ...none, n: 0 });
    expect(estimateWalk(flat(56)).driftPerMonth).toMatchObject({ ...none, n: 7 });
    expect(estimateWalk(flat(57)).driftPerMonth).toMatchObject({ reason: null, n: 8 });
    const odd = flat(60).map((each, i) => ({ ...each, usdPerGpuHour: i < 50 ? Number.NaN : -1 }));
    expect(estimateWalk(odd).changes).toBe(0);
  });

  test("its intervals hold the truth at about their rate", () => {
    const [runs, drift, volatility] = [1000, -0.02, 0.1];
    const covered = { drift: 0, volatility: 0, driftWithGaps: 0, volatilityWithGaps: 0 };
    for (let seed = 0; seed < runs; seed++) {
      const whole = walkHistory(91, drift, volatility, seed);
      const random = seededRandom(seed + 0.5 * 2 ** 33);
      const gaps = estimateWalk(whole.filter(() => random() < 0.7));
      const { driftPerMonth, volatilityPerMonth } = estimateWalk(whole);
      covered.drift += held(driftPerMonth, drift) / runs;
      covered.volatility += held(volatilityPerMonth, volatility) / runs;
      covered.driftWithGaps += held(gaps.driftPerMonth, drift) / runs;
      covered.volatilityWithGaps += held(gaps.volatilityPerMonth, volatility) / runs;
    }
    const shown = Object.entries(covered).map(([what, share]) => `${what} ${(100 * share).toFixed(1)} %`);
    console.log(`walk of 90 days, 95 % intervals cover: ${shown.join(", ")}`);
    for (const share of Object.values(covered)) {
      expect(share).toBeGreaterThanOrEqual(0.93);
      expect(share).toBeLessThanOrEqual(0.97);
    }
  });
});

describe("what is believed", () => {
  test("draws trend and volatility towards what is usual, and never believes in a price that cannot move", () => {
    const { walk, history } = study({}, walkHistory(91, -0.2, 0.05, 7));
    expect(history.driftPerMonth.value).toBeLessThan(-0.1);
    expect(walk.growthPerMonth).toBeGreaterThan(history.driftPerMonth.value!);
    expect(walk.growthPerMonth).toBeLessThan(0);
    expect(walk.growthError).toBeLessThan(0.03);
    const still = study({}, flat(91));
    expect(still.history.volatilityPerMonth.value).toBe(0);
    expect(still.walk.volatilityPerMonth).toBeGreaterThan(0.03);
    expect(still.undercut).toBeGreaterThan(0);
  });

  test("a longer history leaves less doubt about the trend", () => {
    const errors = [60, 120, 400].map((days) => study({}, walkHistory(days, 0, 0.1, 3)).walk.growthError);
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(errors[2]).toBeLessThan(0.027);
  });
});

describe("a commitment", () => {
  test("far above what any path reaches is left, far below all of them taken", () => {
    const dear = study({ usdPerGpuHour: 8 });
    expect(dear).toMatchObject({ decision: "wait", criticalRatio: 0 });
    expect(dear.undercut).toBeGreaterThan(0.99);
    expect(dear.npvUsd.high).toBeLessThan(0);
    expect(dear.highOutcomeUsd).toBeLessThan(0);
    const cheap = study({ usdPerGpuHour: 0.4 });
    expect(cheap.decision).toBe("commit");
    expect(cheap.undercut).toBeLessThan(0.01);
    expect(cheap.npvUsd.low).toBeGreaterThan(0);
    expect(cheap.lowOutcomeUsd).toBeGreaterThan(0);
    expect(study({ usdPerGpuHour: 1.95 })).toMatchObject({ decision: "close" });
  });

  test("is worth, by hand, what the expected price saves", () => {
    const { walk, ...answer } = study();
    let [npv, worth] = [0, 0];
    for (let t = 1; t <= 12; t++) {
      npv += (8 * 730 * (2 * Math.exp(walk.growthPerMonth * t) - 1.8)) / 1.01 ** t;
      worth += 1 / 1.01 ** t;
    }
    expect(answer.npvUsd.value).toBeCloseTo(npv, 6);
    expect(answer.expectedUsdPerGpuHour).toBeCloseTo(npv / (8 * 730 * worth) + 1.8, 10);
    expect(answer.criticalRatio).toBeCloseTo(1 - 1.8 / answer.expectedUsdPerGpuHour!, 10);
    expect(answer.breakEvenUtilisation).toBeCloseTo(1.8 / answer.expectedUsdPerGpuHour!, 10);
    expect(answer).toMatchObject({ effectiveUsdPerGpuHour: 1.8, breakEvenUsdPerGpuHour: 1.8 });
    expect(answer.lowOutcomeUsd).toBeLessThan(answer.npvUsd.low!);
    expect(answer.highOutcomeUsd).toBeGreaterThan(answer.npvUsd.high!);
  });

  test("is less sure of a longer term", () => {
    const width = (months: number) => {
      const { npvUsd } = study({ months });
      return (npvUsd.high! - npvUsd.low!) / months;
    };
    expect(width(6)).toBeLessThan(width(12));
    expect(width(12)).toBeLessThan(width(36));
  });

  test("has no decision from a short history, but the values that usual prices give", () => {
    for (const history of [[], flat(56)]) {
      const answer = study({ usdPerGpuHour: 0.4 }, history);
      expect(answer).toMatchObject({
        decision: null,
        walk: { growthPerMonth: 0, growthError: 0.03, volatilityPerMonth: 0.09 },
      });
      expect(answer.expectedUsdPerGpuHour).toBeCloseTo(2, 12);
      expect(answer.undercut).toBeLessThan(0.01);
    }
  });

  test("is decided by its seed and refuses nonsense", () => {
    expect(study()).toEqual(study());
    const bad = study({ months: 1.5 });
    expect(bad).toMatchObject({
      npvUsd: { value: null, reason: "bad_terms" },
      decision: null,
      undercut: null,
    });
  });

  test("is undercut as often as it says", () => {
    const [markets, truth] = [400, { trend: 0.03, volatility: 0.1 }];
    let [said, happened, brier] = [0, 0, 0];
    for (let market = 0; market < markets; market++) {
      const random = seededRandom(market + 2 ** 35);
      const growth = truth.trend * randomNormal(random) - truth.volatility ** 2 / 2;
      const rate = 2 * (0.8 + 0.4 * random());
      const { undercut } = study({ usdPerGpuHour: rate }, walkHistory(91, growth, truth.volatility, market));
      let [log, sum] = [Math.log(2), 0];
      for (let t = 0; t < 12; t++) {
        log += growth + truth.volatility * randomNormal(random);
        sum += Math.exp(log) / 12;
      }
      const was = Number(sum < rate);
      said += undercut! / markets;
      happened += was / markets;
      brier += (undercut! - was) ** 2 / markets;
    }
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    console.log(
      `undercut over 12 months, ${markets} markets, ${pathCount} paths: said ${percent(said)}, happened ${percent(happened)}, Brier ${brier.toFixed(3)}`,
    );
    expect(Math.abs(said - happened)).toBeLessThan(0.06);
    expect(brier).toBeLessThan(0.24);
  });
});
