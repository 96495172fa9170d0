import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headlineIndex } from "../../../src/models/headline-index.ts";
import { drawableCell } from "../../../src/models/index/drawn-headline.ts";
import { headlineInterval, headlineLeverage } from "../../../src/models/index/headline-uncertainty.ts";
import type { IndexListing } from "../../../src/models/index-listing.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { weightedMedian } from "../../../src/models/weighted-median.ts";
import { syntheticCell } from "../synthetic-cell.ts";

const listing = (provider: string, usdPerGpuHour: number, gpus = 8): IndexListing => ({
  id: `${provider}-${usdPerGpuHour}`,
  provider,
  usdPerGpuHour,
  gpus,
  machine: null,
});

describe("leverage", () => {
  test("says what the headline would be without each provider, by hand", () => {
    const cell = [
      listing("a", 1.9),
      listing("b", 2.0),
      listing("c", 2.1),
      listing("d", 2.2),
      listing("e", 2.3),
    ];
    // Five alike: 2.1. Without one of them four are left: the geometric mean of the two in the middle.
    const rows = headlineLeverage(cell);
    expect(rows.map(({ provider, without }) => [provider, without])).toEqual([
      ["d", expect.closeTo(Math.sqrt(2 * 2.1), 12)],
      ["e", expect.closeTo(Math.sqrt(2 * 2.1), 12)],
      ["a", expect.closeTo(Math.sqrt(2.1 * 2.2), 12)],
      ["b", expect.closeTo(Math.sqrt(2.1 * 2.2), 12)],
      ["c", expect.closeTo(Math.sqrt(2 * 2.2), 12)],
    ]);
    expect(rows[0]!.change).toBeCloseTo(Math.sqrt(2 / 2.1) - 1, 12);
    expect(rows[4]!.change).toBeCloseTo(Math.sqrt(2 * 2.2) / 2.1 - 1, 12);
  });

  test("names the provider that moves the committed cell most", () => {
    const [top, ...rest] = headlineLeverage(syntheticCell);
    expect(rest).toHaveLength(9);
    for (const row of rest) expect(Math.abs(row.change!)).toBeLessThanOrEqual(Math.abs(top!.change!));
    const doubled = syntheticCell.map((row, i) =>
      row.provider === "provider-3" && i % 5 < 2 ? { ...row, usdPerGpuHour: row.usdPerGpuHour * 2 } : row,
    );
    const named = headlineLeverage(doubled).find(({ provider }) => provider === "provider-3")!;
    const without = headlineIndex(doubled.filter(({ provider }) => provider !== "provider-3")).value!;
    expect(named.without).toBe(without);
    expect(named.change).toBeCloseTo(without / headlineIndex(doubled).value! - 1, 12);
  });

  test("puts the largest provider on top where it doubles the price of 40 % of its listings", () => {
    const own = syntheticCell.filter((row) => row.provider === "provider-0").map((row) => row.id);
    const doubled = new Set(own.slice(0, Math.round(own.length * 0.4)));
    const moved = syntheticCell.map((row) =>
      doubled.has(row.id) ? { ...row, usdPerGpuHour: row.usdPerGpuHour * 2 } : row,
    );
    expect(headlineLeverage(moved)[0]).toMatchObject({ provider: "provider-0" });
  });

  test("answers nothing and one provider", () => {
    expect(headlineLeverage([])).toEqual([]);
    expect(headlineLeverage([listing("a", Number.NaN), listing("b", 2, 0)])).toEqual([]);
    expect(headlineLeverage([listing("a", 2)])).toEqual([
      { provider: "a", gpus: 8, without: null, change: null },
    ]);
  });
});

describe("interval", () => {
  test("is around the headline, repeatable, and refuses nothing", () => {
    const interval = headlineInterval(syntheticCell, { seed: 3, replicates: 500 });
    expect(interval.value).toBe(headlineIndex(syntheticCell).value);
    expect(interval.low).toBeLessThanOrEqual(interval.value!);
    expect(interval.high).toBeGreaterThanOrEqual(interval.value!);
    expect(interval.n).toBe(10);
    expect(headlineInterval([...syntheticCell].reverse(), { seed: 3, replicates: 500 })).toEqual(interval);
    expect(headlineInterval([], { seed: 1 })).toMatchObject({ value: null, reason: "empty" });
    expect(headlineInterval([listing("a", 2)], { seed: 1 })).toMatchObject({
      value: 2,
      low: null,
      high: null,
      n: 1,
    });
  });

  test("draws what gate, cap and median give for copies of providers", () => {
    const row = fc.record({
      provider: fc.constantFrom(..."abcdef"),
      cents: fc.integer({ min: 50, max: 900 }),
      gpus: fc.integer({ min: 1, max: 8 }),
      freeGpus: fc.option(fc.integer({ min: 1, max: 64 }), { nil: null }),
    });
    const draw = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), draw, (rows, times) => {
        const cell = rows.map(({ provider, cents, gpus, freeGpus }, i) => ({
          ...{ ...listing(provider, cents / 100, gpus), id: `${i}`, freeGpus },
        }));
        const { providers, headline } = drawableCell(cell);
        const counts = providers.map((provider) => times["abcdef".indexOf(provider)]!);
        const copies = providers.flatMap((provider, p) =>
          Array.from({ length: counts[p]! }, (_, copy) =>
            cell
              .filter((each) => each.provider === provider)
              .map((each) => ({ ...each, id: `${each.id} ${copy}`, provider: `${provider}${copy}` })),
          ).flat(),
        );
        const points = headlineIndex(copies).listings.map(({ listing: { usdPerGpuHour }, weight }) => ({
          value: usdPerGpuHour,
          weight,
        }));
        const [drawn, computed] = [headline(counts), weightedMedian(points)];
        if (computed === null) expect(drawn).toBeNull();
        else expect(drawn).toBeCloseTo(computed, 12);
      }),
      { numRuns: 500 },
    );
  });

  test("scales with prices", () => {
    const row = fc.record({
      provider: fc.constantFrom(..."abcdef"),
      cents: fc.integer({ min: 150, max: 350 }),
      gpus: fc.integer({ min: 1, max: 64 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 20 }), (rows) => {
        const cell = rows.map(({ provider, cents, gpus }, i) => ({
          ...listing(provider, cents / 100, gpus),
          id: `${i}`,
        }));
        const dearer = cell.map((each) => ({ ...each, usdPerGpuHour: each.usdPerGpuHour * 1.05 }));
        const options = { seed: 1, replicates: 50 };
        const [a, b] = [headlineInterval(cell, options), headlineInterval(dearer, options)];
        expect(b.value! / a.value!).toBeCloseTo(1.05, 9);
        if (a.low !== null) expect(b.low! / a.low).toBeCloseTo(1.05, 9);
        if (a.high !== null) expect(b.high! / a.high).toBeCloseTo(1.05, 9);
      }),
      { numRuns: 50 },
    );
  });

  test("holds the median of the market at about its rate", () => {
    const runs = 500;
    let covered = 0;
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed);
      const cell = Array.from({ length: 12 }, (_, p) => {
        const level = 0.1 * randomNormal(random);
        return Array.from({ length: 4 }, (_, i) => ({
          ...listing(`p${p}`, 2 * Math.exp(level + 0.05 * randomNormal(random))),
          id: `${p}-${i}`,
        }));
      }).flat();
      const { low, high } = headlineInterval(cell, { seed, replicates: 500 });
      covered += Number(low! <= 2 && high! >= 2);
    }
    console.log(`headline, 12 providers: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`);
    expect(covered / runs).toBeGreaterThanOrEqual(0.92);
  });
});
