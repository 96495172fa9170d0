import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { bookFor } from "../../src/api/context.ts";
import { keptOfBook } from "../../src/api/kept-of-book.ts";
import { recentMap } from "../../src/api/recent-map.ts";
import { rememberedDays } from "../../src/api/tightness-days.ts";
import { minute } from "../../src/domain/time.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";
import { aPull } from "../helpers/tape.ts";

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

describe("recentMap", () => {
  it("lets the entry go that was asked for longest ago", () => {
    const map = recentMap<string, number>(2);
    map.set("a", 1);
    map.set("b", 2);
    expect(map.get("a")).toBe(1);
    map.set("c", 3);
    expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, undefined, 3]);
    map.delete("a");
    expect(map.get("a")).toBeUndefined();
  });
});

describe("keptOfBook", () => {
  it("makes a result once a book, anew for another time, and does not keep a failure", async () => {
    const kept = keptOfBook<number>(10);
    const make = vi.fn(async () => 1);
    const now = await bookFor(market.context, {});
    await kept(now, "a", make);
    await kept({ ...now, now: now.now + minute }, "a", make);
    expect(make).toHaveBeenCalledTimes(1);
    await kept({ ...now, book: { ...now.book } }, "a", make);
    await kept({ ...now, present: false }, "a", make);
    expect(make).toHaveBeenCalledTimes(3);
    const failing = async () => Promise.reject(new Error("it failed"));
    await expect(kept(now, "b", failing)).rejects.toThrow("it failed");
    expect(await kept(now, "b", make)).toBe(1);
  });
});

describe("GET /v1/tightness", () => {
  it("keeps the closed days of the cells asked for last", async () => {
    const daysOf = rememberedDays(market.context, 2, 2);
    const asked = await bookFor(market.context, {});
    const gpus = [{ id: "h100-sxm", ids: new Set(["h100-sxm"]) }];
    const read = (region: string) => daysOf(asked, { gpus, region, purchase: "on_demand" });
    const [first, second] = [await read("eu-1"), await read("us-1")];
    expect(await read("eu-1")).toBe(first);
    await read("us-2");
    expect(await read("eu-1")).toBe(first);
    expect(await read("us-1")).not.toBe(second);
  });
});

describe("GET /v1/curves/demand, polled", () => {
  const fleet = { gpuRaw: "H100 SXM", gpu: "h100-sxm", region: null, totalGpus: 200, observedAt: present };
  const tell = (at: number, rentedGpus: number) =>
    market.tape.write(aPull({ source: "stats", observedAt: at, everyMinutes: 60 }), [], {
      fleets: [{ ...fleet, provider: "alpha", rentedGpus }],
    });
  const ask = async (query = "") => {
    const url = `/v1/curves/demand?gpu=h100-sxm&elasticity=1${query}`;
    return (await market.app.inject(url)).json<{ data: { equilibrium: { price: number } } }>().data;
  };

  it("solves again when the book, the fleets or the question change, not every second", async () => {
    await tell(present - minute, 100);
    const run = vi.spyOn(market.context.fits, "run");
    const first = await ask();
    const solved = run.mock.calls.length;
    expect(solved).toBeGreaterThan(0);
    for (let second = 1; second <= 3; second++) {
      market.setNow(present + second * 1000);
      expect(await ask()).toEqual(first);
    }
    expect(run.mock.calls.length).toBe(solved);
    await ask("&shock_demand=0.1");
    expect(run.mock.calls.length).toBe(solved + 1);
    await tell(present + 3000, 150);
    await ask();
    await market.pull("alpha", present + 3000, [offerOf("alpha", "a0", 2)]);
    expect((await ask()).equilibrium.price).not.toBe(first.equilibrium.price);
  });
});
