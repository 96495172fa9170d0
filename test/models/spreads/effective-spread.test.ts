import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abdiRanaldoSpread, abdiRanaldoTwoDaySpread } from "../../../src/models/spreads/abdi-ranaldo.ts";
import type { Bar } from "../../../src/models/spreads/bars.ts";
import {
  corwinSchultzPositiveSpread,
  corwinSchultzSpread,
} from "../../../src/models/spreads/corwin-schultz.ts";
import { edgeSpread } from "../../../src/models/spreads/edge.ts";
import { rollSpread } from "../../../src/models/spreads/roll.ts";
import { seededRandom } from "../../../src/models/statistics/random.ts";
import { hasReference, knownAnswers, readColumns } from "../reference.ts";
import { barsOf, eightBars, simulatedBars } from "./bars.ts";

const estimators = {
  edgeSpread,
  rollSpread,
  abdiRanaldoSpread,
  abdiRanaldoTwoDaySpread,
  corwinSchultzSpread,
  corwinSchultzPositiveSpread,
};

describe("eight bars, against an independent computation", () => {
  test("EDGE agrees with the authors' package, with gaps too", () => {
    expect(edgeSpread(eightBars).value).toBeCloseTo(0.010921277151909502, 14);
    expect(edgeSpread(eightBars).signed).toBeCloseTo(0.010921277151909502, 14);
    expect(edgeSpread(eightBars.slice(0, 3)).signed).toBeCloseTo(-0.012362626996343985, 14);
    const gaps = eightBars.map((bar, i) => ({
      open: i === 2 ? null : bar.open,
      high: i === 5 ? null : bar.high,
      low: bar.low,
      close: i === 0 ? null : bar.close,
    }));
    expect(edgeSpread(gaps).signed).toBeCloseTo(0.018727809086356444, 14);
  });

  test("the others", () => {
    expect(rollSpread(eightBars).value).toBeCloseTo(0.02585785288925866, 14);
    expect(abdiRanaldoSpread(eightBars).value).toBeCloseTo(0.016641752238424942, 14);
    expect(abdiRanaldoTwoDaySpread(eightBars).value).toBeCloseTo(0.012786368923823547, 14);
    expect(corwinSchultzSpread(eightBars).value).toBeCloseTo(0.009245990536526744, 14);
    expect(corwinSchultzPositiveSpread(eightBars).value).toBeCloseTo(0.010588391522238403, 14);
  });
});

test("Roll is 0.02 where the covariance is -0.0001, and 0 where it is positive", () => {
  // Changes +0.01, -0.01, +0.01, -0.01, +0.01: four pairs of product -0.0001, and means 0 on both sides.
  const closes = [0, 0.01, 0, 0.01, 0, 0.01].map(Math.exp);
  const bars = closes.map((close) => ({ open: null, high: null, low: null, close }));
  expect(rollSpread(bars).value).toBeCloseTo(2 * Math.sqrt((0.0001 * 4) / 3), 12);
  const scaled = closes.map((close) => ({
    open: null,
    high: null,
    low: null,
    close: close ** Math.sqrt(0.75),
  }));
  expect(rollSpread(scaled).value).toBeCloseTo(0.02, 12);
  const trend = [0, 1, 2, 3, 5, 8, 13].map((x) => ({
    open: null,
    high: null,
    low: null,
    close: Math.exp(x / 100),
  }));
  expect(rollSpread(trend)).toMatchObject({ value: 0, standardError: null, reason: null });
});

describe("refuses", () => {
  test.each(Object.entries(estimators))("%s: two bars, one, none, nonsense", (_name, estimate) => {
    for (const bars of [[], eightBars.slice(0, 1), eightBars.slice(0, 2)])
      expect(estimate(bars)).toMatchObject({ value: null, reason: "too_few_bars", low: null, high: null });
    const nonsense = barsOf([1, 2, 3, 4, 5].map(() => [Number.NaN, -1, 0, Number.POSITIVE_INFINITY]));
    expect(estimate(nonsense).value).toBeNull();
    expect(estimate(barsOf([1, 2, 3, 4].map(() => [null, null, null, null]))).value).toBeNull();
  });

  test("EDGE and Roll need more than the least", () => {
    expect(rollSpread(eightBars.slice(0, 3)).reason).toBe("too_few_bars");
    const flat = barsOf([1, 2, 3, 4, 5].map(() => [2, 2, 2, 2]));
    expect(edgeSpread(flat)).toMatchObject({ value: null, reason: "prices_do_not_move", signed: null });
  });
});

