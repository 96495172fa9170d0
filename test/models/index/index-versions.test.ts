import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headlineIndex } from "../../../src/models/headline-index.ts";
import { indexValue, priceMethods, valueOfReceipts } from "../../../src/models/index/index-value.ts";
import { parseReceipts, type Receipt, receiptsJson } from "../../../src/models/index/receipts.ts";
import type { IndexListing } from "../../../src/models/index-listing.ts";

const listing = (
  provider: string,
  usdPerGpuHour: number,
  freeGpus: number | null = null,
  more: Partial<IndexListing> = {},
): IndexListing => ({
  ...{ id: `${provider} ${usdPerGpuHour}`, provider, usdPerGpuHour, gpus: 8, freeGpus, machine: null },
  ...more,
});
const weightsOf = (cell: readonly IndexListing[]) =>
  Object.fromEntries(headlineIndex(cell).weights.map(({ provider, gpus }) => [provider, gpus]));

describe("what a provider weighs", () => {
  test("is what it tells, the median of those that tell, or 1 where none does", () => {
    const cell = [listing("a", 2, 10), listing("a", 2.1, 4), listing("b", 2, 3), listing("c", 2, 6)];
    expect(weightsOf([...cell, listing("d", 2), listing("d", 2.1)])).toEqual({ a: 14, b: 3, c: 6, d: 6 });
    expect(weightsOf([listing("a", 2), listing("b", 2)])).toEqual({ a: 1, b: 1 });
  });

  test("does not depend on the size of packages", () => {
    const cell = ["a", "b", "c", "d", "e", "f"].map((provider, i) => listing(provider, 2 + i / 10));
    const larger = cell.map((each, i) => (i < 2 ? { ...each, gpus: 1 } : { ...each, gpus: 64 }));
    expect(headlineIndex(larger).weights).toEqual(headlineIndex(cell).weights);
    expect(headlineIndex(larger).value).toBe(headlineIndex(cell).value);
  });

  test("is spread by told stock, an untold listing like the mean, else equally by region and type", () => {
    const shares = (cell: readonly IndexListing[]) =>
      headlineIndex(cell).listings.map(({ weight }) => weight);
    const told = [listing("a", 2, 2), listing("a", 2.1, 6), listing("a", 2.2)];
    expect(shares(told)).toEqual([2 / 12, 6 / 12, 4 / 12].map((part) => expect.closeTo(part, 12)));
    const zones = [listing("a", 2, null, { part: 0.5 }), listing("a", 2.1, null, { part: 0.5 })];
    expect(shares([...zones, listing("a", 2.2)])).toEqual([0.25, 0.25, 0.5]);
  });
});

describe("receipts", () => {
  const row = fc.record({
    provider: fc.constantFrom(..."abcdefg"),
    usdPerGpuHour: fc.integer({ min: 100, max: 900 }).map((cents) => cents / 100),
    gpus: fc.constantFrom(1, 2, 4, 8),
    freeGpus: fc.option(fc.integer({ min: 1, max: 500 }), { nil: null }),
    part: fc.constantFrom(1, 0.5, 1 / 3),
  });
  const cells = fc
    .array(row, { minLength: 1, maxLength: 40 })
    .map((rows) => rows.map((each, i) => ({ ...each, id: `${i}`, machine: null })));

  test("give the value again from what is served of them, in any order", () => {
    fc.assert(
      fc.property(cells, fc.constantFrom(...priceMethods), (cell, method) => {
        const { value, receipts } = indexValue(method, cell, () => [2, 2.1, 2.2]);
        const again = valueOfReceipts(method, parseReceipts(receiptsJson([...receipts].reverse())));
        if (value === null) expect(again).toBeNull();
        else expect(again! / value).toBeCloseTo(1, 12);
      }),
      { numRuns: 500 },
    );
  });

  test("weigh what they show: 1 together, 0 what the gate left out", () => {
    const cell = [...["a", "b", "c", "d", "e"].map((provider) => listing(provider, 2)), listing("f", 40)];
    const { receipts } = indexValue("weighted_median", cell, () => []);
    expect(receipts.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(receipts.find(({ provider }) => provider === "f")).toMatchObject({ status: "gate", weight: 0 });
  });

  test("an outlier and a jump count by the weight they show", () => {
    const cell = [listing("a", 2), listing("b", 2.1), listing("c", 2.2), listing("d", 2.9)];
    const { value, receipts } = indexValue("votes", cell, (provider) =>
      provider === "d" ? [2, 2, 2] : [2.1, 2.1, 2.1],
    );
    const odd = receipts.find(({ provider }) => provider === "d")!;
    expect(odd).toMatchObject({ status: "outlier", weight: 0.25 });
    const without = receipts.filter((receipt) => receipt !== odd);
    expect(valueOfReceipts("votes", without)).not.toBe(value);
  });

  test("of version 1 are computed by its own rule", () => {
    const old = (provider: string, usdPerGpuHour: number, listings: number, gpus: number): Receipt => ({
      ...{ provider, usdPerGpuHour, listings, gpus, deviation: null, weight: 0, status: "ok" },
    });
    // Packages weigh and the lower of two prices is taken: 2 and 4 weigh 8 each, alike after the cap.
    const cell = [old("a", 2, 2, 16), old("b", 2, 2, 16), old("c", 2.5, 2, 16), old("d", 2.5, 2, 16)];
    expect(valueOfReceipts("weighted_median", cell, 1)).toBe(2);
    expect(valueOfReceipts("weighted_median", cell, 2)).toBeCloseTo(Math.sqrt(5), 12);
    const five = ["a", "b", "c", "d", "e"].map((provider) => old(provider, 2, 1, 8));
    expect(valueOfReceipts("weighted_median", five, 1)).toBeNull();
    expect(valueOfReceipts("weighted_median", five, 2)).toBe(2);
    // The gate of version 1 goes by listings: seventy at 9 leave out three at 2.
    const cloud = [old("cloud", 9, 70, 560), ...["a", "b", "c"].map((provider) => old(provider, 2, 3, 24))];
    expect(valueOfReceipts("weighted_median", cloud, 1)).toBeNull();
    expect(valueOfReceipts("weighted_median", cloud, 2)).toBe(2);
  });
});
