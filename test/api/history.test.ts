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

const iso = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");
const idOf = (offerId: string): string =>
  market.tape.catalog.byNo.find(({ offer }) => offer.offerId === offerId)!.listingId;

interface Change {
  readonly at: string;
  readonly kind: string;
  readonly listing_id: string;
  readonly provider: string;
  readonly gpu: string;
  readonly from_usd_per_gpu_hour: number | null;
  readonly to_usd_per_gpu_hour: number | null;
  readonly percent: number | null;
}
const changes = (query: string) => client.get<Change[]>(`/v1/changes?${query}`);

describe("GET /v1/changes", () => {
  it("tells what came, went and was repriced, newest first", async () => {
    const { data } = await changes("since=2026-08-07T08:00:00Z&provider=beta");
    expect(data.map(({ at, kind }) => [at, kind])).toEqual([
      ["2026-08-07T11:01:00Z", "new"],
      ["2026-08-07T10:01:00Z", "gone"],
    ]);
    expect(data.map(({ listing_id }) => listing_id)).toEqual([idOf("b0"), idOf("b0")]);
    expect(data[0]).toMatchObject({ from_usd_per_gpu_hour: null, to_usd_per_gpu_hour: 2.05, percent: null });
    expect(data[1]).toMatchObject({ from_usd_per_gpu_hour: 2.05, to_usd_per_gpu_hour: null, percent: null });
  });

  it("gives prices before and after with the percentage", async () => {
    const { data } = await changes("since=2026-08-07T08:30:00Z&provider=alpha&gpu=a100-sxm-80gb");
    expect(data).toEqual([]);
    const repriced = (await changes("since=2026-08-07T08:30:00Z&provider=alpha")).data;
    expect(repriced.length).toBe(4);
    for (const row of repriced) {
      expect(row).toMatchObject({ at: "2026-08-07T09:00:00Z", kind: "repriced" });
      expect(row.to_usd_per_gpu_hour! / row.from_usd_per_gpu_hour!).toBeCloseTo(1 / 1.1, 9);
      expect(row.percent).toBeCloseTo((1 / 1.1 - 1) * 100, 9);
    }
  });

  it("narrows by family, and pages without loss", async () => {
    const whole = (await changes("gpu=h100&limit=10000")).data;
    expect(new Set(whole.map(({ gpu }) => gpu))).toEqual(new Set(["h100-sxm", "h100-pcie"]));
    const paged: Change[] = [];
    let cursor: string | null | undefined = "";
    while (cursor !== null && cursor !== undefined) {
      const answer = await changes(`gpu=h100&limit=4${cursor === "" ? "" : `&cursor=${cursor}`}`);
      paged.push(...answer.data);
      cursor = answer.meta.next_cursor;
    }
    expect(paged).toEqual(whole);
  });

  it("looks at a past instant as known then", async () => {
    expect((await changes("at=2026-08-07T08:30:00Z&since=2026-08-07T06:30:00Z&provider=alpha")).data).toEqual(
      [],
    );
    expect(
      (await changes("as_of=2026-08-07T08:30:00Z&since=2026-08-07T06:30:00Z&provider=alpha")).data,
    ).toEqual([]);
  });

  it("refuses a span that ends before it begins and a GPU that is none", async () => {
    const { errors } = await client.refused(400, "/v1/changes?since=2026-08-07T12:00:01Z");
    expect(errors[0]!.field).toBe("since");
    await client.refused(404, "/v1/changes?gpu=h1000");
    await client.refused(400, "/v1/changes?limit=0");
  });
});

interface Point {
  readonly at: string;
  readonly reason: string | null;
  readonly [stat: string]: unknown;
}
const prices = (query: string) => client.get<Point[]>(`/v1/prices?${query}`);
const morning = "from=2026-08-07T05:00:00Z&to=2026-08-07T12:00:00Z";

