import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour, minute } from "../../src/domain/time.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

const metaOf = async (gpu: string, more = "") =>
  (await client.get(`/v1/curves/supply?gpu=${encodeURIComponent(gpu)}${more}`)).meta;

describe("what every answer carries", () => {
  it("names the sources of what it is about, each with its state and age", async () => {
    expect((await metaOf("rtx-4090")).sources).toEqual([
      { source: "bazaar", status: "ok", age_s: 60 },
      { source: "cut", status: "ok", age_s: 300 },
    ]);
    expect((await metaOf("l40s")).sources).toEqual([{ source: "broken", status: "failing", age_s: 5400 }]);
    const h100 = (await metaOf("h100-sxm")).sources.find(({ source }) => source === "quiet");
    expect(h100).toEqual({ source: "quiet", status: "stale", age_s: 3 * 3600 });
    expect((await metaOf("b200")).sources).toEqual([]);
  });

  it("counts as complete the share of GPUs that a complete and fresh pull stands behind", async () => {
    expect((await metaOf("a100-sxm-80gb")).completeness).toBe(1);
    expect((await metaOf("rtx-4090")).completeness).toBe(0.5);
    expect((await metaOf("l40s")).completeness).toBe(0);
    expect((await metaOf("b200")).completeness).toBeNull();
  });

  it("is as old as the oldest input that decided it", async () => {
    expect((await metaOf("rtx-4090")).data_age_s).toBe(300);
    expect((await metaOf("b200")).data_age_s).toBeNull();
    const one = await client.get("/v1/offers?gpu=rtx-4090&limit=1");
    expect(one.meta.data_age_s).toBe(60);
  });

  it("is as old as what entered, not as what saw the cell and stayed out", async () => {
    // `quiet` is 3 h old and stale, `lists` a day old and silenced where its providers speak for themselves.
    const supply = await metaOf("h100-sxm");
    expect(supply.sources.find(({ source }) => source === "quiet")!.age_s).toBe(3 * 3600);
    const { meta } = await client.get("/v1/index?gpu=h100-sxm");
    expect(meta.sources.map(({ source }) => source)).toContain("quiet");
    expect([supply.data_age_s, meta.data_age_s]).toEqual([30 * 3600, 30 * 3600]);
    const spot = await client.get("/v1/curves/supply?gpu=h100-sxm&purchase=spot");
    expect(spot.meta.data_age_s).toBe(120);
  });

  it("is as old as the youngest where everything is too old", async () => {
    const later = await openMarket();
    later.setNow(present + 5 * hour);
    const asked = await clientOf(later.app);
    const { meta } = await asked.get("/v1/curves/supply?gpu=rtx-4090");
    expect(meta.sources.map(({ age_s }) => age_s)).toEqual([5 * 3600 + 60, 5 * 3600 + 300]);
    expect(meta.data_age_s).toBe(5 * 3600 + 60);
    await later.close();
  });

  it("is as old as it was at the end of a past span", async () => {
    const span = "from=2026-08-07T08:00:00Z&to=2026-08-07T10:20:00Z&interval=1h";
    const ages = async (url: string) => (await client.get(url)).meta.data_age_s;
    const settlement = "/v1/index/a100-sxm-80gb/settlement";
    expect(await ages(`/v1/index?gpu=a100-sxm-80gb&${span}`)).toBe(20 * 60);
    expect(await ages(`/v1/prices?gpu=a100-sxm-80gb&${span}`)).toBe(20 * 60);
    expect(await ages(`${settlement}?from=2026-08-07T08:00:00Z&to=2026-08-07T10:00:00Z`)).toBe(0);
    expect(await ages("/v1/index/a100-sxm-80gb/receipts?at=2026-08-07T10:20:00Z")).toBe(20 * 60);
  });

  it("counts ages to the instant that is asked about", async () => {
    const meta = await metaOf("a100-sxm-80gb", "&at=2026-08-07T09:30:00Z");
    expect(meta).toMatchObject({ at: "2026-08-07T09:30:00Z", as_of: "2026-08-07T12:00:00Z" });
    expect(meta.sources).toEqual([{ source: "alpha", status: "ok", age_s: 1800 }]);
  });

  it("gets older with the clock, and younger with a pull", async () => {
    const own = await openMarket();
    const asked = await clientOf(own.app);
    const age = async () => (await asked.get("/v1/curves/supply?gpu=a100-sxm-80gb")).meta.data_age_s;
    expect(await age()).toBe(120);
    own.setNow(present + hour);
    expect(await age()).toBe(3720);
    const offer = offerOf("alpha", "a-1024", 1.28, { gpu: "a100-sxm-80gb", gpuRaw: "A100 SXM" });
    await own.pull("alpha", present + hour - minute, [offer]);
    expect(await age()).toBe(60);
    await own.pull("alpha", present + hour - 1000, [], { status: "failed" });
    expect(await age()).toBe(60);
    await own.close();
  });

  it("tells the version of the book it was read from", async () => {
    const { meta } = await client.get("/v1/offers?limit=1");
    expect(meta.book_version).toBe(market.tape.book().version);
  });
});
