import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headlineIndex } from "../../src/models/headline-index.ts";
import { headlineInterval } from "../../src/models/index/headline-uncertainty.ts";
import type { IndexListing } from "../../src/models/index-listing.ts";
import { syntheticCell } from "./synthetic-cell.ts";

const listing = (
  provider: string,
  usdPerGpuHour: number,
  changes: Partial<IndexListing> = {},
): IndexListing => ({
  id: `${provider}-${usdPerGpuHour}`,
  provider,
  usdPerGpuHour,
  gpus: 8,
  machine: null,
  ...changes,
});

const ofProvider = (
  provider: string,
  prices: readonly number[],
  freeGpus: number | null = 8,
): IndexListing[] => prices.map((price, i) => listing(provider, price, { id: `${provider}-${i}`, freeGpus }));

describe("known answers", () => {
  test("is the median where all weigh the same", () => {
    const cell = ["a", "b", "c"].flatMap((provider, i) =>
      ofProvider(provider, [2 + i / 10, 2.3 + i / 10, 2.6 + i / 10]),
    );
    expect(headlineIndex(cell)).toMatchObject({
      value: 2.4,
      reason: null,
      nProviders: 3,
      nListings: 9,
      nMachines: 9,
    });
  });

  test("a provider with nearly all GPUs decides no more than its share", () => {
    const small = ["b", "c", "d", "e", "f"].flatMap((provider) => ofProvider(provider, [2, 2.02]));
    const index = headlineIndex([...ofProvider("a", [2.4, 2.5], 8000), ...small]);
    expect(index.value).toBe(2.02);
    expect(index.topProviderShare).toBeCloseTo(0.25, 12);
    expect(index.hhi).toBeCloseTo(0.25 ** 2 + 5 * 0.15 ** 2, 12);
    expect(index.weights[0]).toMatchObject({ provider: "a", gpus: 16_000 });
  });

  test("leaves out what the gate or a broken number excludes, by name", () => {
    const cell = [...["a", "b", "c"].flatMap((provider) => ofProvider(provider, [2, 2, 2]))];
    const odd = [
      listing("d", 40, { id: "placeholder" }),
      listing("d", Number.NaN, { id: "nan" }),
      listing("d", 0, { id: "free" }),
      listing("d", 2, { id: "none", gpus: 0 }),
      listing("d", 2, { id: "too many", gpus: 1e308 }),
      listing("e", 2, { id: "too many", freeGpus: 1e308 }),
      listing("e", 2, { id: "sold out", freeGpus: 0 }),
    ];
    const index = headlineIndex([...cell, ...odd]);
    expect(index).toMatchObject({ value: 2, nProviders: 3, nListings: 9 });
    expect(index.excluded).toEqual([
      { id: "free", reason: "bad_price" },
      { id: "nan", reason: "bad_price" },
      { id: "none", reason: "bad_gpus" },
      { id: "placeholder", reason: "gate" },
      { id: "sold out", reason: "bad_gpus" },
      { id: "too many", reason: "bad_gpus" },
      { id: "too many", reason: "bad_gpus" },
    ]);
    expect(headlineInterval([...cell, ...odd], { seed: 1 })).toMatchObject({ value: 2, n: 4 });
  });
});

test("takes hundreds of thousands of providers", () => {
  const cell = Array.from({ length: 200_000 }, (_, i) => listing(`${i}`, 2));
  expect(headlineIndex(cell)).toMatchObject({ value: 2, topProviderShare: 1 / 200_000 });
});