describe("GET /v1/prices", () => {
  it("gives the book at each bucket's end", async () => {
    const { data, meta } = await prices(
      `gpu=h100-sxm&provider=beta&purchase=on_demand&${morning}&interval=1h&stat=min,p25,median,p75,max,mean,gpus,offers`,
    );
    expect(data.map(({ at }) => at)).toEqual(
      [6, 7, 8, 9, 10, 11, 12].map((h) => iso(present + (h - 12) * hour)),
    );
    expect(data[0]).toMatchObject({ min: null, offers: null, reason: "no_fresh_source" });
    expect(data[1]).toMatchObject({ min: 2.05, median: 2.2, max: 2.6, offers: 4, gpus: 20, reason: null });
    expect(data[5]).toMatchObject({ at: "2026-08-07T11:00:00Z", min: 2.15, offers: 3 });
    expect(data[6]).toMatchObject({ min: 2.05, offers: 4 });
    expect(data[1]!.mean).toBeCloseTo((2.05 + 2.15 + 2.25 + 2.6) / 4, 12);
    expect(meta.methodology).toContain("cell:h100-sxm/on_demand/*/*/beta");
  });

  it("says why a bucket has no number", async () => {
    const { data } = await prices(`gpu=h100-sxm&provider=quiet&${morning}&interval=1h`);
    expect(data.map(({ at, median, reason }) => [at.slice(11, 13), median, reason])).toEqual([
      ["06", null, "no_fresh_source"],
      ["07", null, "no_fresh_source"],
      ["08", null, "no_fresh_source"],
      ["09", 1, null],
      ["10", null, "stale"],
      ["11", null, "stale"],
      ["12", null, "stale"],
    ]);
  });

  it("gives the ticks of a listing with the state before the span", async () => {
    const { data } = await prices(`listing_id=${idOf("b0")}&from=2026-08-07T09:00:00Z&interval=tick`);
    expect(data).toEqual([
      ...[
        ["2026-08-07T06:01:00Z", "live", 2.05, 4, null],
        ["2026-08-07T10:01:00Z", "delisted", null, null, "delisted"],
        ["2026-08-07T11:01:00Z", "live", 2.05, 4, null],
      ].map(([at, state, usd, free, reason]) => ({
        at,
        listing_id: idOf("b0"),
        state,
        usd_per_gpu_hour: usd,
        available_gpus: free,
        reason,
      })),
    ]);
  });

  it("takes a series by name as by its parts", async () => {
    const parts = await prices(`gpu=h100&purchase=spot&provider=alpha&${morning}&interval=1h`);
    const named = await prices(`series_id=cell:h100/spot/*/*/alpha&${morning}&interval=1h`);
    expect(named.data).toEqual(parts.data);
    const tier = await prices(
      `series_id=cell:h100-sxm/on_demand/community/us-1/bazaar&${morning}&interval=1h`,
    );
    expect(tier.data.at(-1)).toMatchObject({ median: 1.52 });
    const listing = await prices(`series_id=listing:${idOf("a0")}&${morning}&interval=1h&stat=mean`);
    expect(listing.data.map(({ mean }) => mean)).toEqual(
      [2, 2, 2, 2, 2, 2, 2].map((usd, i) => (i < 3 ? 2.2 : usd)),
    );
  });

  it("leaves flagged rows out of a cell", async () => {
    const { data } = await prices(`gpu=h100-sxm&provider=alpha&${morning}&interval=6h&stat=min`);
    expect(data.at(-1)!.min).toBe(1.1);
    const spot = await prices(`gpu=h100-sxm&purchase=spot&provider=alpha&${morning}&interval=6h&stat=min`);
    expect(spot.data.at(-1)!.min).toBe(0.9);
  });

  it("is what a GPU costs on demand unless its terms are said, and says so", async () => {
    const usual = await prices(`gpu=h100&${morning}&interval=1h&stat=min,max,offers`);
    const named = await prices(`gpu=h100&purchase=on_demand&${morning}&interval=1h&stat=min,max,offers`);
    expect(usual.data).toEqual(named.data);
    expect(usual.meta).toMatchObject({ purchase: "on_demand", series_id: "cell:h100/on_demand/*/*/*" });
    const any = await prices(`series_id=cell:h100/*/*/*/*&${morning}&interval=1h&stat=min,max,offers`);
    expect(any.meta).toMatchObject({ purchase: null });
    expect(any.data.at(-1)!.offers).toBeGreaterThan(usual.data.at(-1)!.offers as number);
  });

  it("tells providers apart, and a step of who is in it from one of prices", async () => {
    const { data } = await prices(`gpu=h100-sxm&${morning}&interval=1h&stat=median,providers&by=provider`);
    const names = [...new Set(data.map(({ provider }) => provider))];
    expect(names).toEqual(expect.arrayContaining(["alpha", "bazaar"]));
    expect(data.map(({ at }) => at)).toEqual([...data.map(({ at }) => at)].sort());
    const alpha = data.filter(({ provider }) => provider === "alpha");
    // Most of its list went down by a tenth after three hours; nothing came or went.
    const {
      change,
      matched_change: matched,
      composition,
      ...rest
    } = alpha[3] as unknown as Record<string, number>;
    expect(change).toBeCloseTo(1 / 1.1 - 1, 9);
    expect(matched).toBeLessThan(-0.05);
    expect((1 + matched!) * (1 + composition!)).toBeCloseTo(1 + change!, 12);
    expect(rest).toMatchObject({ providers: 1, composition_step: false, composition_reason: null });
    const all = (await prices(`gpu=h100-sxm&${morning}&interval=1h&stat=min`)).data;
    expect(all[0]).toMatchObject({ change: null, composition_reason: "no_bucket_before" });
    const came = all.find(({ composition_step: step }) => step === true);
    expect(came).toBeDefined();
    await client.refused(400, `/v1/prices?listing_id=${idOf("b0")}&by=provider&interval=1h`);
    await client.refused(400, `/v1/prices?gpu=h100&by=provider&interval=tick`);
  });

  it("answers CSV for buckets and for ticks", async () => {
    const read = async (query: string) => {
      const reply = await market.app.inject(`/v1/prices?${query}&format=csv`);
      expect(reply.headers["content-type"]).toMatch(/^text\/csv/);
      return reply.body.trimEnd().split("\r\n");
    };
    const buckets = await read(`gpu=h100-sxm&provider=quiet&${morning}&interval=1h&stat=min,offers`);
    const terms = "h100-sxm,on_demand,USD,USD per GPU-hour";
    const names = "at,min,offers,change,matched_change,matched,composition,composition_step,reason";
    expect(buckets.slice(0, 2)).toEqual([
      `${names},gpu,purchase,currency,unit`,
      `2026-08-07T06:00:00Z,,,,,0,,,no_fresh_source,${terms}`,
    ]);
    expect(buckets[4]).toMatch(new RegExp(`^2026-08-07T09:00:00Z,1,1,.*,${terms}$`));
    const ticks = await read(`listing_id=${idOf("b0")}&from=2026-08-07T11:00:00Z&interval=tick`);
    expect(ticks[0]).toBe(
      "at,listing_id,state,usd_per_gpu_hour,available_gpus,reason,gpu,purchase,currency,unit",
    );
    expect(ticks.at(-1)).toMatch(new RegExp(`^2026-08-07T11:01:00Z,${idOf("b0")},live,2.05,4,,`));
  });

  it.each([
    ["stat=min", 400, "gpu"],
    ["gpu=h100&listing_id=x", 400, "gpu"],
    ["series_id=index:h100", 400, "series_id"],
    ["series_id=cell:h100/spot", 400, "series_id"],
    ["gpu=h100&stat=mode", 400, "stat"],
    ["gpu=h100&interval=2h", 400, "interval"],
    ["gpu=h100&from=2026-08-08", 400, "from"],
    ["gpu=h100&from=2026-08-07&to=2026-08-06", 400, "from"],
    ["gpu=h100&from=2000-01-01&interval=1h", 400, "interval"],
    ["gpu=h100&from=soon", 400, "from"],
  ])("refuses %j", async (query, status, field) => {
    expect((await client.refused(status, `/v1/prices?${query}`)).errors[0]!.field).toBe(field);
  });

  it("does not find what was never there", async () => {
    expect((await client.refused(404, "/v1/prices?listing_id=0123")).detail).toContain("0123");
    await client.refused(404, "/v1/prices?series_id=listing:0123");
    await client.refused(404, "/v1/prices?gpu=h1000");
    await client.refused(404, "/v1/prices?series_id=cell:h1000/*/*/*/*");
  });
});

describe("a correction", () => {
  it("changes what is known since, and leaves what was known before alone", async () => {
    const other = await openMarket();
    const asked = await clientOf(other.app);
    const read = async (asOf: string) =>
      (
        await asked.get<Point[]>(
          `/v1/prices?gpu=rtx-4090&provider=bazaar&${morning}&interval=1h&as_of=${asOf}`,
        )
      ).data.map(({ median }) => median);
    const before = await read("2026-08-07T12:00:00Z");
    expect(before).toEqual([null, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]);
    other.setNow(present + hour);
    const gpu = {
      gpu: "rtx-4090",
      gpuRaw: "RTX 4090",
      tier: "community",
      machineId: "m4",
      vramGib: 24,
    } as const;
    await other.pull("bazaar", present - 3 * hour + 2 * minute, [offerOf("bazaar", "m4", 0.25, gpu)], {
      recordedAt: present + hour - minute,
      origin: "replay",
    });
    expect(await read("2026-08-07T12:00:00Z")).toEqual(before);
    expect(await read("2026-08-07T13:00:00Z")).toEqual([null, 0.3, 0.3, 0.3, 0.25, 0.3, 0.3]);
    await other.close();
  });
});
