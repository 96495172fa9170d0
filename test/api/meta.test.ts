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
