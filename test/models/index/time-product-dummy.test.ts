import fc from "fast-check";
import { median } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { meanSplice } from "../../../src/models/index/mean-splice.ts";
import { pooledMedian } from "../../../src/models/index/pooled-median.ts";
import { timeDummyHedonic } from "../../../src/models/index/time-dummy-hedonic.ts";
import { timeProductDummy } from "../../../src/models/index/time-product-dummy.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { hasReference, knownAnswers, readReferenceText } from "../reference.ts";
import { seen, smallPanel } from "./small-panel.ts";

const hand = [
  seen(1, "A", 2.0),
  seen(1, "B", 4.0),
  seen(2, "A", 2.2),
  seen(2, "C", 1.0),
  seen(3, "B", 4.84),
  seen(3, "C", 1.1),
];

const valuesOf = (observations: Parameters<typeof timeProductDummy>[0]) =>
  timeProductDummy(observations).map(({ value }) => value);

describe("known answers", () => {
  test("three items over three periods: 1, 1.10, 1.21", () => {
    const values = valuesOf(hand);
    [1, 1.1, 1.21].forEach((truth, i) => {
      expect(values[i]).toBeCloseTo(truth, 14);
    });
  });

  test("agrees with least squares on item dummies by statsmodels", () => {
    const [, second, third] = timeProductDummy(smallPanel);
    expect(second!.value).toBeCloseTo(1.0299286680721602, 12);
    expect(third!.value).toBeCloseTo(1.0813454913429033, 12);
    expect(second!.standardError).toBeCloseTo(0.008151846731098339, 12);
    expect(third!.standardError).toBeCloseTo(0.009294535311973077, 12);
  });
});

describe("what says nothing moves nothing", () => {
  test("an item seen once, or twice on one day", () => {
    const before = timeProductDummy(smallPanel).map(({ value, standardError }) => [value, standardError]);
    const extra = [seen(2, "once", 40), seen(3, "twice", 9), seen(3, "twice", 11)];
    timeProductDummy([...smallPanel, extra[0]!]).forEach(({ value, standardError }, i) => {
      expect(value).toBeCloseTo(before[i]![0]!, 12);
      expect(standardError).toBeCloseTo(before[i]![1]!, 12);
    });
    timeProductDummy([...smallPanel, ...extra]).forEach(({ value }, i) => {
      expect(value).toBeCloseTo(before[i]![0]!, 12);
    });
  });

  test("a period that nothing ties to the first has no value", () => {
    const points = timeProductDummy([...hand, seen(4, "new", 2), seen(5, "new", 3)]);
    expect(points.slice(3)).toMatchObject([
      { value: null, reason: "not_connected", n: 1 },
      { value: null, reason: "not_connected", n: 1 },
    ]);
    expect(points[2]!.value).toBeCloseTo(1.21, 12);
  });

  test("nothing, one period, nonsense, and no degrees of freedom", () => {
    expect(timeProductDummy([])).toEqual([]);
    expect(valuesOf([seen(3, "a", 2)])).toEqual([1]);
    expect(timeProductDummy([seen(1, "a", Number.NaN), seen(1, "b", -1)])).toEqual([]);
    expect(timeProductDummy([seen(1, "a", 2), seen(2, "a", 3)])[1]).toMatchObject({
      value: expect.closeTo(1.5, 12),
      standardError: null,
      low: null,
      high: null,
      reason: null,
    });
  });
});

