import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour, minute } from "../../src/domain/time.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { h100Index, type Market, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

const iso = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");

interface IndexRow {
  readonly at: string;
  readonly gpu: string;
  readonly purchase: string;
  readonly value: number | null;
  readonly reason: string | null;
  readonly n_providers: number;
  readonly n_listings: number;
  readonly n_machines: number;
  readonly top_provider_share: number | null;
  readonly hhi: number | null;
  readonly excluded: number;
  readonly last: { readonly at: string; readonly value: number } | null;
}
const index = (query: string) => client.get<IndexRow[]>(`/v1/index?${query}`);
const row = async (query: string): Promise<IndexRow> => (await index(query)).data[0]!;

describe("GET /v1/index", () => {
  it("gives the weighted median of the cell's whole, current, secure cards", async () => {
    const now = await row("gpu=h100-sxm");
    expect(now).toMatchObject({
      at: iso(present),
      gpu: "h100-sxm",
      purchase: "on_demand",
      reason: null,
      n_providers: 4,
      n_listings: 11,
      n_machines: 11,
      last: null,
    });
    expect(now.value).toBe(h100Index);
    expect(now.top_provider_share).toBeCloseTo(0.25, 12);
    expect(now.excluded).toBe(8);
  });

  it("counts a family's cards in the family", async () => {
    expect((await row("gpu=h100")).n_listings).toBe(13);
    expect((await row("gpu=h100-pcie")).n_listings).toBe(1);
  });

  it("is null with a reason where too few speak, and never had a value there", async () => {
    expect(await row("gpu=h100-pcie")).toMatchObject({
      value: null,
      reason: "too_few_providers",
      last: null,
    });
    expect(await row("gpu=b200")).toMatchObject({ value: null, reason: "empty", hhi: null, last: null });
    expect(await row("gpu=l40s&at=2026-08-07T14:00:00Z").catch(() => null)).toBeNull();
  });

  it("gives the last dated value beside a null", async () => {
    const then = (await row("gpu=h100-sxm")).value;
    market.setNow(present + 5 * hour);
    const later = await row("gpu=h100-sxm");
    market.setNow(present);
    expect(later.value).toBeNull();
    expect(later.reason).toBe("too_few_providers");
    expect(later.last).toEqual({ at: iso(present - minute), value: then });
  });

  it("is stale where all that was there is too old", async () => {
    market.setNow(present + 5 * hour);
    expect(await row("gpu=rtx-4090")).toMatchObject({ value: null, reason: "stale" });
    market.setNow(present);
  });

  it("says over a span what it says at each of its instants", async () => {
    for (const query of ["gpu=h100-sxm", "gpu=h100", "gpu=h100-sxm&purchase=spot", "gpu=rtx-4090"]) {
      const series = await index(`${query}&from=2026-08-07T04:00:00Z&to=2026-08-07T12:00:00Z&interval=1h`);
      expect(series.data).toHaveLength(8);
      for (const point of series.data) {
        const { last: _, ...alone } = await row(`${query}&at=${point.at}`);
        const { last: _none, ...inSeries } = point;
        expect(inSeries).toEqual(alone);
      }
    }
    const values = (await index("gpu=h100-sxm&from=2026-08-07T05:00:00Z&interval=1h")).data;
    expect(new Set(values.map(({ value }) => value)).size).toBeGreaterThan(2);
  });

  it("does not know at a knowledge time what was learnt later, in a span neither", async () => {
    const query = "gpu=h100-sxm&as_of=2026-08-07T08:30:00Z";
    const series = await index(`${query}&from=2026-08-07T07:00:00Z&interval=1h`);
    for (const point of series.data) {
      const alone = await row(`${query}&at=${point.at}`);
      expect(point.value).toBe(alone.value);
      expect(point.n_listings).toBe(alone.n_listings);
    }
    expect(series.data.at(-1)!.value).toBeNull();
  });

  it("answers CSV", async () => {
    const reply = await market.app.inject("/v1/index?gpu=h100-sxm&format=csv");
    const [header, line] = reply.body.split("\r\n");
    expect(header!.split(",").slice(0, 6)).toEqual(["at", "gpu", "purchase", "value", "low", "high"]);
    expect(line!.split(",").slice(0, 4)).toEqual([iso(present), "h100-sxm", "on_demand", String(h100Index)]);
  });

  it.each([
    ["purchase=spot", 400, "gpu"],
    ["gpu=h1000", 404, "gpu"],
    ["gpu=h100&method=mean", 400, "method"],
    ["gpu=h100&interval=tick", 400, "interval"],
    ["gpu=h100&from=2030-01-01", 400, "from"],
  ])("refuses %j", async (query, status, field) => {
    expect((await client.refused(status, `/v1/index?${query}`)).errors[0]!.field).toBe(field);
  });
});

