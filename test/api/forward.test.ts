import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { hour, minute } from "../../src/domain/time.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { h100Index, type Market, offerOf, openMarket, present } from "../helpers/market.ts";

/** A quote for a term; providers beside the venue itself sell through it. */
const term = (
  provider: string,
  months: number,
  usd: number,
  changes: Partial<Offer> & { readonly offerId?: string } = {},
): Offer =>
  offerOf("keyed", changes.offerId ?? `${provider}-${months}-${usd}`, usd, {
    gpu: "h100-sxm",
    gpuRaw: "H100 SXM",
    provider,
    purchase: "reserved",
    termMonths: months,
    upfrontShare: 0,
    availableGpus: null,
    ...changes,
  });

const upfront = { upfrontShare: 0.25 } as const;

const quotes: Offer[] = [
  term("keyed", 12, 2.2),
  term("keyed", 24, 2),
  ...["us-2", "us-3", "us-4"].map((region) => term("keyed", 12, 2.4, { region, offerId: region })),
  term("delta", 12, 2.3, { region: "eu-1" }),
  term("delta", 36, 2, upfront),
  term("delta", 36, 2.2, { upfrontShare: 0 }),
  term("delta", 30 / (730 / 24), 2.5, { upfrontShare: null }),
  term("omega", 1, 2.6),
  term("omega", 36, 2.1, { upfrontShare: 1, tier: "community" }),
  offerOf("keyed", "no-term", 1, { gpu: "h100-sxm", gpuRaw: "H100 SXM", purchase: "reserved" }),
  term("omega", 12, 0.5, { gpuShare: 0.5, flags: ["slice"], offerId: "slice" }),
];

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  await market.pull("keyed", present - 10 * minute, quotes);
  client = await clientOf(market.app);
});
afterAll(() => market.close());

interface Tenor {
  readonly from_months: number;
  readonly months: number;
  readonly rate: number;
  readonly forward: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly flag: string | null;
}
interface TermRow {
  readonly provider: string;
  readonly region: string | null;
  readonly months: number;
  readonly usd_per_gpu_hour: number;
  readonly upfront_share: number | null;
  readonly level_rate: number;
  readonly break_even_cost_of_capital: number | null;
  readonly in_curve: boolean;
}
interface Forward {
  readonly gpu: string;
  readonly rate: number;
  readonly tenors: readonly Tenor[];
  readonly spot: { value: number | null; low: number | null; high: number | null; reason: string | null };
  readonly quotes: readonly TermRow[];
  readonly floor: { full: number | null; avoidable: number | null; reason: string | null };
  readonly reason: string | null;
}
const forward = async (query: string) => (await client.get<Forward>(`/v1/curves/forward?${query}`)).data;

