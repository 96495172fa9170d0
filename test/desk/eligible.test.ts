import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Constraints, constraintOrder } from "../../src/desk/constraints.ts";
import { filterOffers } from "../../src/desk/eligible.ts";
import type { BookOffer } from "../../src/domain/book.ts";
import { minute } from "../../src/domain/time.ts";
import { bookOf, bookOffer, sourceState, t0 } from "../helpers/offers.ts";

const base: Constraints = { gpus: new Set(["h100-sxm"]), purchases: new Set(["on_demand"]) };

/** What happens to one offer under one constraint: "in", or the reason it is counted under. */
const verdict = (changes: Partial<BookOffer>, asked: Partial<Constraints>): string => {
  const { offers, excluded } = filterOffers(bookOf([bookOffer("1", changes)]), t0, { ...base, ...asked });
  return offers.length === 1 ? "in" : Object.keys(excluded).join();
};

describe("each constraint lets in, keeps out, and counts the unknown apart", () => {
  test.each<[string, Partial<Constraints>, Partial<BookOffer>, Partial<BookOffer>, Partial<BookOffer>]>([
    ["tier", { tier: "secure" }, { tier: "secure" }, { tier: "community" }, { tier: null }],
    ["regions", { regions: new Set(["us-1"]) }, {}, { region: "us-2" }, { region: null }],
    ["countries", { countries: new Set(["US"]) }, {}, { country: "DE" }, { country: null }],
    [
      "jurisdictions",
      { jurisdictions: new Set(["DE", "FR"]) },
      { jurisdiction: "FR" },
      {},
      { jurisdiction: null },
    ],
    [
      "min_reliability",
      { minReliability: 0.9 },
      { reliability: 0.9 },
      { reliability: 0.89 },
      { reliability: null },
    ],
    [
      "min_sla_uptime",
      { minSlaUptime: 0.99 },
      { slaUptime: 0.999 },
      { slaUptime: 0.98 },
      { slaUptime: null },
    ],
    [
      "interconnect",
      { interconnect: "InfiniBand" },
      { interconnect: "infiniband" },
      { interconnect: "pcie" },
      {},
    ],
    ["confidential", { confidential: true }, { confidential: true }, { confidential: false }, {}],
    ["min_hours", { maxMinHours: 24 }, { minHours: 24 }, { minHours: 25 }, { minHours: null }],
  ])("%s", (name, asked, good, bad, unknown) => {
    expect(verdict(good, asked)).toBe("in");
    expect(verdict(bad, asked)).toBe(name);
    expect(verdict(unknown, asked)).toBe(`${name}_unknown`);
    expect(verdict(bad, {})).toBe("in");
  });

  test("gpu, purchase, flags, providers, price and executability", () => {
    expect(verdict({ gpu: "h100" }, {})).toBe("gpu");
    expect(verdict({ purchase: "spot" }, {})).toBe("purchase");
    expect(verdict({ flags: ["price_band"] }, {})).toBe("flagged");
    expect(verdict({ gpuShare: 0.25 }, {})).toBe("flagged");
    expect(verdict({}, { providers: { allow: ["lambda"] } })).toBe("providers");
    expect(verdict({}, { providers: { allow: ["acme"], deny: ["acme"] } })).toBe("providers");
    expect(verdict({}, { providers: { allow: [] } })).toBe("providers");
    expect(verdict({}, { providers: { allow: ["acme"], deny: ["lambda"] } })).toBe("in");
    expect(verdict({}, { maxUsdPerGpuHour: 2 })).toBe("in");
    expect(verdict({}, { maxUsdPerGpuHour: 1.99 })).toBe("max_usd_per_gpu_hour");
    expect(verdict({}, { maxAgeHours: 2 / 60 })).toBe("in");
    expect(verdict({}, { maxAgeHours: 1.9 / 60 })).toBe("max_age_hours");
    expect(verdict({}, { executableOnly: true })).toBe("in");
    expect(verdict({ availableGpus: null }, { executableOnly: true })).toBe("executable_only");
    expect(verdict({ availableIs: "level" }, { executableOnly: true })).toBe("executable_only");
    expect(verdict({}, { executableOnly: false, confidential: false })).toBe("in");
  });
});

test("statistics never pass; offers of a source the book does not know pass as indicative", () => {
  const statistic = bookOf([bookOffer("1")], [sourceState("acme", { kind: "statistic" })]);
  expect(filterOffers(statistic, t0, base)).toEqual({ offers: [], excluded: { flagged: 1 } });
  const unknown = { ...bookOf([bookOffer("1")]), sources: new Map() };
  expect(filterOffers(unknown, t0, base).offers).toHaveLength(1);
  expect(filterOffers(unknown, t0, { ...base, executableOnly: true }).offers).toHaveLength(0);
});

