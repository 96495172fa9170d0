import { describe, expect, test } from "vitest";
import { type BuyQuoteRequest, buyQuote } from "../../src/desk/quote.ts";
import type { Book } from "../../src/domain/book.ts";
import { day, minute } from "../../src/domain/time.ts";
import { AppError } from "../../src/errors.ts";
import { bookOf, bookOffer, sourceState, t0 } from "../helpers/offers.ts";

const request: BuyQuoteRequest = {
  gpu_ids: new Set(["h100-sxm"]),
  gpus: 8,
  hours: 10,
  purchase: "on_demand",
};

const errorOf = (book: Book, changes: Partial<BuyQuoteRequest> = {}): AppError => {
  try {
    buyQuote(book, { ...request, ...changes }, t0);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("expected an AppError");
};

const single = (id: string, usdPerGpuHour: number, free: number, provider = id) =>
  bookOffer(id, { usdPerGpuHour, minGpus: 1, gpuCount: 1, availableGpus: free, provider, source: provider });

describe("known answers", () => {
  test("8 GPUs at 10.24 show 1.28 per GPU and 10.24 in total per hour", () => {
    const quote = buyQuote(bookOf([bookOffer("1", { usdPerGpuHour: 1.28, priceRaw: 10.24 })]), request, t0);
    expect(quote).toMatchObject({
      gpus: 8,
      hours: 10,
      vwap_usd_per_gpu_hour: 1.28,
      usd_per_hour: 10.24,
      total_usd: 102.4,
      gpus_rented: 8,
      worst_age_s: 120,
      executable: true,
      best_usd_per_gpu_hour: 1.28,
      slippage_bps: 0,
      warnings: [],
      considered: 1,
    });
    expect(quote.legs).toEqual([
      {
        listing_id: "1",
        provider: "acme",
        source: "acme",
        region: "us-1",
        gpu: "h100-sxm",
        purchase: "on_demand",
        tier: null,
        gpus: 8,
        usd_per_gpu_hour: 1.28,
        usd_per_hour: 10.24,
        billed_hours: 10,
        age_s: 120,
        fresh: true,
        executable: true,
        stock_known: true,
      },
    ]);
    expect(quote.why[0]).toBe("8 GPUs cost $10.24 per hour, $1.28 per GPU-hour, and $102.40 for 10 h.");
  });

  test("averages over the walk", () => {
    const book = bookOf([single("a", 1, 2), single("b", 1.5, 4), single("c", 2, 4)]);
    const quote = buyQuote(book, { ...request, gpus: 5 }, t0);
    expect(quote).toMatchObject({ vwap_usd_per_gpu_hour: 1.3, usd_per_hour: 6.5, total_usd: 65 });
    expect(quote.slippage_bps).toBeCloseTo(3000, 9);
    expect(quote.legs.map((leg) => [leg.listing_id, leg.gpus])).toEqual([
      ["a", 2],
      ["b", 3],
    ]);
  });

  test("GPUs of a family may mix where the ids say so", () => {
    const book = bookOf([single("a", 1, 4), { ...single("b", 2, 4), gpu: "h100-pcie" }]);
    const quote = buyQuote(book, { ...request, gpu_ids: new Set(["h100", "h100-sxm", "h100-pcie"]) }, t0);
    expect(quote.legs.map((leg) => leg.gpu)).toEqual(["h100-sxm", "h100-pcie"]);
  });
});

describe("what a buyer must know", () => {
  test("a host sold whole: more GPUs rented than asked, at the price of all of them", () => {
    const quote = buyQuote(bookOf([bookOffer("1", { usdPerGpuHour: 1 })]), { ...request, gpus: 5 }, t0);
    expect(quote).toMatchObject({ gpus_rented: 8, usd_per_hour: 8, vwap_usd_per_gpu_hour: 1.6 });
    expect(quote.warnings).toEqual(["rents 8 GPUs for the 5 asked, as hosts are sold whole"]);
  });

  test("a minimum stay or a term is billed whole, and another listing preferred where it is cheaper so", () => {
    const long = bookOffer("long", { usdPerGpuHour: 1, minHours: 24 });
    const quote = buyQuote(bookOf([long]), request, t0);
    expect(quote).toMatchObject({ usd_per_hour: 8, total_usd: 192 });
    expect(quote.warnings).toEqual(["acme: billed for a minimum stay longer than the 10 h asked"]);
    const short = bookOffer("short", { usdPerGpuHour: 2 });
    expect(buyQuote(bookOf([long, short]), request, t0)).toMatchObject({
      total_usd: 160,
      best_usd_per_gpu_hour: 1,
    });
    expect(buyQuote(bookOf([long, short]), { ...request, hours: 24 }, t0).total_usd).toBe(192);
    const year = bookOffer("year", { usdPerGpuHour: 1, purchase: "reserved", termMonths: 12 });
    expect(buyQuote(bookOf([year]), { ...request, purchase: "reserved" }, t0).total_usd).toBe(8 * 8760);
  });

  test("unknown stock and prices of others only indicate", () => {
    const unknown = buyQuote(
      bookOf([bookOffer("1", { availableGpus: null, availableIs: null })]),
      request,
      t0,
    );
    expect(unknown).toMatchObject({ executable: false, legs: [{ stock_known: false, executable: false }] });
    expect(unknown.warnings.join()).toMatch(/stock unknown.*indicative/);
    const listed = buyQuote(bookOf([bookOffer("1")], [sourceState("acme", { kind: "list" })]), request, t0);
    expect(listed.executable).toBe(false);
  });

  test("community hosts and spot are named", () => {
    const community = buyQuote(bookOf([bookOffer("1", { tier: "community" })]), request, t0);
    expect(community.warnings.join()).toContain("community");
    const spot = buyQuote(
      bookOf([bookOffer("1", { purchase: "spot" })]),
      { ...request, purchase: "spot" },
      t0,
    );
    expect(spot.warnings.join()).toContain("interrupted");
  });

  test("capacity seen at a reseller and at its owner is bought once, at the owner", () => {
    const resold = { ...single("b", 0.5, 4), upstream: "a" };
    const book = bookOf([single("a", 1, 4), resold]);
    expect(buyQuote(book, { ...request, gpus: 4 }, t0).legs.map(({ provider }) => provider)).toEqual(["a"]);
    expect(() => buyQuote(book, request, t0)).toThrow("4 available.");
    const soldOut = bookOf([
      { ...single("a", 1, 4), availableGpus: 0 },
      { ...resold, availableGpus: 8 },
    ]);
    expect(buyQuote(soldOut, request, t0).legs.map(({ provider }) => provider)).toEqual(["b"]);
  });

  test("the secure tier never shows the community price", () => {
    const book = bookOf([
      bookOffer("1", { tier: "community", usdPerGpuHour: 0.5 }),
      bookOffer("2", { tier: "secure", usdPerGpuHour: 3 }),
    ]);
    const quote = buyQuote(book, { ...request, tier: "secure" }, t0);
    expect(quote).toMatchObject({
      vwap_usd_per_gpu_hour: 3,
      best_usd_per_gpu_hour: 3,
      excluded: { tier: 1 },
    });
  });
});

test("money leaves to the cent, in lines that add up to the total, rates without the noise of fractions", () => {
  const book = bookOf([single("a", 2.2, 3), single("b", 2.35, 8)]);
  const { legs, total_usd, usd_per_hour, vwap_usd_per_gpu_hour } = buyQuote(
    book,
    { ...request, hours: 1.37 },
    t0,
  );
  expect(legs.map((leg) => leg.usd_per_hour)).toEqual([6.6, 11.75]);
  expect([usd_per_hour, vwap_usd_per_gpu_hour, total_usd]).toEqual([18.35, 2.29375, 25.14]);
});

describe("stale and flagged data", () => {
  const cheapStale = bookOffer("old", { provider: "dead", source: "dead", usdPerGpuHour: 0.5 });
  const fresh = bookOffer("new", { usdPerGpuHour: 2 });
  const dead = sourceState("dead", { lastGoodAt: t0 - day, failing: true });

  test("a stale price does not beat a fresh one, and does not break it", () => {
    const quote = buyQuote(bookOf([cheapStale, fresh], [dead]), request, t0);
    expect(quote.legs.map((leg) => leg.listing_id)).toEqual(["new"]);
    expect(quote).toMatchObject({
      excluded: { stale: 1 },
      considered: 1,
      worst_age_s: 120,
      executable: true,
    });
  });

  test("where only stale prices can serve they indicate, with their age", () => {
    const quote = buyQuote(bookOf([cheapStale, fresh], [dead]), { ...request, gpus: 16 }, t0);
    expect(quote).toMatchObject({ worst_age_s: 86_400, executable: false, gpus_rented: 16 });
    expect(quote.warnings[0]).toContain("dead: not confirmed");
    const never = buyQuote(bookOf([cheapStale], [sourceState("dead", { lastGoodAt: null })]), request, t0);
    expect(never).toMatchObject({ worst_age_s: null, executable: false });
    expect(quote.why).toContain("The oldest price was confirmed 24 h ago.");
    expect(never.why).toContain("The age of a price is unknown.");
    expect(errorOf(bookOf([cheapStale], [dead]), { executable_only: true }).details.excluded).toEqual({
      executable_only: 1,
    });
  });

  test("a price that nobody confirmed for 7 days is expired: it serves nobody, and is counted", () => {
    const at = (age: number) => bookOf([cheapStale, fresh], [sourceState("dead", { lastGoodAt: t0 - age })]);
    const both = { ...request, gpus: 16 };
    expect(buyQuote(at(7 * day - 1), both, t0)).toMatchObject({ gpus_rented: 16, excluded: {} });
    const error = errorOf(at(7 * day), { gpus: 16 });
    expect(error.details).toMatchObject({ available_gpus: 8, excluded: { expired: 1 } });
    expect(buyQuote(at(400 * day), request, t0)).toMatchObject({ excluded: { expired: 1 }, considered: 1 });
  });

  test("an import serves while it is current by its own cadence, 7 days at most", () => {
    const archive = (age: number, everyMinutes: number) =>
      bookOf([cheapStale], [sourceState("dead", { kind: "import", everyMinutes, lastGoodAt: t0 - age })]);
    const serves = { total_usd: 40, executable: false };
    expect(buyQuote(archive(day - 1, 720), request, t0)).toMatchObject(serves);
    expect(errorOf(archive(day, 720)).details.excluded).toEqual({ expired: 1 });
    expect(buyQuote(archive(7 * day - 1, 10_080), request, t0)).toMatchObject(serves);
    expect(errorOf(archive(7 * day, 10_080)).details.excluded).toEqual({ expired: 1 });
  });

  test("max_age_hours narrows it further, and says which age would do", () => {
    const asked = { ...request, gpus: 16 };
    const old = sourceState("dead", { lastGoodAt: t0 - 90 * minute });
    const book = bookOf([cheapStale, fresh], [old]);
    expect(buyQuote(book, { ...asked, max_age_hours: 1.5 }, t0)).toMatchObject({ worst_age_s: 5400 });
    const error = errorOf(book, { gpus: 16, max_age_hours: 1.4 });
    expect(error.details).toMatchObject({
      excluded: { max_age_hours: 1 },
      constraints: ["max_age_hours"],
      would_do: { max_age_hours: 1.5 },
    });
    expect(error.message).toContain("Possible without max_age_hours (1.5 would do).");
  });

  test("a flagged price never enters", () => {
    const book = bookOf([bookOffer("1", { usdPerGpuHour: 0.01, flags: ["price_band"] }), fresh]);
    expect(buyQuote(book, request, t0)).toMatchObject({ best_usd_per_gpu_hour: 2, excluded: { flagged: 1 } });
  });

  test("a fresh aggregator serves while the direct source is down", () => {
    const direct = bookOffer("direct", { usdPerGpuHour: 1 });
    const second = bookOffer("second", { source: "shade", usdPerGpuHour: 1.5 });
    const sources = [
      sourceState("acme", { lastGoodAt: t0 - 20 * minute }),
      sourceState("shade", { kind: "aggregator" }),
    ];
    expect(buyQuote(bookOf([direct, second], sources), request, t0).legs[0]).toMatchObject({
      listing_id: "second",
    });
  });
});

describe("impossible and bad requests", () => {
  test("says what is available and what was left out", () => {
    const book = bookOf([
      bookOffer("1"),
      bookOffer("2", { flags: ["derived"] }),
      bookOffer("3", { gpu: "h100" }),
    ]);
    const error = errorOf(book, { gpus: 16 });
    expect(error.code).toBe("impossible");
    expect(error.details).toEqual({
      reason: "insufficient_supply",
      constraints: [],
      would_do: {},
      available_gpus: 8,
      excluded: { gpu: 1, flagged: 1 },
    });
    expect(error.message).toContain("8 available");
    expect(errorOf(bookOf([])).details.available_gpus).toBe(0);
  });

  test("the price cap is hard, for listings and for what idle GPUs add", () => {
    const book = bookOf([bookOffer("1", { usdPerGpuHour: 1.5 })]);
    const low = errorOf(book, { max_usd_per_gpu_hour: 1.49 });
    expect(low.details).toMatchObject({
      excluded: { max_usd_per_gpu_hour: 1 },
      constraints: ["max_usd_per_gpu_hour"],
      would_do: { max_usd_per_gpu_hour: 1.5 },
    });
    expect(low.message).toContain("Possible without max_usd_per_gpu_hour (cheapest is $1.50).");
    expect(buyQuote(book, { ...request, max_usd_per_gpu_hour: 1.5 }, t0).vwap_usd_per_gpu_hour).toBe(1.5);
    const idle = errorOf(book, { gpus: 4, max_usd_per_gpu_hour: 2 });
    expect(idle.details.reason).toBe("max_usd_per_gpu_hour");
    expect(idle.details.would_do).toEqual({ max_usd_per_gpu_hour: 3 });
    expect(buyQuote(book, { ...request, gpus: 4, max_usd_per_gpu_hour: 3 }, t0).total_usd).toBe(120);
    expect(idle.message).toContain("$3.00 per GPU-hour");
  });

  test.each([
    ["gpus", { gpus: 0 }],
    ["gpus", { gpus: 1.5 }],
    ["gpus", { gpus: Number.NaN }],
    ["hours", { hours: 0 }],
    ["hours", { hours: Number.POSITIVE_INFINITY }],
  ])("names the field %s of %j", (field, changes) => {
    const error = errorOf(bookOf([bookOffer("1")]), changes);
    expect(error.code).toBe("bad_input");
    expect(error.details.errors?.[0]?.field).toBe(field);
  });
});