describe("properties", () => {
  const row = fc.record({
    period: fc.integer({ min: 1, max: 5 }),
    item: fc.constantFrom(..."abcdefgh"),
    cents: fc.integer({ min: 50, max: 900 }),
  });
  const panels = fc
    .array(row, { minLength: 1, maxLength: 40 })
    .map((rows) => rows.map(({ period, item, cents }) => seen(period, item, cents / 100)));
  const expectSame = (a: readonly (number | null)[], b: readonly (number | null)[]) =>
    a.forEach((value, i) => {
      if (value === null) expect(b[i]).toBeNull();
      else expect(b[i]! / value).toBeCloseTo(1, 9);
    });

  test("all prices x 1.05 change no point; permuting items and rows changes nothing", () => {
    fc.assert(
      fc.property(panels, (panel) => {
        const values = valuesOf(panel);
        expectSame(
          values,
          valuesOf(panel.map((each) => ({ ...each, usdPerGpuHour: each.usdPerGpuHour * 1.05 }))),
        );
        expectSame(
          values,
          valuesOf([...panel].reverse().map((each) => ({ ...each, item: `x${each.item}` }))),
        );
      }),
    );
  });

  test("prices that bounce between {1, 2} and {2, 1} return to 1, spliced too", () => {
    const bounce = Array.from({ length: 70 }, (_, day) => [
      seen(day, "a", day % 2 === 0 ? 1 : 2),
      seen(day, "b", day % 2 === 0 ? 2 : 1),
    ]).flat();
    for (const { value } of meanSplice(bounce, timeProductDummy)) expect(value).toBeCloseTo(1, 12);
    // exp(-se^2 / 2) differs a little from window to window only.
    for (const { logLevel, value } of meanSplice(bounce, (window) => timeDummyHedonic(window).points)) {
      expect(logLevel).toBeCloseTo(0, 12);
      // Two prices a day leave a standard error of about 0.49, and with it a correction of 12 %, which must not add up.
      expect(value).toBeGreaterThan(0.88);
    }
  });
});

describe("mean splice", () => {
  test("joins windows at the geometric mean of all splices, by hand", () => {
    // Windows of two: each new window shares one period with the one before, so that changes multiply.
    const observations = [1, 2, 3, 4].map((day, i) => seen(day, "a", [1, 2, 3, 1.5][i]!));
    const values = meanSplice(observations, timeProductDummy, 2).map(({ value }) => value);
    [1, 2, 3, 1.5].forEach((truth, i) => {
      expect(values[i]).toBeCloseTo(truth, 12);
    });
    // Windows of three over A, B: {1,2,3} says 1, 1, 1 and {2,3,4} says 1, 1.21, 1.1: splices 1 and 1 / 1.21.
    const fit = (window: readonly { period: number }[]) =>
      [...new Set(window.map(({ period }) => period))].map((period, i) => ({
        period,
        value: window[0]!.period === 1 ? 1 : [1, 1.21, 1.1][i]!,
        logLevel: window[0]!.period === 1 ? 0 : Math.log([1, 1.21, 1.1][i]!),
        standardError: null,
        low: null,
        high: null,
        n: 1,
        reason: null,
      }));
    const spliced = meanSplice(observations, fit, 3);
    expect(spliced.map(({ value }) => value!.toFixed(12))).toEqual([
      "1.000000000000",
      "1.000000000000",
      "1.000000000000",
      "1.000000000000",
    ]);
  });

  test("is the fit itself within the first window and exact where prices are", () => {
    const trend = Array.from({ length: 60 }, (_, day) => [
      seen(day, "a", 2 * 1.01 ** day),
      seen(day, `d${day}`, 5),
      seen(day, `e${Math.floor(day / 3)}`, 3 * 1.01 ** day),
    ]).flat();
    meanSplice(trend, timeProductDummy).forEach(({ value }, day) => {
      expect(value).toBeCloseTo(1.01 ** day, 9);
    });
  });

  test("goes on over a day that nothing ties to the others, and over a first one", () => {
    const days = (odd: number) =>
      Array.from({ length: 80 }, (_, day) =>
        day === odd
          ? [seen(day, "once", 7)]
          : ["a", "b", "c"].map((item) => seen(day, item, 2 * 1.01 ** day)),
      ).flat();
    for (const odd of [20, 0]) {
      const points = meanSplice(days(odd), timeProductDummy);
      expect(points).toHaveLength(80);
      const base = odd === 0 ? 1 : 0;
      points.forEach(({ value, reason }, day) => {
        if (day === odd) expect({ value, reason }).toEqual({ value: null, reason: "not_connected" });
        else expect(value).toBeCloseTo(1.01 ** (day - base), 9);
      });
    }
  });

  test("says where it has no observations and where the chain breaks", () => {
    const gap = [seen(1, "a", 1), seen(2, "a", 1.1), seen(4, "a", 1.2), seen(40, "b", 3), seen(41, "b", 3)];
    const points = meanSplice(gap, timeProductDummy);
    expect(points).toHaveLength(41);
    expect(points[2]).toMatchObject({ period: 3, value: null, reason: "no_observations" });
    expect(points[3]!.value).toBeCloseTo(1.2, 12);
    expect(points[39]).toMatchObject({ period: 40, value: null, reason: "chain_broken", n: 1 });
    expect(points[40]).toMatchObject({ value: null, reason: "chain_broken" });
    expect(meanSplice([], timeProductDummy)).toEqual([]);
    expect(meanSplice([seen(5, "a", 2)], timeProductDummy).map(({ value }) => value)).toEqual([1]);
  });
});

