import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { hour } from "../../src/domain/time.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

interface MarketRow {
  readonly gpu: string;
  readonly family: boolean;
  readonly best_on_demand: Readonly<Record<string, unknown>> | null;
  readonly best_spot: Readonly<Record<string, unknown>> | null;
  readonly best_on_demand_community: Readonly<Record<string, unknown>> | null;
  readonly index: number | null;
  readonly index_last: { at: string; value: number } | null;
  readonly listings: number;
  readonly fresh_free_gpus: number | null;
  readonly free_gpus: number | null;
  readonly line: readonly (readonly [number, number])[];
  readonly change_1d_percent: number | null;
}

const readOf = async (other: Market, query = ""): Promise<Map<string, MarketRow>> => {
  const asked = await clientOf(other.app);
  return new Map((await asked.get<MarketRow[]>(`/v1/market${query}`)).data.map((each) => [each.gpu, each]));
};

const h100 = { gpu: "h100-sxm", gpuRaw: "H100 SXM" } as const;

describe("GET /v1/market", () => {
  const rows = async () =>
    new Map((await client.get<MarketRow[]>("/v1/market")).data.map((each) => [each.gpu, each]));

  it("has one row for each GPU and family that is offered", async () => {
    const byGpu = await rows();
    expect([...byGpu.keys()].sort()).toEqual(
      ["a100", "a100-80gb", "a100-sxm-80gb", "h100", "h100-pcie", "h100-sxm", "l40s", "rtx-4090"].sort(),
    );
    const [index] = (await client.get<{ value: number }[]>("/v1/index?gpu=h100")).data;
    expect(byGpu.get("h100")).toMatchObject({ family: true, index: index!.value });
    expect(byGpu.get("h100-sxm")).toMatchObject({
      family: false,
      best_spot: { usd_per_gpu_hour: 0.9, provider: "alpha", executable: true, age_s: 120 },
    });
    expect(byGpu.get("rtx-4090")).toMatchObject({ free_gpus: 16, listings: 3, index: null });
    expect(byGpu.get("a100-sxm-80gb")!.best_spot).toBeNull();
  });

  it("takes a fresh price before a cheaper old one, and an old one only alone", async () => {
    const other = await openMarket();
    const asked = await clientOf(other.app);
    const read = async (id = "h100-sxm") =>
      (await asked.get<MarketRow[]>("/v1/market")).data.find(({ gpu }) => gpu === id)!;
    const now = await read();
    expect(now.best_on_demand).toMatchObject({ usd_per_gpu_hour: 1.1, provider: "alpha", fresh: true });
    expect(now).toMatchObject({ listings: 20, fresh_listings: 19, providers: 6, fresh_providers: 5 });
    expect(now.fresh_free_gpus).toBe(now.free_gpus! - 4);
    other.setNow(present + 60 * hour);
    const later = await read();
    expect(later.best_on_demand).toMatchObject({ usd_per_gpu_hour: 1.1, source: "lists", fresh: true });
    expect(later).toMatchObject({
      ...{ listings: 20, expired_listings: 0, fresh_listings: 2, fresh_providers: 2, fresh_free_gpus: null },
    });
    expect((await read("l40s")).best_on_demand).toMatchObject({ usd_per_gpu_hour: 0.8, fresh: false });
    await other.close();
  });

  it("draws the cheapest on-demand price up to now", async () => {
    const { line } = (await rows()).get("a100-sxm-80gb")!;
    expect(line.at(-1)).toEqual([present, 1.28]);
    expect(line.map(([at]) => at)).toEqual([...line.map(([at]) => at)].sort((a, b) => a - b));
  });

  it("follows the book", async () => {
    const other = await openMarket();
    const asked = await clientOf(other.app);
    const l40s = { gpu: "l40s", gpuRaw: "L40S" } as const;
    const read = async () =>
      (await asked.get<MarketRow[]>("/v1/market")).data.find(({ gpu }) => gpu === "l40s")?.best_on_demand;
    expect(await read()).toMatchObject({ usd_per_gpu_hour: 0.8, executable: true });
    await other.pull("broken", present - 30_000, [offerOf("broken", "x1", 0.7, l40s)]);
    expect(await read()).toMatchObject({ usd_per_gpu_hour: 0.7 });
    await other.pull("broken", present - 20_000, [offerOf("broken", "x2", 5, { gpu: "b200" })]);
    expect(await read()).toBeUndefined();
    await other.close();
  });

  it("screens lines and changes as it screens the best price", async () => {
    const other = await openMarket({ empty: true });
    const plain = [2, 2.1, 2.2, 2.3].map((usd, i) => offerOf("alpha", `p${i}`, usd, h100));
    const none: Partial<Offer>[] = [
      { flags: ["price_band"] },
      { flags: ["slice"], gpuShare: 0.14 },
      { gpuShare: 0.5 },
      { availableGpus: 0 },
      { tier: "community" },
      { purchase: "spot" },
    ];
    const odd = none.map((changes, i) => offerOf("alpha", `o${i}`, 0.01 + i / 1000, { ...h100, ...changes }));
    const statistic = [offerOf("stats", "s", 0.005, h100)];
    const whole = { everyMinutes: 360 };
    for (let ago = 8 * 24; ago >= 0; ago -= 6) {
      await other.pull("alpha", present - ago * hour, ago > 30 ? plain : [...plain, ...odd], whole);
      if (ago <= 30) await other.pull("stats", present - ago * hour, statistic, whole);
    }
    const row = (await readOf(other)).get("h100-sxm")!;
    expect(row.best_on_demand).toMatchObject({ usd_per_gpu_hour: 2 });
    expect(new Set(row.line.map(([, usd]) => usd))).toEqual(new Set([2]));
    expect(row.line).toHaveLength(29);
    expect(row).toMatchObject({ change_1d_percent: 0, change_7d_percent: 0 });
    await other.close();
  });

  it("draws a source no longer than it is current: twice its interval, list prices 30 days", async () => {
    const other = await openMarket({ empty: true });
    await other.pull("alpha", present - 19 * hour, [offerOf("alpha", "a", 2, h100)]);
    const l40s = { gpu: "l40s", gpuRaw: "L40S" } as const;
    await other.pull("lists", present - 7 * 24 * hour, [offerOf("lists", "l", 1, l40s)]);
    const rows = await readOf(other);
    expect(rows.get("h100-sxm")!.line).toEqual([[present - 18 * hour, 2]]);
    expect(rows.get("l40s")!.line).toHaveLength(29);
    expect(rows.get("l40s")).toMatchObject({
      fresh: true,
      best_on_demand: { usd_per_gpu_hour: 1, fresh: true },
    });
    await other.close();
  });

  it("leaves expired prices out of every figure, and counts them", async () => {
    const other = await openMarket({ empty: true });
    await other.pull("alpha", present - 7 * 24 * hour, [offerOf("alpha", "a", 0.5, h100)]);
    await other.pull("beta", present - hour, [offerOf("beta", "b", 2, h100)]);
    await other.pull("quiet", present - 8 * 24 * hour, [offerOf("quiet", "q", 1, { gpu: "l40s" })]);
    const rows = await readOf(other);
    const counts = { listings: 1, providers: 1, expired_listings: 1, free_gpus: 8 };
    expect(rows.get("h100-sxm")).toMatchObject({ ...counts, best_on_demand: { usd_per_gpu_hour: 2 } });
    expect(rows.get("l40s")).toMatchObject({
      listings: 0,
      expired_listings: 1,
      best_on_demand: null,
      age_s: null,
    });
    const asked = await clientOf(other.app);
    const offers =
      await asked.get<{ usd_per_gpu_hour: number; expired: boolean; fresh: boolean }[]>("/v1/offers");
    expect(offers.data.map(({ usd_per_gpu_hour: usd, expired, fresh }) => [usd, expired, fresh])).toEqual([
      [0.5, true, false],
      [1, true, false],
      [2, false, true],
    ]);
    const at = new Date(present - 7 * 24 * hour + 1000).toISOString();
    const then = await asked.get<{ expired: boolean }[]>(`/v1/offers?gpu=h100-sxm&at=${at}`);
    expect(then.data.map(({ expired }) => expired)).toEqual([false]);
    const payload = { gpu: "h100-sxm", gpus: 8, hours: 1 };
    const quote = { method: "POST" as const, url: "/v1/quotes", payload };
    expect((await other.app.inject(quote)).json().data).toMatchObject({
      total_usd: 16,
      excluded: { expired: 1 },
    });
    const route = (await other.app.inject({ ...quote, url: "/v1/routes" })).json().data;
    expect(route).toMatchObject({ plans: [{ expected_usd: 16 }], excluded: { expired: 1 } });
    await other.close();
  });

  it("shows community hosts beside, not as, the best price, and alone when asked", async () => {
    const other = await openMarket({ empty: true });
    const tiers = [null, "secure", "community"] as const;
    const offers = tiers.map((tier, i) => offerOf("bazaar", `m${i}`, 3 - i, { ...h100, tier }));
    await other.pull("bazaar", present - hour, offers);
    const best = async (query: string) => {
      const row = (await readOf(other, query)).get("h100-sxm")!;
      const { best_on_demand: main, best_on_demand_community: beside, line, listings } = row;
      return [main?.usd_per_gpu_hour, beside?.usd_per_gpu_hour, line.at(-1)?.[1], listings];
    };
    expect(await best("")).toEqual([2, 1, 2, 3]);
    expect(await best("?tier=secure")).toEqual([2, undefined, 2, 1]);
    expect(await best("?tier=community")).toEqual([1, 1, 1, 1]);
    const { errors } = await (await clientOf(other.app)).refused(400, "/v1/market?tier=gold");
    expect(errors).toEqual([
      { field: "tier", message: "must be one of secure, community", allowed: ["secure", "community"] },
    ]);
    await other.close();
  });
});