describe("publishes only what is wide enough", () => {
  test("empty", () => {
    expect(headlineIndex([])).toMatchObject({
      value: null,
      reason: "empty",
      hhi: null,
      topProviderShare: null,
    });
    expect(headlineIndex([listing("a", Number.NaN)])).toMatchObject({ value: null, reason: "empty" });
  });

  test("two providers, however many listings", () => {
    const cell = [...ofProvider("a", [2, 2, 2, 2, 2]), ...ofProvider("b", [2, 2, 2, 2, 2])];
    expect(headlineIndex(cell)).toMatchObject({ value: null, reason: "too_few_providers", nListings: 10 });
    expect(headlineIndex([listing("a", 2)])).toMatchObject({ value: null, reason: "too_few_providers" });
  });

  test("seven machines of four providers; of five they are enough", () => {
    const four = ["a", "b", "c", "d"].flatMap((provider) => ofProvider(provider, [2, 2]));
    expect(headlineIndex(four.slice(1))).toMatchObject({ value: null, reason: "too_few_listings" });
    const five = ["a", "b", "c", "d", "e"].map((provider) => listing(provider, 2));
    expect(headlineIndex(five)).toMatchObject({ value: 2, reason: null, nMachines: 5 });
    expect(headlineIndex(five, 1)).toMatchObject({ value: null, reason: "too_few_listings" });
  });

  test("seven machines, though they have nine listings", () => {
    const cell = ["a", "b", "c"].flatMap((provider) => ofProvider(provider, [2, 2, 2]));
    const twice = cell.map((row, i) => (i < 3 ? { ...row, machine: "one" } : row));
    expect(headlineIndex(cell).value).toBe(2);
    expect(headlineIndex(twice)).toMatchObject({
      value: null,
      reason: "too_few_listings",
      nMachines: 7,
      nListings: 9,
    });
  });
});

describe("the committed synthetic cell", () => {
  const base = headlineIndex(syntheticCell).value!;

  test.each(Array.from({ length: 10 }, (_, p) => `provider-${p}`))(
    "%s doubling 40 % of its prices moves it by < 2 %",
    (provider) => {
      const own = syntheticCell.filter((row) => row.provider === provider).map((row) => row.id);
      const doubled = new Set(own.slice(0, Math.round(own.length * 0.4)));
      const moved = syntheticCell.map((row) =>
        doubled.has(row.id) ? { ...row, usdPerGpuHour: row.usdPerGpuHour * 2 } : row,
      );
      expect(Math.abs(headlineIndex(moved).value! / base - 1)).toBeLessThan(0.02);
    },
  );
});

describe("properties", () => {
  const row = fc.record({
    provider: fc.constantFrom(..."abcdefgh"),
    cents: fc.integer({ min: 150, max: 350 }),
    gpus: fc.integer({ min: 1, max: 8 }),
    freeGpus: fc.option(fc.integer({ min: 1, max: 5000 }), { nil: null }),
    machine: fc.option(fc.constantFrom("m1", "m2", "m3", "m4", "m5"), { nil: null }),
  });
  const cells = fc
    .array(row, { maxLength: 60 })
    .map((rows) =>
      rows.map(({ cents, ...rest }, i) => ({ ...rest, id: `${i}`, usdPerGpuHour: cents / 100 })),
    );

  test("all prices x 1.05 move the value by exactly 1.05", () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const base = headlineIndex(cell);
        const scaled = headlineIndex(
          cell.map((one) => ({ ...one, usdPerGpuHour: one.usdPerGpuHour * 1.05 })),
        );
        expect(scaled.reason).toBe(base.reason);
        if (base.value !== null) expect(Math.abs(scaled.value! / base.value / 1.05 - 1)).toBeLessThan(1e-12);
      }),
    );
  });

  test("the order of listings changes nothing", () => {
    const shuffled = cells.chain((cell) =>
      fc.tuple(fc.constant(cell), fc.shuffledSubarray(cell, { minLength: cell.length })),
    );
    fc.assert(
      fc.property(shuffled, ([cell, other]) => {
        expect(headlineIndex(other)).toEqual(headlineIndex(cell));
      }),
    );
  });

  test("in 1,000 random cells no provider weighs more than max(25 %, 1/n), and null comes with a reason", () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const index = headlineIndex(cell);
        const limit = Math.max(0.25, 1 / index.nProviders) + 1e-12;
        for (const { weight } of index.weights) expect(weight).toBeLessThanOrEqual(limit);
        expect(index.value === null).toBe(index.reason !== null);
        expect(index.nListings + index.excluded.length).toBe(cell.length);
      }),
      { numRuns: 1000 },
    );
  });

  test("the value is one of the prices that stayed, or the geometric mean of two that stand beside each other", () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const { value, listings } = headlineIndex(cell);
        if (value === null) return;
        const prices = listings.map(({ listing: { usdPerGpuHour } }) => usdPerGpuHour);
        const means = prices.slice(1).map((price, i) => Math.sqrt(price) * Math.sqrt(prices[i]!));
        expect([...prices, ...means]).toContain(value);
      }),
    );
  });
});
