import { describe, expect, test } from "vitest";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { type TightnessDay, tightnessOn } from "../../../src/models/tightness/tightness-days.ts";
import { leadHorizonDays, studyTightness } from "../../../src/models/tightness/tightness-study.ts";

const dayMs = 86_400_000;

const nothing: TightnessDay = {
  at: 0,
  ...{ freeShare: null, soldOutShare: null, netNewListings: null },
  ...{ hoursToDisappear: null, spotDiscount: null, usdPerGpuHour: null },
};

interface Truth {
  readonly days: number;
  /** Log points by which the price moves a day for a unit of tightness. */
  readonly effect: number;
  /** Days until the price moves. */
  readonly lag: number;
}

/** A market whose tightness is a hidden AR(0.9), read with noise, and a price that follows it or does not. */
const simulate = (seed: number, { days, effect, lag }: Truth): TightnessDay[] => {
  const random = seededRandom(seed);
  const noise = (size: number): number => size * randomNormal(random);
  const hidden: number[] = [];
  let logPrice = 0.7;
  for (let t = 0; t < days + 60; t++) hidden.push(0.9 * (hidden[t - 1] ?? 0) + noise(Math.sqrt(1 - 0.81)));
  return hidden.slice(60).map((z, t) => {
    logPrice += effect * hidden[t + 60 - lag]! + noise(0.01);
    return {
      at: t * dayMs,
      freeShare: 0.4 * Math.exp(-0.5 * z + noise(0.1)),
      soldOutShare: 1 / (1 + Math.exp(2 - z + noise(0.2))),
      netNewListings: -0.05 * z + noise(0.05),
      hoursToDisappear: noise(1) < -1.5 ? null : 40 * Math.exp(-0.6 * z + noise(0.3)),
      spotDiscount: 0.6 - 0.1 * z + noise(0.05),
      usdPerGpuHour: Math.exp(logPrice),
    };
  });
};

/** A day on which everything is tighter the later it is. */
const rising = (i: number): TightnessDay => ({
  ...nothing,
  at: i * dayMs,
  soldOutShare: i / 1000,
  netNewListings: -i,
  spotDiscount: -i,
  usdPerGpuHour: 2,
});

describe("tightnessOn", () => {
  test("reads the parts of a day off the 30 days before it", () => {
    const days = Array.from({ length: 41 }, (_, i) => rising(i));
    const found = tightnessOn(days[40]!, days.slice(0, 40));
    expect(found).toMatchObject({ score: 100, low: 100, high: 100, reason: null });
    expect(found.parts.map(({ part, score, days: known }) => [part, score, known])).toEqual([
      ["free_share", null, 0],
      ["sold_out_share", 100, 30],
      ["net_new_listings", 100, 30],
      ["hours_to_disappear", null, 0],
      ["spot_discount", 100, 30],
      ["launch_failures", null, 0],
    ]);
    expect(tightnessOn(days[0]!, days.slice(1)).score).toBe(0);
  });

  test("has no score of fewer than 3 parts that are known on 10 days", () => {
    const days = Array.from({ length: 9 }, (_, i) => rising(i));
    expect(tightnessOn(rising(9), days)).toMatchObject({ score: null, reason: "too_few_parts" });
    expect(tightnessOn(nothing, [])).toMatchObject({ score: null, reason: "too_few_parts" });
  });
});

describe("studyTightness", () => {
  test("gives each day from the 31st on its score against the 30 before it", () => {
    const days = Array.from({ length: 33 }, (_, i) => rising(i));
    days[31] = { ...nothing, at: 31 * dayMs };
    expect(studyTightness({ days }).history).toEqual([
      { at: 30 * dayMs, score: 100 },
      { at: 31 * dayMs, score: null },
      { at: 32 * dayMs, score: 100 },
    ]);
  });

  test("refuses what is too short or never moves", () => {
    for (const length of [0, 1, 30, 76]) {
      const { history, leadsPrice } = studyTightness({
        days: simulate(1, { days: length, effect: 0, lag: 1 }),
      });
      expect(history).toHaveLength(Math.max(0, length - 30));
      expect(leadsPrice).toMatchObject({ value: null, reason: "too_few", leads: null });
    }
    const still = Array.from({ length: 120 }, (_, i) => rising(i));
    expect(studyTightness({ days: still }).leadsPrice.reason).toBe("does_not_vary");
    const free = still.map((day) => ({ ...day, usdPerGpuHour: 0 }));
    expect(studyTightness({ days: free }).leadsPrice).toMatchObject({ reason: "too_few", n: 0 });
  });

  test("counts a day for the test where the score and both prices are known", () => {
    const days = simulate(2, { days: 120, effect: 0.01, lag: 1 });
    expect(studyTightness({ days }).leadsPrice.n).toBe(120 - 30 - leadHorizonDays);
    const gap = days.map((day, i) => (i === 60 ? { ...day, usdPerGpuHour: null } : day));
    // Lost: the day itself, the one after it (last change) and the 7 whose span it lies in.
    expect(studyTightness({ days: gap }).leadsPrice.n).toBe(120 - 30 - leadHorizonDays - 9);
  });

  test("finds tightness that leads the price by days, and seldom where it does not", () => {
    const runs = 400;
    const rate = (truth: Truth): number => {
      let found = 0;
      for (let seed = 0; seed < runs; seed++)
        found += Number(studyTightness({ days: simulate(seed, truth) }).leadsPrice.leads);
      return found / runs;
    };
    const [next, later] = [1, 3].map((lag) => rate({ days: 120, effect: 0.01, lag }));
    const [idle, longIdle] = [120, 365].map((days) => rate({ days, effect: 0, lag: 1 }));
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    console.log(
      `tightness over 120 days: leads by 1 day found in ${percent(next!)}, by 3 days in ${percent(later!)}; ` +
        `false alarms ${percent(idle!)}, over 365 days ${percent(longIdle!)}`,
    );
    expect(next).toBeGreaterThanOrEqual(0.7);
    expect(later).toBeGreaterThanOrEqual(0.8);
    expect(idle).toBeLessThanOrEqual(0.08);
    expect(longIdle).toBeLessThanOrEqual(0.08);
  });
});