test("one source speaks before attributes are looked at: a second-hand price cannot stand in", () => {
  const direct = bookOffer("direct", { provider: "lambda", source: "lambda", usdPerGpuHour: 3 });
  const second = bookOffer("second", { provider: "lambda", source: "shade", usdPerGpuHour: 1 });
  const book = bookOf([direct, second], [sourceState("shade", { kind: "aggregator" })]);
  expect(filterOffers(book, t0, { ...base, maxUsdPerGpuHour: 2 })).toEqual({
    offers: [],
    excluded: { better_source: 1, max_usd_per_gpu_hour: 1 },
  });
  const dead = bookOf(
    [direct, second],
    [sourceState("shade", { kind: "aggregator" }), sourceState("lambda", { lastGoodAt: t0 - 30 * minute })],
  );
  expect(filterOffers(dead, t0, base).offers.map((offer) => offer.listingId)).toEqual(["second"]);
});

test("a tier that is not told matches both tiers of the better source; told tiers are cells of their own", () => {
  const direct = bookOffer("direct", { tier: "secure" });
  const other = (tier: BookOffer["tier"]) => bookOffer("other", { source: "shade", tier });
  const eligible = (tier: BookOffer["tier"]) =>
    filterOffers(bookOf([direct, other(tier)], [sourceState("shade", { kind: "aggregator" })]), t0, base)
      .offers.length;
  expect([eligible(null), eligible("secure"), eligible("community")]).toEqual([1, 1, 2]);
});

test("the first constraint that fails is the one counted, and an empty book answers empty", () => {
  const asked: Constraints = { ...base, tier: "secure", regions: new Set(["eu"]), maxUsdPerGpuHour: 1 };
  const found = filterOffers(
    bookOf([bookOffer("1", { tier: "community" }), bookOffer("2", { tier: "secure" })]),
    t0,
    asked,
  );
  expect(found.excluded).toEqual({ tier: 1, regions: 1 });
  expect(filterOffers(bookOf([]), t0, base)).toEqual({ offers: [], excluded: {} });
});

const anyOffer = fc.record({
  gpu: fc.constantFrom("h100-sxm", "h100-pcie", "a100-80gb"),
  purchase: fc.constantFrom("on_demand" as const, "spot" as const),
  flags: fc.constantFrom([], [], ["derived" as const]),
  provider: fc.constantFrom("a", "b"),
  source: fc.constantFrom("direct", "shade"),
  tier: fc.constantFrom(null, "secure" as const, "community" as const),
  region: fc.constantFrom(null, "us-1", "eu-1"),
  reliability: fc.constantFrom(null, 0.5, 0.99),
  usdPerGpuHour: fc.integer({ min: 1, max: 5 }),
  availableGpus: fc.constantFrom(null, 0, 8),
});

test("counts and eligible offers add up to the book, in price order, under known names", () => {
  const asked: Constraints = {
    gpus: new Set(["h100-sxm", "h100-pcie"]),
    purchases: new Set(["on_demand"]),
    tier: "secure",
    providers: { deny: ["b"] },
    regions: new Set(["us-1"]),
    minReliability: 0.9,
    maxUsdPerGpuHour: 4,
    executableOnly: true,
  };
  const names = new Set<string>(constraintOrder.flatMap((name) => [name, `${name}_unknown`]));
  fc.assert(
    fc.property(
      fc.array(anyOffer, { maxLength: 30 }),
      fc.subarray(Object.keys(asked).slice(2)),
      (rows, kept) => {
        const offers = rows.map((row, i) => bookOffer(`${i}`, row));
        const book = bookOf(offers, [sourceState("shade", { kind: "aggregator" })]);
        const some = Object.fromEntries(
          Object.entries(asked).filter(([name], i) => i < 2 || kept.includes(name)),
        );
        const found = filterOffers(book, t0, some as unknown as Constraints);
        const counted = Object.values(found.excluded).reduce((sum, count) => sum + count, 0);
        expect(counted + found.offers.length).toBe(offers.length);
        for (const name of Object.keys(found.excluded)) expect(names).toContain(name);
        const order = found.offers.map((offer) => [offer.usdPerGpuHour, offer.listingId] as const);
        expect(order).toEqual(order.toSorted(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)));
      },
    ),
  );
});
