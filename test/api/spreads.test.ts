import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { powerRow } from "../../src/api/margin-rows.ts";
import type { EconomicsFacts } from "../../src/domain/economics-table.ts";
import { day, hour } from "../../src/domain/time.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
const h100 = { gpu: "h100-sxm", gpuRaw: "H100 SXM" } as const;

/** Twenty days in which beta's premium to alpha halves its distance from 10 % every day, pushed now and then. */
const premium = (d: number): number => 0.1 + 0.08 * 0.5 ** (d % 5) * (Math.floor(d / 5) % 2 === 0 ? 1 : -1);

beforeAll(async () => {
  market = await openMarket({ empty: true });
  client = await clientOf(market.app);
  for (let d = 20; d >= 0; d--) {
    const at = present - d * day - (d === 0 ? hour / 2 : 12 * hour + hour / 2);
    await market.pull("alpha", at, [
      offerOf("alpha", "a", 2, { ...h100, minBidUsdPerGpuHour: 1.6 }),
      offerOf("alpha", "b", 2, { ...h100, offerId: "b", reliability: 0.99 }),
      offerOf("alpha", "a", 1, { ...h100, purchase: "spot", interruptionLow: 0.1, interruptionHigh: 0.2 }),
    ]);
    await market.pull("beta", at, [offerOf("beta", "c", 2 * Math.exp(premium(20 - d)), h100)]);
  }
});
afterAll(() => market.close());

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly level: string | null;
  readonly base: string | null;
  readonly value: number | null;
  readonly se: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly estimator: string;
  readonly unit: string;
  readonly reason: string | null;
}
const spreads = async (query: string) => (await client.get<Row[]>(`/v1/spreads?gpu=h100-sxm&${query}`)).data;

describe("GET /v1/spreads", () => {
  it("has every kind, each row with a value or its reason", async () => {
    const rows = await spreads("");
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(
      new Set(["bid_ask", "spot_discount", "basis", "grade", "power", "token"]),
    );
    for (const row of rows) expect((row.value === null) !== (row.reason === null)).toBe(true);
    for (const row of rows) expect(row.estimator).not.toBe("");
  });

  it("takes asks and least bids where a venue shows both, and refuses what needs trades", async () => {
    const [listing, ...trades] = await spreads("kind=bid_ask");
    expect(listing).toMatchObject({
      value: expect.closeTo((2 * 0.4) / 3.6, 12),
      n: 1,
      unit: "share of the price",
    });
    expect(trades.map(({ estimator, reason }) => [estimator, reason])).toEqual([
      ["EDGE", "no_prints"],
      ["Roll", "no_prints"],
      ["Abdi-Ranaldo", "no_prints"],
      ["Corwin-Schultz", "no_prints"],
    ]);
  });

  it("matches spot with on-demand, raw and after interruptions", async () => {
    const [raw, adjusted] = await spreads("kind=spot_discount");
    expect(raw).toMatchObject({ value: 0.5, n: 1 });
    expect(adjusted!.value).toBeGreaterThan(0.9);
    expect(adjusted!.value).toBeLessThan(1);
  });

  it("gives the basis of providers and how fast a deviation is gone", async () => {
    const rows = await spreads("kind=basis");
    const level = rows.find(({ name }) => name === "provider")!;
    expect(Math.abs(level.value!)).toBeCloseTo(premium(20), 6);
    const half = rows.filter(({ name }) => name === "half-life of the basis");
    expect(half.map((row) => row.level)).toEqual(["alpha", "beta"]);
    expect(half[1]!.value).toBeGreaterThan(0.3);
    expect(half[1]!.value).toBeLessThan(3);
    expect(half[1]!.unit).toBe("days");
  });

  it("says which grades do not vary or cannot be told apart", async () => {
    const rows = await spreads("kind=grade");
    expect(
      rows.every(
        ({ value, reason }) =>
          value !== null || ["does_not_vary", "not_identified", "no_pairs"].includes(reason!),
      ),
    ).toBe(true);
  });

  it("prices power in the country asked for, and tokens when it is told how many", async () => {
    expect((await spreads("kind=power"))[0]).toMatchObject({
      value: null,
      reason: "no_price",
      level: "US",
    });
    expect((await spreads("kind=token"))[0]).toMatchObject({ value: null, reason: "no_throughput" });
    expect((await spreads("kind=token&model=x&tokens_per_second_per_gpu=100"))[0]).toMatchObject({
      reason: "no_token_price",
    });
  });

  it("gives a family no power spread unless all of its cards draw the same", async () => {
    const { data } = await client.get<Row[]>("/v1/spreads?gpu=h100&kind=power");
    expect(data[0]).toMatchObject({ value: null, reason: "members_differ" });

    const { power, gpus } = market.context.reference;
    const priceOfPower = power.of("US")!.usdPerKilowattHour;
    const index = { value: 3, standardError: null, low: 2, high: null, n: 4, reason: null };
    const family = new Set(gpus.membersOf("h100"));
    const rowOf = (draws: Readonly<Record<string, number>>) => {
      const facts = (id: string) => ({ kilowatts: draws[id] ?? null }) as EconomicsFacts;
      const economics = { ...market.context.reference.economics, of: facts };
      return powerRow({ power, gpus, economics }, family, index);
    };
    const alike = { "h100-sxm": 0.7, "h100-pcie": 0.7, "h100-nvl": 0.7 };
    const cost = 0.7 * 1.54 * priceOfPower;
    expect(rowOf(alike)).toMatchObject({ value: 3 - cost, low: 2 - cost, n: 4, reason: null });
    expect(rowOf({ ...alike, "h100-pcie": 0.4 })).toMatchObject({ value: null, reason: "members_differ" });
    expect(rowOf({ "h100-sxm": 0.7, "h100-pcie": 0.7 })).toMatchObject({ reason: "no_kilowatts" });
  });

  it("answers CSV", async () => {
    const reply = await market.app.inject("/v1/spreads?gpu=h100-sxm&kind=spot_discount&format=csv");
    expect(reply.body.split("\r\n")[0]).toBe(
      "name,kind,level,base,value,se,low,high,n,reason,estimator,unit,gpu,currency",
    );
  });

  it.each([
    ["gpu=h1000", 404, "gpu"],
    ["gpu=h100&kind=width", 400, "kind"],
    ["gpu=h100&country=USA", 400, "country"],
    ["gpu=h100&model=x&tokens_per_second_per_gpu=0", 400, "tokens_per_second_per_gpu"],
  ])("refuses %j", async (query, status, field) => {
    expect((await client.refused(status, `/v1/spreads?${query}`)).errors[0]!.field).toBe(field);
  });
});
