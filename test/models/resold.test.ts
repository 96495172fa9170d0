import { describe, expect, test } from "vitest";
import { findResold } from "../../src/models/resold.ts";
import { bookOf, bookOffer, sourceState, t0 } from "../helpers/offers.ts";

const sources = [
  sourceState("owner"),
  sourceState("shop", { kind: "aggregator" }),
  sourceState("paper", { kind: "list" }),
];

const owned = (id: string, more = {}) => bookOffer(id, { source: "owner", provider: "owner", ...more });
const sold = (id: string, more = {}) =>
  bookOffer(id, { source: "shop", provider: "shop", upstream: "owner", ...more });

const links = (offers: ReturnType<typeof bookOffer>[], now = t0) => {
  const book = bookOf(offers, sources);
  return [...findResold(book.offers, book, now)].map(([a, b]) => [a.listingId, b.listingId]);
};

describe("findResold", () => {
  test("links a reseller's offer to its owner's: same region first, then same size, then the cheapest", () => {
    const offers = [
      owned("far", { region: "eu-1", usdPerGpuHour: 1 }),
      owned("small", { gpuCount: 1, usdPerGpuHour: 1.5 }),
      owned("same", { usdPerGpuHour: 2 }),
      sold("resold", { region: "US-1", usdPerGpuHour: 1.2 }),
    ];
    expect(links(offers)).toEqual([["resold", "same"]]);
    expect(links(offers.filter(({ listingId }) => listingId !== "same"))).toEqual([["resold", "small"]]);
  });

  test("needs the owner's own offer of that GPU and purchase, current, by a source that sells it", () => {
    expect(links([sold("resold")])).toEqual([]);
    expect(links([sold("resold"), owned("other", { gpu: "h200-sxm" })])).toEqual([]);
    expect(links([sold("resold"), owned("spot", { purchase: "spot" })])).toEqual([]);
    expect(links([sold("resold"), owned("listed", { source: "paper" })])).toEqual([]);
    expect(links([sold("resold"), owned("none", { availableGpus: 0 })])).toEqual([]);
    expect(links([sold("resold"), owned("old")], t0 + 86_400_000)).toEqual([]);
  });

  test("a GPU of the family counts where the caller says so", () => {
    const book = bookOf([sold("resold", { gpu: "h100" }), owned("direct")], sources);
    expect(findResold(book.offers, book, t0).size).toBe(0);
    expect(findResold(book.offers, book, t0, () => "").size).toBe(1);
  });

  test("nobody resells nothing, and nobody resells oneself", () => {
    expect(links([])).toEqual([]);
    expect(links([owned("a", { upstream: "owner" }), owned("b")])).toEqual([]);
  });
});
