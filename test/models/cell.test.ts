import { describe, expect, test } from "vitest";
import type { BookOffer } from "../../src/domain/book.ts";
import { day, minute } from "../../src/domain/time.ts";
import { cellIndex, indexCell } from "../../src/models/cell.ts";
import { bookOf, bookOffer, sourceState, t0 } from "../helpers/offers.ts";

const h100 = new Set(["h100-sxm"]);

/** Three healthy providers with three listings each at 2.00, 2.10, 2.20. */
const healthy = ["a", "b", "c"].flatMap((provider) =>
  [2, 2.1, 2.2].map((usdPerGpuHour, i) =>
    bookOffer(`${provider}${i}`, { provider, source: provider, usdPerGpuHour }),
  ),
);

const reasons = (offers: readonly BookOffer[], sources: Parameters<typeof bookOf>[1] = []) =>
  indexCell(bookOf(offers, sources), h100, "on_demand", t0).excluded;

describe("eligibility", () => {
  test("takes the GPUs asked for, with family members, and the purchase", () => {
    const offers = [
      bookOffer("1"),
      bookOffer("2", { gpu: "h100" }),
      bookOffer("3", { gpu: "a100-80gb" }),
      bookOffer("4", { purchase: "spot" }),
    ];
    const family = indexCell(bookOf(offers), new Set(["h100", "h100-sxm"]), "on_demand", t0);
    expect(family.listings.map((row) => row.id)).toEqual(["1", "2"]);
    expect(family.excluded).toEqual([]);
    expect(indexCell(bookOf(offers), h100, "on_demand", t0).listings.map((row) => row.id)).toEqual(["1"]);
    expect(indexCell(bookOf([]), h100, "on_demand", t0)).toEqual({
      listings: [],
      excluded: [],
      sourcesUsed: [],
    });
  });

  test.each(["slice", "derived", "gpu_only", "unknown_gpu", "price_band"] as const)(
    "a row flagged %s stays out",
    (flag) => {
      expect(reasons([bookOffer("1", { flags: [flag] })])).toEqual([{ listingId: "1", reason: flag }]);
    },
  );

  test("parts of a card, statistics, community hosts and sold-out listings stay out", () => {
    expect(reasons([bookOffer("1", { gpuShare: 0.5 })])).toEqual([{ listingId: "1", reason: "slice" }]);
    expect(reasons([bookOffer("1")], [sourceState("acme", { kind: "statistic" })])).toEqual([
      { listingId: "1", reason: "statistic" },
    ]);
    expect(reasons([bookOffer("1", { tier: "community" })])).toEqual([{ listingId: "1", reason: "tier" }]);
    expect(reasons([bookOffer("1", { availableGpus: 0 })])).toEqual([{ listingId: "1", reason: "sold_out" }]);
  });

  test("the secure cell never shows the community price; the community cell is its own", () => {
    const offers = [
      bookOffer("1", { tier: "secure" }),
      bookOffer("2", { tier: "community", usdPerGpuHour: 0.5 }),
    ];
    const book = bookOf(offers);
    expect(indexCell(book, h100, "on_demand", t0).listings.map((row) => row.id)).toEqual(["1"]);
    const community = indexCell(book, h100, "on_demand", t0, { tiers: new Set(["community"]) });
    expect(community.listings.map((row) => row.id)).toEqual(["2"]);
  });
});

describe("one source speaks for a provider", () => {
  const seen = (kinds: readonly ("direct" | "aggregator" | "list" | "import")[]) => {
    const offers = kinds.map((kind, i) => bookOffer(`${i}`, { source: kind, provider: "lambda" }));
    const cell = indexCell(
      bookOf(
        offers,
        kinds.map((kind) => sourceState(kind, { kind })),
      ),
      h100,
      "on_demand",
      t0,
    );
    return cell.sourcesUsed;
  };

  test("direct before aggregator before list before import", () => {
    expect(seen(["list", "aggregator", "direct", "import"])).toEqual(["direct"]);
    expect(seen(["import", "list", "aggregator"])).toEqual(["aggregator"]);
    expect(seen(["import", "list"])).toEqual(["list"]);
    expect(seen(["import"])).toEqual(["import"]);
  });

  test("a stale direct source gives the word to a fresh aggregator", () => {
    const offers = [
      bookOffer("1", { source: "lambda", provider: "lambda" }),
      bookOffer("2", { source: "shade", provider: "lambda" }),
    ];
    const sources = [
      sourceState("lambda", { lastGoodAt: t0 - 20 * minute }),
      sourceState("shade", { kind: "aggregator" }),
    ];
    expect(reasons(offers, sources)).toEqual([{ listingId: "1", reason: "stale" }]);
    expect(reasons(offers, [sourceState("shade", { kind: "aggregator" })])).toEqual([
      { listingId: "2", reason: "better_source" },
    ]);
  });

  test("a direct source that is sold out, or shows community hosts only, is not talked over by an aggregator", () => {
    const second = bookOffer("2", { source: "shade" });
    const shade = [sourceState("shade", { kind: "aggregator" })];
    const soldOut = reasons([bookOffer("1", { availableGpus: 0 }), second], shade);
    expect(soldOut.map(({ reason }) => reason).sort()).toEqual(["better_source", "sold_out"]);
    const community = reasons([bookOffer("1", { tier: "community" }), second], shade);
    expect(community.map(({ reason }) => reason).sort()).toEqual(["better_source", "tier"]);
    expect(reasons([bookOffer("1", { flags: ["price_band"] }), second], shade)).toHaveLength(1);
  });

  test("a reseller is out where its upstream is seen directly, and in where not", () => {
    const resold = bookOffer("1", { source: "broker", provider: "broker", upstream: "lambda" });
    const own = bookOffer("2", { source: "lambda", provider: "lambda" });
    expect(reasons([resold, own])).toEqual([{ listingId: "1", reason: "reseller" }]);
    expect(reasons([resold])).toEqual([]);
    expect(reasons([resold, own], [sourceState("lambda", { kind: "list" })])).toEqual([]);
  });
});