describe("gaps", () => {
  test("EDGE is refused where they leave no term of a moment, as the authors' package gives NaN", () => {
    const bars = barsOf([
      [null, 5.110751, 4.867639, 4.99046],
      [4.996217, null, 4.834874, 4.948743],
      [4.986977, 4.986977, 4.684205, 4.684205],
      [null, 4.806947, 4.648631, 4.695007],
    ]);
    const refusal = { value: null, signed: null, low: null, high: null, reason: "too_few_bars" };
    expect(edgeSpread(bars)).toMatchObject(refusal);
  });

  test("EDGE of one pair of bars is that of the authors' package, its bounds open", () => {
    const bars = barsOf([
      [4.95, 4.98, null, 4.75],
      [4.8, 4.8, 4.57, 4.57],
      [4.64, 4.64, 4.51, 4.52],
    ]);
    const { signed, low, high, n } = edgeSpread(bars);
    expect(signed).toBeCloseTo(0.020631589734039, 14);
    expect({ low, high, n }).toEqual({ low: null, high: null, n: 1 });
  });

  test.each(Object.entries(estimators))(
    "%s: a finite number or a reason, whatever is missing",
    (_name, estimate) => {
      const price = fc.integer({ min: 400, max: 500 });
      const isMissing = fc.integer({ min: 0, max: 3 }).map((each) => each === 0);
      const bar = fc
        .tuple(price, price, price, price, fc.tuple(isMissing, isMissing, isMissing, isMissing))
        .map(([a, b, c, d, missing]) =>
          [a, Math.max(a, b, c, d), Math.min(a, b, c, d), d].map((each, i) => (missing[i] ? null : each)),
        );
      fc.assert(
        fc.property(fc.array(bar, { maxLength: 6 }), (rows) => {
          const { value, standardError, low, high, reason } = estimate(barsOf(rows));
          expect(value === null).toBe(reason !== null);
          for (const each of [value, standardError, low, high]) expect(Number.isFinite(each ?? 0)).toBe(true);
        }),
        { numRuns: 2000 },
      );
    },
  );
});

test("the unit of prices does not matter", () => {
  const cents = fc.integer({ min: 100, max: 140 });
  const bar = fc.tuple(cents, cents, cents, cents).map((four) => {
    const [open, close] = [four[0], four[1]];
    return { open, high: Math.max(...four), low: Math.min(...four), close };
  });
  fc.assert(
    fc.property(fc.array(bar, { minLength: 4, maxLength: 20 }), fc.constantFrom(0.01, 3), (bars, factor) => {
      const scaled: Bar[] = bars.map(({ open, high, low, close }) => ({
        open: open * factor,
        high: high * factor,
        low: low * factor,
        close: close * factor,
      }));
      for (const estimate of [rollSpread, abdiRanaldoTwoDaySpread, corwinSchultzSpread]) {
        const [a, b] = [estimate(bars), estimate(scaled)];
        expect(b.reason).toBe(a.reason);
        if (a.value !== null) expect((b.value! - a.value) ** 2).toBeLessThan(1e-12);
        if (a.low !== null) expect(a.low).toBeLessThanOrEqual(a.value! + 1e-12);
        if (a.high !== null) expect(a.high).toBeGreaterThanOrEqual(a.value! - 1e-12);
      }
    }),
  );
});

describe.skipIf(!hasReference)("published series (skipped where the reference data is absent)", () => {
  const known = knownAnswers.spread;
  const read = (file: string): Bar[] => {
    const { Open, High, Low, Close } = readColumns(file);
    return Open!.map((open, i) => ({ open, high: High![i]!, low: Low![i]!, close: Close![i]! }));
  };
  const bars = hasReference ? read("bidask_ohlc.csv.gz") : [];

  test("EDGE, with and without gaps, and the first ten bars signed", () => {
    expect(bars).toHaveLength(10_000);
    expect(edgeSpread(bars).value).toBeCloseTo(known.edge_ohlc!, 15);
    expect(edgeSpread(bars.slice(0, 10)).signed).toBeCloseTo(known.edge_first10_signed!, 14);
    expect(edgeSpread(read("bidask_ohlc_missing.csv.gz")).value).toBeCloseTo(known.edge_ohlc_miss!, 15);
  });

  test("Roll, Abdi-Ranaldo, Corwin-Schultz", () => {
    expect(rollSpread(bars).value).toBeCloseTo(known.roll_ohlc!, 14);
    expect(abdiRanaldoSpread(bars).value).toBeCloseTo(known.ar_ohlc!, 14);
    expect(abdiRanaldoTwoDaySpread(bars).value).toBeCloseTo(known.ar2_ohlc!, 14);
    expect(corwinSchultzSpread(bars).value).toBeCloseTo(known.cs_ohlc!, 14);
    expect(corwinSchultzPositiveSpread(bars).value).toBeCloseTo(known.cs2_ohlc!, 14);
  });

  test("the interval of EDGE holds the true spread of 1 %", () => {
    const { low, high } = edgeSpread(bars);
    expect(low).toBeLessThan(0.01);
    expect(high).toBeGreaterThan(0.01);
  });
});

test("simulated trades: intervals hold the true spread at about their rate", () => {
  const [runs, spread, trades] = [100, 0.01, 200];
  const covered = { edge: 0, roll: 0, abdiRanaldo: 0 };
  for (let seed = 0; seed < runs; seed++) {
    const bars = simulatedBars(seededRandom(seed), 250, { trades, spread, volatility: 0.01 });
    const holds = ({ low, high }: { low: number | null; high: number | null }): number =>
      Number(low! <= spread && high! >= spread);
    covered.edge += holds(edgeSpread(bars));
    covered.roll += holds(rollSpread(bars));
    covered.abdiRanaldo += holds(abdiRanaldoSpread(bars));
  }
  const rate = (count: number): string => `${((100 * count) / runs).toFixed(1)} %`;
  console.log(
    `spread of 1 %, 250 bars of 200 trades: 95 % intervals cover EDGE ${rate(covered.edge)}, ` +
      `Roll ${rate(covered.roll)}, Abdi-Ranaldo ${rate(covered.abdiRanaldo)}`,
  );
  expect(covered.edge / runs).toBeGreaterThanOrEqual(0.9);
  expect(covered.roll / runs).toBeGreaterThanOrEqual(0.9);
  expect(covered.abdiRanaldo / runs).toBeGreaterThanOrEqual(0.9);
});