interface Step {
  readonly usd_per_gpu_hour: number;
  readonly gpus: number;
  readonly cumulative_gpus: number;
  readonly provider: string;
}
interface Curve {
  readonly gpu: string;
  readonly steps: readonly Step[];
  readonly truncated_above: number | null;
  readonly walk?: Readonly<Record<string, unknown>> & { readonly legs: readonly { gpus: number }[] };
  readonly excluded: Readonly<Record<string, number>>;
}
const curve = async (query: string) => (await client.get<Curve>(`/v1/curves/supply?${query}`)).data;

describe("GET /v1/curves/supply", () => {
  it("is the merit order, each machine once", async () => {
    const { steps, excluded, truncated_above } = await curve("gpu=h100-sxm");
    expect(steps.map((step) => step.usd_per_gpu_hour)).toEqual([
      ...[1.51, 1.95, 2, 2.05, 2.1, 2.15, 2.2, 2.25, 2.3, 2.4, 2.6, 2.7],
    ]);
    let total = 0;
    for (const step of steps) {
      total += step.gpus;
      expect(step.cumulative_gpus).toBe(total);
    }
    expect(steps[0]).toMatchObject({ gpus: 4, provider: "bazaar" });
    expect(truncated_above).toBeNull();
    expect(excluded).toMatchObject({ derived: 1, slice: 1, sold_out: 1, stale: 1, better_source: 1 });
  });

  it("says above which price a cut pull is blind, and what a walk costs", async () => {
    const { truncated_above, walk } = await curve("gpu=rtx-4090&gpus=10");
    expect(truncated_above).toBe(0.55);
    expect(walk).toMatchObject({ gpus: 10, marginal: 0.35, reason: null });
    expect(walk!.vwap).toBeCloseTo(0.31, 12);
    expect(walk!.slippage_bps).toBeCloseTo((0.31 / 0.3 - 1) * 1e4, 6);
    expect(walk!.legs.map(({ gpus }) => gpus)).toEqual([8, 2]);
  });

  it("says so when the stack ends before", async () => {
    const { walk } = await curve("gpu=rtx-4090&gpus=17");
    expect(walk).toMatchObject({ vwap: null, marginal: null, legs: [], reason: "insufficient_supply" });
    expect(walk).toMatchObject({ gpus: 17, available_gpus: 16 });
    expect((await curve("gpu=b200&gpus=1")).steps).toEqual([]);
  });

  it("stands at a past instant", async () => {
    const { steps } = await curve("gpu=h100-sxm&at=2026-08-07T07:30:00Z");
    expect(steps.map((step) => step.usd_per_gpu_hour)).toContain(2.1 * 1.1);
  });

  it.each([
    ["", 400],
    ["gpu=h1000", 404],
    ["gpu=h100&gpus=0", 400],
    ["gpu=h100&gpus=1000001", 400],
  ])("refuses %j", async (query, status) => {
    await client.refused(status, query === "" ? "/v1/curves/supply" : `/v1/curves/supply?${query}`);
  });
});
