import { describe, expect, it } from "vitest";
import { withDoubts } from "../../src/collect/doubt.ts";
import { buyQuote } from "../../src/desk/quote.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { hour, type Instant } from "../../src/domain/time.ts";
import { indexCell } from "../../src/models/cell.ts";
import { loadReference } from "../../src/reference.ts";
import { readChanges } from "../../src/store/read-changes.ts";
import { openTape } from "../../src/store/tape.ts";
import { anOffer, aPull, t0 } from "../helpers/tape.ts";

const { bands } = await loadReference();

const open = async () => {
  const tape = await openTape(":memory:", { clock: () => t0, describe: () => null });
  const pull = async (hours: number, offers: readonly Offer[], source = "test") => {
    const observedAt: Instant = t0 + hours * hour;
    const believed = await withDoubts(offers, observedAt, { tape, bands, book: tape.book() });
    await tape.write(aPull({ source, observedAt, everyMinutes: 60 }), believed);
    return flags();
  };
  const flags = () => Object.fromEntries(tape.book().offers.map((one) => [one.offerId, [...one.flags]]));
  return { tape, pull };
};

const at = (usdPerGpuHour: number, more: Partial<Offer> = {}): Offer =>
  anOffer({ usdPerGpuHour, priceRaw: usdPerGpuHour * 8, ...more });

