import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  blindSources,
  clearingPrice,
  openArchives,
  supplyStack,
  truncatedAbove,
  walkStack,
} from "../../src/models/supply-stack.ts";
import { bookOf, bookOffer, sourceState } from "../helpers/offers.ts";

const ask = (id: string, gpus: number, usdPerGpuHour: number) =>
  bookOffer(id, { gpuCount: gpus, minGpus: 1, availableGpus: gpus, usdPerGpuHour });

const known = supplyStack([ask("c", 4, 2), ask("a", 2, 1), ask("b", 4, 1.5)]);

describe("known answers", () => {
  test("sorts by price and accumulates", () => {
    expect(known.map((step) => [step.usdPerGpuHour, step.gpus, step.cumulativeGpus, step.listingId])).toEqual(
      [
        [1, 2, 2, "a"],
        [1.5, 4, 6, "b"],
        [2, 4, 10, "c"],
      ],
    );
  });

  test.each([
    [1, 1],
    [2, 1],
    [5, 1.5],
    [6, 1.5],
    [7, 2],
    [8, 2],
    [9, 2],
    [10, 2],
    [11, null],
  ])("a demand of %d clears at %d", (demand, price) => {
    expect(clearingPrice(known, demand)).toBe(price);
  });

  test("walks with average, marginal and slippage", () => {
    const walk = walkStack(known, 5)!;
    expect(walk).toMatchObject({ gpus: 5, vwap: 1.3, marginal: 1.5 });
    expect(walk.slippageBps).toBeCloseTo(3000, 9);
    expect(walk.legs.map((leg) => [leg.listingId, leg.gpus])).toEqual([
      ["a", 2],
      ["b", 3],
    ]);
    expect(walkStack(known, 11)).toBeNull();
  });

  test("8 GPUs at 10.24 an hour are 1.28 a GPU", () => {
    const walk = walkStack(supplyStack([ask("a", 8, 10.24 / 8)]), 8)!;
    expect(walk).toMatchObject({ vwap: 1.28, marginal: 1.28, slippageBps: 0 });
  });

  test("slices count once, sold-out and broken rows not at all", () => {
    const slices = [1, 2, 4].map((gpus) => ({ ...ask(`s${gpus}`, gpus, 1), machineId: "m" }));
    const odd = [ask("gone", 0, 1), ask("nan", 4, Number.NaN), ask("zero", 4, 0)];
    expect(supplyStack([...slices, ...odd])).toEqual([
      { usdPerGpuHour: 1, gpus: 4, cumulativeGpus: 4, listingId: "s1", provider: "acme" },
    ]);
  });

  test("answers nothing and nonsense with null", () => {
    expect(supplyStack([])).toEqual([]);
    expect(clearingPrice([], 1)).toBeNull();
    expect(walkStack([], 1)).toBeNull();
    for (const demand of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(clearingPrice(known, demand)).toBeNull();
      expect(walkStack(known, demand)).toBeNull();
    }
  });
});

describe("truncation", () => {
  const offers = [
    ...[1, 2].map((price) => bookOffer(`a${price}`, { source: "a", usdPerGpuHour: price })),
    ...[1, 1.6].map((price) => bookOffer(`b${price}`, { source: "b", usdPerGpuHour: price })),
    bookOffer("c", { source: "c", usdPerGpuHour: 9 }),
  ];

  const cut = (source: string, blindScopes: readonly string[] | "*" = "*") =>
    sourceState(source, { completeness: "truncated", blindScopes, cutBy: "usd_per_gpu_hour" });

  test("is blind from the highest price that a truncated source showed, the lowest of several", () => {
    expect(truncatedAbove(offers, bookOf(offers, [cut("a")]))).toBe(2);
    expect(truncatedAbove(offers, bookOf(offers, [cut("a"), cut("b")]))).toBe(1.6);
    expect(truncatedAbove(offers, bookOf(offers, [cut("elsewhere")]))).toBeNull();
    expect(truncatedAbove([], bookOf([], [cut("a")]))).toBeNull();
  });

  test("is blind at any price where a pull was cut in another order, or lost a part", () => {
    const { cutBy: _, ...byScore } = cut("a");
    const lost = { ...cut("b"), completeness: "partial" as const };
    const book = bookOf(offers, [byScore, lost]);
    expect(truncatedAbove(offers, book)).toBeNull();
    expect(blindSources(offers, book)).toEqual(["a", "b"]);
    expect(blindSources(offers, bookOf(offers, [cut("a")]))).toEqual([]);
    expect(blindSources([], book)).toEqual([]);
  });

  test("does not take an archive that says nothing of its gaps for a cut pull", () => {
    const archive = { ...cut("a"), kind: "import" as const, completeness: "partial" as const };
    const book = bookOf(offers, [archive, cut("b")]);
    expect(truncatedAbove(offers, book)).toBe(1.6);
    expect(openArchives(offers, book)).toEqual(["a"]);
    expect(blindSources(offers, book)).toEqual([]);
    expect(openArchives(offers, bookOf(offers, [{ ...archive, blindScopes: ["x"] }]))).toEqual([]);
    expect(openArchives([], book)).toEqual([]);
  });

  test("is blind only where the pull was", () => {
    const scoped = offers.map((offer) => ({ ...offer, scope: offer.usdPerGpuHour > 1.5 ? "dear" : "cheap" }));
    expect(truncatedAbove(scoped, bookOf(scoped, [cut("a", ["cheap"])]))).toBe(1);
    expect(truncatedAbove(scoped, bookOf(scoped, [cut("a", ["none"])]))).toBeNull();
  });
});

test("a walk costs what its legs cost, at prices from best to marginal, and clears where the stack does", () => {
  const offers = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 50, max: 900 })), {
      minLength: 1,
      maxLength: 20,
    })
    .map((rows) => rows.map(([gpus, cents], i) => ask(`${i}`, gpus, cents / 100)));
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 200 }), (rows, gpus) => {
      const steps = supplyStack(rows);
      const walk = walkStack(steps, gpus);
      expect(walk?.marginal ?? null).toBe(clearingPrice(steps, gpus));
      expect(walk === null).toBe(steps.at(-1)!.cumulativeGpus < gpus);
      if (!walk) return;
      expect(walk.legs.reduce((sum, leg) => sum + leg.gpus, 0)).toBe(gpus);
      expect(walk.vwap).toBeGreaterThanOrEqual(steps[0]!.usdPerGpuHour - 1e-9);
      expect(walk.vwap).toBeLessThanOrEqual(walk.marginal + 1e-9);
    }),
  );
});