test("simulated panel with churn: the interval holds the true level at about its rate", () => {
  const runs = 300;
  let covered = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = seededRandom(seed);
    const observations = Array.from({ length: 60 }, (_, i) => {
      const [born, level] = [i % 7, randomNormal(random)];
      return [0, 1, 2, 3].map((age) =>
        seen(born + age, `${i}`, Math.exp(level + 0.03 * (born + age) + 0.05 * randomNormal(random))),
      );
    }).flat();
    const { low, high } = timeProductDummy(observations).at(-1)!;
    covered += Number(low! <= Math.exp(0.27) && high! >= Math.exp(0.27));
  }
  console.log(
    `time-product dummy, 10 days of churn: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`,
  );
  expect(covered / runs).toBeGreaterThanOrEqual(0.92);
});

describe("pooled median, by hand", () => {
  test("screens each day, pools, and counts", () => {
    const day = (name: string, prices: readonly number[]) =>
      prices.map((usdPerGpuHour) => ({ day: name, usdPerGpuHour }));
    // Mean without the ends 2, sd 12.65: only the 40 lies beyond 2.5 sd.
    const tuesday = day("tue", [2, 2, 2, 2, 2, 2, 2, 2, 2, 40]);
    expect(pooledMedian(tuesday)).toEqual({ value: 2, n: 9, days: 1, reason: null });
    expect(pooledMedian([...tuesday, ...day("wed", [1, 1, 1])])).toMatchObject({ n: 9, days: 1 });
    expect(pooledMedian(day("wed", [1, 1, Number.NaN, 0]))).toEqual({
      value: null,
      n: 0,
      days: 0,
      reason: "too_few_prices",
    });
    expect(pooledMedian([]).value).toBeNull();
  });
});

describe.skipIf(!hasReference)("CRI daily listings (skipped where the reference data is absent)", () => {
  const rows = hasReference
    ? readReferenceText("cri_daily_listings.csv")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(","))
        .map(([index, day, item, , , , price]) => ({
          index,
          day: day!,
          item: item!,
          usdPerGpuHour: Number(price),
        }))
    : [];

  test.each(["CRI-H100", "CRI-4090", "CRI-H200", "CRI-L40S"])("%s by the rule of the index", (index) => {
    const known = knownAnswers.index.ccir[index]!;
    const answer = pooledMedian(rows.filter((row) => row.index === index));
    expect(answer.value).toBeCloseTo(known.value, 4);
    expect(answer).toMatchObject({ n: known.n, days: known.valid_days });
  });

  test("matched index of seven H100 days against raw medians", () => {
    const known = knownAnswers.index.ccir_h100_days;
    const days = [...new Set(rows.map(({ day }) => day))].sort();
    const h100 = rows.filter(({ index }) => index === "CRI-H100");
    const observed = h100.map(({ day, item, usdPerGpuHour }) => seen(days.indexOf(day), item, usdPerGpuHour));
    timeProductDummy(observed).forEach(({ value }, i) => {
      expect(value).toBeCloseTo(known.tpd[i]!, 6);
      const prices = observed.filter(({ period }) => period === i).map(({ usdPerGpuHour }) => usdPerGpuHour);
      expect(median(prices)).toBeCloseTo(known.raw_median[i]!, 3);
    });
  });

  test("the worked example by hand", () => {
    const { obs, index } = knownAnswers.index.tpd_hand;
    expect(obs.map(([period, item, price]) => seen(period, item, price))).toEqual(hand);
    expect(valuesOf(hand).map((value) => value!.toFixed(12))).toEqual(
      index.map((value) => value.toFixed(12)),
    );
  });
});