describe("withDoubts", () => {
  it("flags a jump while it is fresh and takes the flag back once it stood", async () => {
    const { tape, pull } = await open();
    expect(await pull(0, [at(2)])).toEqual({ a: [] });
    expect(await pull(1, [at(7)])).toEqual({ a: ["price_jump"] });
    expect(await pull(2, [at(7)])).toEqual({ a: ["price_jump"] });
    expect(await pull(7, [at(7)])).toEqual({ a: [] });
    const past = await tape.bookAt({ at: t0 + 3 * hour });
    expect(past.offers.map((offer) => [offer.usdPerGpuHour, offer.flags])).toEqual([[7, ["price_jump"]]]);
    const everything = { since: t0 - 1, until: t0 + 9 * hour, asOf: t0 + 9 * hour };
    const changes = await readChanges(tape.database, tape.catalog, {
      ...everything,
      gpus: null,
      provider: null,
      offset: 0,
      limit: 9,
    });
    expect(changes.map(({ kind, from, to, doubts }) => [kind, from, to, doubts])).toEqual([
      ["unflagged", 7, 7, []],
      ["flagged", 2, 7, ["price_jump"]],
      ["new", null, 2, []],
    ]);
    await tape.close();
  });

  it("takes the flag back at once where the price returns", async () => {
    const { tape, pull } = await open();
    await pull(0, [at(2)]);
    await pull(1, [at(0.5)]);
    expect(await pull(2, [at(2)])).toEqual({ a: [] });
    await tape.close();
  });

  it("believes a jump that another provider bears out", async () => {
    const { tape, pull } = await open();
    await pull(0, [at(2)]);
    await pull(0, [at(6, { source: "other", provider: "rival", offerId: "r" })], "other");
    expect(await pull(1, [at(7)])).toMatchObject({ a: [] });
    await tape.close();
  });

  it("compares spot with the on-demand price of another source of the same provider", async () => {
    const { tape, pull } = await open();
    await pull(0, [at(2)]);
    const spot = (usd: number) => [at(usd, { source: "spots", offerId: "s", purchase: "spot" })];
    expect(await pull(1, spot(2.5), "spots")).toEqual({ a: [], s: ["spot_ratio"] });
    expect(await pull(2, spot(1.5), "spots")).toEqual({ a: [], s: [] });
    await tape.close();
  });

  it("compares the spot price of a machine with that machine alone", async () => {
    const { tape, pull } = await open();
    const offers = [at(2, { machineId: "m1" }), at(2.5, { machineId: "m2", purchase: "spot", offerId: "s" })];
    expect(await pull(0, offers)).toEqual({ a: [], s: [] });
    await tape.close();
  });

  it("keeps a price outside its GPU's band, flagged, with its lasting flags", async () => {
    const { tape, pull } = await open();
    expect(await pull(0, [at(0.01, { flags: ["slice"] })])).toEqual({ a: ["slice", "price_band"] });
    expect(await pull(1, [at(2, { flags: ["slice"] })])).toEqual({ a: ["slice"] });
    await tape.close();
  });

  describe("a price far below the other tier of its provider", () => {
    const h200 = (usd: number, more: Partial<Offer> = {}): Offer =>
      at(usd, { gpu: "h200-sxm", gpuRaw: "H200", tier: "community", offerId: "c", ...more });
    const secure = h200(3.59, { tier: "secure", offerId: "s" });

    it("is in doubt at once, and after 110 days as well: standing does not lift it", async () => {
      const { tape, pull } = await open();
      for (let day = 0; day <= 110; day += 11)
        expect(await pull(day * 24, [secure, h200(0.5)])).toEqual({ s: [], c: ["tier_ratio"] });
      await tape.close();
    });

    it.each([
      ["mi300x", 0.5, 2.39],
      ["h200-sxm", 0.5, 3.59],
    ])(
      "%s at %d beside %d is in doubt at once, and neither quoted nor in the index",
      async (gpu, low, usual) => {
        const { tape, pull } = await open();
        const more = { gpu, gpuRaw: gpu };
        const offers = [h200(low, more), h200(usual, { ...more, tier: "secure", offerId: "s" })];
        expect(await pull(0, offers)).toEqual({ s: [], c: ["tier_ratio"] });
        const book = tape.book();
        const request = { gpu_ids: new Set([gpu]), gpus: 8, hours: 1, purchase: "on_demand" } as const;
        expect(buyQuote(book, request, t0).vwap_usd_per_gpu_hour).toBe(usual);
        const { excluded } = indexCell(book, request.gpu_ids, "on_demand", t0, {
          tiers: new Set(["community"]),
        });
        expect(excluded.map(({ reason }) => reason)).toContain("tier_ratio");
        await tape.close();
      },
    );

    it("stays in doubt while the other tier is not shown, until its price is no longer so low", async () => {
      const { tape, pull } = await open();
      await pull(0, [secure, h200(0.5)]);
      expect(await pull(1, [h200(0.5)])).toMatchObject({ c: ["tier_ratio"] });
      expect(await pull(2, [secure, h200(0.5)])).toMatchObject({ c: ["tier_ratio"] });
      expect(await pull(3, [secure, h200(1.8)])).toMatchObject({ c: [] });
      await tape.close();
    });

    it("is believed where another provider asks so little, though not one that resells it", async () => {
      const { tape, pull } = await open();
      const rival = h200(0.7, { source: "other", provider: "rival", offerId: "r", tier: null });
      await pull(0, [{ ...rival, upstream: "acme" }], "other");
      expect(await pull(0, [secure, h200(0.5)])).toMatchObject({ c: ["tier_ratio"] });
      await pull(1, [rival], "other");
      expect(await pull(1, [secure, h200(0.5)])).toMatchObject({ c: [] });
      await tape.close();
    });

    it("is believed where another machine of the marketplace asks so little, and spot is apart from it", async () => {
      const { tape, pull } = await open();
      const hosts = [
        h200(3.6, { tier: "secure", offerId: "s", machineId: "m1" }),
        h200(1.2, { machineId: "m2" }),
      ];
      expect(await pull(0, hosts)).toEqual({ s: [], c: ["tier_ratio"] });
      expect(await pull(1, [...hosts, h200(1.3, { offerId: "d", machineId: "m3" })])).toEqual({
        ...{ s: [], c: [], d: [] },
      });
      await tape.close();
    });

    it("is fine from half of it on, and the rule holds either way round", async () => {
      const { tape, pull } = await open();
      expect(await pull(0, [h200(3, { tier: "secure", offerId: "s" }), h200(1.5)])).toEqual({ s: [], c: [] });
      expect(await pull(1, [h200(0.6, { tier: "secure", offerId: "s" }), h200(1.5)])).toEqual({
        ...{ s: ["tier_ratio", "price_jump"], c: [] },
      });
      await tape.close();
    });
  });

  it("gives nothing for nothing", async () => {
    const { tape } = await open();
    expect(await withDoubts([], t0, { tape, bands, book: tape.book() })).toEqual([]);
    await tape.close();
  });
});