describe("GET /v1/curves/forward", () => {
  it("joins the tenors by what they imply for the months between", async () => {
    const { gpu, rate, tenors, reason } = await forward("gpu=h100-sxm&rate=0");
    expect({ gpu, rate, reason }).toEqual({ gpu: "h100-sxm", rate: 0, reason: null });
    expect(tenors.map(({ from_months, months, n }) => [from_months, months, n])).toEqual([
      [0, 1, 2],
      [1, 12, 2],
      [12, 24, 1],
      [24, 36, 2],
    ]);
    // A month at 2.50 and 2.60; a year at 2.20 and 2.30; two years at 2.00; three at 2.00 and 2.10.
    expect(tenors.map((each) => each.rate)).toEqual(
      [2.55, 2.25, 2, 2.05].map((each) => expect.closeTo(each, 12)),
    );
    // Only delta quotes a month and a year, only keyed one year and two; nobody two and three.
    expect(tenors[0]).toMatchObject({ low: expect.closeTo(2.5, 12), high: expect.closeTo(2.6, 12) });
    expect(tenors[1]!.forward).toBeCloseTo((12 * 2.3 - 2.5) / 11, 12);
    expect(tenors[1]).toMatchObject({ low: null, high: null, flag: null });
    expect(tenors[2]!.forward).toBeCloseTo((24 * 2 - 12 * 2.2) / 12, 12);
    expect(tenors[3]).toMatchObject({ flag: "mixed_providers" });
  });

  it("takes one quote of each provider and tenor, so that no provider's regions rule it", async () => {
    const { quotes: rows } = await forward("gpu=h100-sxm");
    const year = rows.filter(({ months }) => months === 12);
    expect(year).toHaveLength(5);
    expect(
      year.filter(({ in_curve }) => in_curve).map((row) => [row.provider, row.usd_per_gpu_hour]),
    ).toEqual([
      ["keyed", 2.2],
      ["delta", 2.3],
    ]);
    expect(rows.map(({ months }) => months)).toEqual(
      [...rows.map(({ months }) => months)].sort((a, b) => a - b),
    );
    expect(rows).toHaveLength(11);
  });

  it("brings upfront payments to level rates, at 12 % a year unless told otherwise", async () => {
    const { rate, quotes: rows } = await forward("gpu=h100-sxm");
    expect(rate).toBe(0.12);
    const of = (provider: string, usd: number) =>
      rows.find((row) => row.provider === provider && row.months === 36 && row.usd_per_gpu_hour === usd)!;
    const paid = of("delta", 2);
    expect(paid.level_rate).toBeCloseTo(2.0978575766313208, 12);
    expect(paid.in_curve).toBe(true);
    // At that cost of capital both contracts of delta cost the same.
    const even = paid.break_even_cost_of_capital!;
    const then = (await forward(`gpu=h100-sxm&rate=${even}`)).quotes;
    const found = then.filter(({ provider, months }) => provider === "delta" && months === 36);
    expect(found.map(({ level_rate }) => level_rate)).toEqual([
      expect.closeTo(2.2, 9),
      expect.closeTo(2.2, 9),
    ]);
    expect(of("delta", 2.2).break_even_cost_of_capital).toBeNull();
    expect(of("omega", 2.1).break_even_cost_of_capital).toBeNull();
    expect(rows.find(({ months }) => months === 1)!.upfront_share).toBeNull();
  });

  it("stands beside the on-demand index and what owning costs", async () => {
    const { spot, floor } = await forward("gpu=h100-sxm");
    expect(spot).toMatchObject({ value: h100Index, reason: null });
    expect(spot.low).toBeLessThanOrEqual(h100Index);
    expect(spot.high).toBeGreaterThanOrEqual(h100Index);
    expect(floor.reason).toBeNull();
    expect(floor.full).toBeGreaterThan(floor.avoidable!);
    const owned = await client.get<readonly { gpu: string; floor: number; avoidable: number }[]>(
      "/v1/economics?gpu=h100-sxm",
    );
    expect(owned.data[0]).toMatchObject({ floor: floor.full, avoidable: floor.avoidable });
  });

  it("flags a forward that is a discount for committing", async () => {
    const other = await openMarket();
    const prices = [term("keyed", 12, 2), term("keyed", 24, 1.1), term("keyed", 36, 0.7)];
    await other.pull("keyed", present - minute, prices);
    const asked = await clientOf(other.app);
    const { data } = await asked.get<Forward>("/v1/curves/forward?gpu=h100-sxm&rate=0");
    expect(data.tenors.map(({ flag }) => flag)).toEqual([null, "below_floor", "negative"]);
    await other.close();
  });

  it("counts a family's cards in the family and says where nobody quotes or knows", async () => {
    expect((await forward("gpu=h100")).quotes).toHaveLength(11);
    const none = { tenors: [], quotes: [], reason: "no_term_quotes" };
    expect(await forward("gpu=rtx-4090")).toMatchObject({ ...none, spot: { value: null } });
    expect(await forward("gpu=unknown:XPU 9")).toMatchObject({
      ...none,
      floor: { full: null, avoidable: null, reason: "no_costs" },
    });
  });

  it("does not know at a past instant what came later, and drops what is stale", async () => {
    expect((await forward("gpu=h100-sxm&at=2026-08-07T11:00:00Z")).quotes).toEqual([]);
    market.setNow(present + 5 * hour);
    expect(await forward("gpu=h100-sxm")).toMatchObject({ quotes: [], reason: "no_term_quotes" });
    market.setNow(present);
  });

  it.each([
    ["rate=0.1", 400, "gpu"],
    ["gpu=h1000", 404, "gpu"],
    ["gpu=h100&rate=-0.1", 400, "rate"],
    ["gpu=h100&rate=11", 400, "rate"],
    ["gpu=h100&rate=much", 400, "rate"],
    ["gpu=h100&at=2030-01-01", 400, "at"],
    ["gpu=h100&months=12", 400, "months"],
  ])("refuses %j", async (query, status, field) => {
    expect((await client.refused(status, `/v1/curves/forward?${query}`)).errors[0]!.field).toBe(field);
  });
});