describe("age", () => {
  test("a listing is out at twice its source's interval, not before", () => {
    const at = (age: number) => reasons([bookOffer("1")], [sourceState("acme", { lastGoodAt: t0 - age })]);
    expect(at(20 * minute - 1)).toEqual([]);
    expect(at(20 * minute)).toEqual([{ listingId: "1", reason: "stale" }]);
    expect(reasons([bookOffer("1")], [sourceState("acme", { lastGoodAt: null })])).toEqual([
      { listingId: "1", reason: "stale" },
    ]);
  });

  test("a list price stands for 30 days, an import for twice its interval", () => {
    const at = (kind: "list" | "import", age: number) =>
      reasons([bookOffer("1")], [sourceState("acme", { kind, lastGoodAt: t0 - age })]);
    expect(at("list", 30 * day - 1)).toEqual([]);
    expect(at("list", 30 * day)).toHaveLength(1);
    expect(at("import", 19 * minute)).toEqual([]);
    expect(at("import", 20 * minute)).toHaveLength(1);
  });

  test("a cell of stale listings alone answers stale, one provider's stale data leaves the rest", () => {
    const old = ["a", "b", "c"].map((source) => sourceState(source, { lastGoodAt: t0 - day }));
    expect(cellIndex(bookOf(healthy, old), h100, "on_demand", t0)).toMatchObject({
      value: null,
      reason: "stale",
    });
    expect(cellIndex(bookOf([]), h100, "on_demand", t0)).toMatchObject({ value: null, reason: "empty" });
    const dead = bookOffer("dead", { source: "d", provider: "d", usdPerGpuHour: 2.15 });
    const book = bookOf([...healthy, dead], [sourceState("d", { lastGoodAt: t0 - day, failing: true })]);
    const index = cellIndex(book, h100, "on_demand", t0);
    expect(index).toMatchObject({ value: 2.1, reason: null, nProviders: 3, sourcesUsed: ["a", "b", "c"] });
    expect(index.excluded).toEqual([{ id: "dead", reason: "stale" }]);
  });
});

describe("machines", () => {
  const slice = (id: string, gpuCount: number, usdPerGpuHour: number) =>
    bookOffer(id, { machineId: "m1", gpuCount, minGpus: gpuCount, availableGpus: gpuCount, usdPerGpuHour });

  test("slices of one machine are its cheapest row with all its free GPUs", () => {
    const cell = indexCell(
      bookOf([slice("1", 1, 2.2), slice("2", 2, 2), slice("4", 4, 2.1)]),
      h100,
      "on_demand",
      t0,
    );
    expect(cell.listings).toEqual([
      { id: "2", provider: "acme", usdPerGpuHour: 2, gpus: 4, freeGpus: 4, machine: "m1", part: 1 },
    ]);
    expect(cell.excluded.map(({ listingId, reason }) => `${listingId} ${reason}`)).toEqual([
      "4 same_machine",
      "1 same_machine",
    ]);
  });

  test("machines of the same name at two providers are two", () => {
    const other = { ...slice("2", 8, 2), provider: "b", source: "b" };
    expect(indexCell(bookOf([slice("1", 8, 2), other]), h100, "on_demand", t0).listings).toHaveLength(2);
  });

  test("listing a machine once more as a slice at its price does not move the index", () => {
    const named = healthy.map((offer) => ({ ...offer, machineId: offer.listingId }));
    const more = named.map((offer) => ({
      ...offer,
      listingId: `${offer.listingId}-1x`,
      gpuCount: 1,
      availableGpus: 1,
    }));
    const before = cellIndex(bookOf(named), h100, "on_demand", t0);
    const after = cellIndex(bookOf([...named, ...more]), h100, "on_demand", t0);
    expect({ ...after, excluded: [] }).toEqual(before);
    expect(after.excluded).toHaveLength(9);
  });
});
