import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Importer, importedAt, openImporter } from "../helpers/import.ts";

let to: Importer;
beforeEach(async () => {
  to = await openImporter();
});
afterEach(() => to.close());

const header = "observed_at,provider,instance_type,gpu_name,gpu_count,region,price_usd_hour";
const day = (n: number): string => `2026-01-0${n}T00:00:00Z`;
const offers = () =>
  to.tape
    .book()
    .offers.map(({ provider, gpu, usdPerGpuHour, purchase, tier, flags }) => [
      ...[provider, gpu, Math.round(usdPerGpuHour * 1e6) / 1e6, purchase, tier, flags.join(",")],
    ]);
const rejects = async () =>
  (
    await to.query(
      "select source, pull_no, reason, raw from rejects join pulls using (pull_no) order by reason, raw",
    )
  ).map(({ source, reason, raw }) => [source, reason, JSON.parse(raw as string)]);

describe("shapes that people publish", () => {
  const twiceDaily = (
    stamp: string,
  ): string => `timestamp,provider,instance_type,gpu_type,gpu_count,gpu_memory_gb,region,price_per_hour,is_spot,available
${stamp},aws,g6.48xlarge,L4,8,179,us-east-1,13.3504,false,True
${stamp},aws,g6.48xlarge,L4,8,179,us-east-1,5.34,true,True
${stamp},lambda,gpu_8x_h100_sxm5,H100 SXM,8,80,us-west-1,23.92,False,False
${stamp},aws,g6.12xlarge,,4,89,us-east-1,4.6016,false,`;

  it("twice-daily folders with on-demand and spot rows are one import", async () => {
    const { mkdirSync } = await import("node:fs");
    const folder = to.write("marker", "").replace("marker", "history");
    for (const [date, hours] of [
      ["2026-01-01", ["00", "12"]],
      ["2026-01-02", ["00"]],
    ] as const) {
      mkdirSync(`${folder}/dt=${date}`, { recursive: true });
      for (const hour of hours) {
        to.write("part.csv", twiceDaily(`${date} ${hour}:00:00`));
        await to.tape.database.writer.run(
          `copy (select * from read_csv('${folder.replace("history", "part.csv")}')) to '${folder}/dt=${date}/${hour}.parquet'`,
        );
      }
    }
    const result = await to.file(folder);
    expect(result).toMatchObject({ rows: 12, kept: 12, rejects: 0, pulls: 6, listings: 4, ticks: 4 });
    expect(result.files.map((file) => [file.rows, file.kept, file.rejects])).toEqual([
      [4, 4, 0],
      [4, 4, 0],
      [4, 4, 0],
    ]);
    expect(result.unread_columns).toEqual(["dt"]);
    expect(result.columns).toMatchObject({
      timestamp: "observed_at",
      gpu_type: "gpu_name",
      available: "available",
    });
    expect(offers().sort()).toEqual([
      ["aws", "l4", 0.6675, "spot", null, ""],
      ["aws", "l4", 1.1504, "on_demand", null, ""],
      ["aws", "l4", 1.6688, "on_demand", null, ""],
      ["lambda", "h100-sxm", 2.99, "on_demand", null, ""],
    ]);
    const book = to.tape.book().offers;
    expect(book.find(({ provider }) => provider === "lambda")).toMatchObject({ availableGpus: 0 });
    expect(book.filter(({ provider }) => provider === "aws").map(({ vramGib }) => vramGib)).toEqual([
      ...[179 / 8, 89 / 4, 179 / 8],
    ]);
    expect(await to.file(`${folder}/**/*.parquet`)).toMatchObject({ rows: 12, ticks: 0 });
  });

  it("statistics are derived and no offers", async () => {
    const result =
      await to.lines(`provider,gpu_name,pricing_type,min_price,median_price,mean_price,max_price,num_offers,fetched_at
vast.ai,RTX 4090,on-demand,0.2,0.35,0.36,0.8,64,2026-01-01T00:00:00Z
vast.ai,RTX 4090,spot,0.1,0.2,0.22,0.5,64,2026-01-01T00:00:00Z`);
    expect(result).toMatchObject({ rows: 2, kept: 2, flags: { derived: 2 } });
    expect(result.unread_columns).toEqual(["min_price", "mean_price", "max_price", "num_offers"]);
    expect(offers()).toEqual([
      ["vast", "rtx-4090", 0.2, "spot", null, "derived"],
      ["vast", "rtx-4090", 0.35, "on_demand", null, "derived"],
    ]);
  });

  it("a configuration is a total and derived, a provider beside it per GPU and an offer", async () => {
    const result = await to.lines(
      `observed_at,provider,gpu_name,gpu_count,scope,available_count,price_usd_hour
${day(1)},primeintellect(all),H100_80GB,8,config,5,16
${day(1)},primeintellect(all),H100_80GB,1,market,7,2.1
${day(1)},RunPod Secure,H100 SXM,1,provider,8,2.5`,
      { perGpu: true },
    );
    expect(result.flags).toEqual({ derived: 2 });
    expect(offers().sort()).toEqual([
      ["primeintellect", "h100", 2, "on_demand", null, "derived"],
      ["primeintellect", "h100", 2.1, "on_demand", null, "derived"],
      ["runpod", "h100-sxm", 2.5, "on_demand", "secure", ""],
    ]);
    expect(
      to.tape
        .book()
        .offers.map(({ availableGpus }) => availableGpus)
        .sort(),
    ).toEqual([8, null, null]);
  });
});

describe("JSON", () => {
  const row = {
    fetched_at: "2026-01-01T00:00:00Z",
    provider: "aws",
    gpu: "L4",
    hourly_price: 0.8,
    "odd/name": 1,
  };

  it.each<[string, string, string | Uint8Array]>([
    ["an array", "a.json", JSON.stringify([row, { ...row, provider: null }])],
    [
      "an array in an object",
      "b.json",
      JSON.stringify({ meta: { n: 2 }, data: [row, { ...row, provider: null }] }),
    ],
    ["lines", "c.jsonl", `${JSON.stringify(row)}\n\n${JSON.stringify({ ...row, provider: "" })}\n`],
    ["packed", "d.json.gz", gzipSync(JSON.stringify([row, { ...row, provider: " " }]))],
  ])("is read as %s", async (_what, name, text) => {
    const result = await to.file(to.write(name, text));
    expect(result).toMatchObject({ rows: 2, kept: 1, rejects: 1, reject_reasons: { no_provider: 1 } });
    expect(result.unread_columns).toEqual(["odd/name"]);
    expect(offers()).toEqual([["aws", "l4", 0.8, "on_demand", null, ""]]);
    expect(await rejects()).toMatchObject([
      ["import/unplaced", "no_provider", { gpu: "L4", "@file": name, "@row": 2 }],
    ]);
  });

  it("says which of several lists it cannot choose from", async () => {
    const text = JSON.stringify({ a: [row], b: [row] });
    await expect(to.file(to.write("x.json", text))).rejects.toMatchObject({
      message: expect.stringMatching(/holds several lists \(a, b\)/),
    });
  });
});

describe("rows that are refused", () => {
  it("are the file's own, under their own pull or that of their file", async () => {
    const result = await to.lines(
      `when,provider,gpu_name,cost
${day(1)},aws,L4,0.8
${day(1)},aws,L4,0.7
${day(2)},aws,L4,free
${day(2)},gcp,L4,0.9
2030-01-01T00:00:00Z,aws,L4,0.5
${day(2)},,L4,0.5
a,b`,
      { map: { when: "observed_at", cost: "price_usd_hour" } },
    );
    expect(result).toMatchObject({ rows: 7, kept: 2, rejects: 5 });
    expect(result.reject_reasons).toEqual({
      bad_line: 1,
      bad_price: 1,
      duplicate: 1,
      future: 1,
      no_provider: 1,
    });
    expect(
      (await rejects()).map(([source, reason, raw]) => [
        source,
        reason,
        raw.cost ?? raw["@text"],
        raw["@row"],
      ]),
    ).toEqual([
      ["import/unplaced", "bad_line", "a,b", undefined],
      ["import/aws", "bad_price", "free", 3],
      ["import/aws", "duplicate", "0.8", 1],
      ["import/unplaced", "future", "0.5", 5],
      ["import/unplaced", "no_provider", "0.5", 6],
    ]);
    expect(to.tape.book().offers.every(({ observedAt }) => observedAt < importedAt)).toBe(true);
    const pulls = await to.query("select source, rejects from pulls order by source, observed_at");
    expect(pulls.map(({ source, rejects: n }) => [source, n])).toEqual([
      ["import/aws", 1],
      ["import/aws", 1],
      ["import/gcp", 0],
      ["import/unplaced", 3],
    ]);
  });

  it("have their line where rows are lines", async () => {
    await to.lines(`${header}\n${day(1)},aws,a,L4,1,r,1\n${day(1)},aws,b,L4,1,r,-1`);
    expect((await rejects())[0]![2]).toMatchObject({ instance_type: "b", "@row": 2, "@line": 3 });
  });

  it("do not delist what could not be read", async () => {
    await to.lines(
      `${header}\n${day(1)},aws,a,L4,1,r,1\n${day(1)},aws,b,L4,1,r,1\n${day(2)},aws,a,L4,1,r,?\n${day(2)},aws,c,L4,1,r,1`,
      { complete: true },
    );
    const states = await to.query("select distinct state::varchar as s from ticks where state <> 'live'");
    expect(states).toEqual([{ s: "unknown" }]);
  });
});

describe("currencies", () => {
  const lines = `${header},currency`;
  const rate = async (): Promise<void> => {
    await to.tape.database.writer.run(
      "insert into fx_rates values ('2026-01-01', 'USD', 1.25, '2026-01-01'), ('2026-01-01', 'GBP', 0.8, '2026-01-01')",
    );
  };

  it("are converted at the rate of the row's day", async () => {
    await rate();
    const result = await to.lines(`${lines}
${day(1)},ovh,a,L4,2,r,2,eur
${day(1)},ovh,b,L4,1,r,2,GBP
${day(1)},ovh,c,L4,1,r,2,USD
2026-01-20T00:00:00Z,ovh,a,L4,2,r,2,EUR
${day(1)},ovh,d,L4,1,r,2,EURO`);
    expect(result.reject_reasons).toEqual({ no_fx_rate: 1, bad_currency: 1 });
    const ticks = await to.query(
      "select offer_id, usd_per_gpu_hour as usd, price_raw, fx_rate from ticks join listings using (listing_no) where state = 'live' order by 1",
    );
    expect(ticks.map(({ offer_id: id, usd, price_raw: raw, fx_rate: fx }) => [id, usd, raw, fx])).toEqual([
      ["a", 1.25, 2, 1.25],
      ["b", 3.125, 2, 1.5625],
      ["c", 2, 2, null],
    ]);
  });

  it("are told by the name of the price's column too", async () => {
    await rate();
    await to.lines(`date,provider,gpu,price_eur_hour\n2026-01-01,ovh,L4,2`);
    expect(offers()).toEqual([["ovh", "l4", 2.5, "on_demand", null, ""]]);
  });
});

describe("what is read", () => {
  it("is country, least GPUs and address too", async () => {
    await to.lines(
      `${header},country,min_gpus,source_url\n${day(1)},ovh,a,L4,1,nowhere,1,germany,8,https://example.org/p`,
    );
    expect(to.tape.book().offers[0]).toMatchObject({
      ...{ country: "DE", minGpus: 8, gpuCount: 8, usdPerGpuHour: 1, sourceUrl: "https://example.org/p" },
    });
  });

  it("refuses words that are no way to buy, and takes terms", async () => {
    const result = await to.lines(`observed_at,provider,gpu_name,kind,price_usd_hour
${day(1)},ovh,L4,1yr reserved,1
${day(1)},ovh,L4,gift,1`);
    expect(result.reject_reasons).toEqual({ unknown_kind: 1 });
    expect(to.tape.catalog.byNo[0]!.offer).toMatchObject({ purchase: "reserved", termMonths: 12 });
  });

  it("names what a map does not", async () => {
    const text = `${header}\n${day(1)},aws,a,L4,1,r,1`;
    await expect(to.lines(text, { map: { nothere: "region" } })).rejects.toMatchObject({
      message: expect.stringMatching(/--map: there is no column "nothere"; there are observed_at/),
    });
    await expect(to.lines(text, { map: { region: "galaxy" } })).rejects.toMatchObject({
      message: expect.stringMatching(
        /--map: "galaxy" in region=galaxy is nothing that import reads; it reads observed_at/,
      ),
    });
    expect(await to.lines(text, { map: { region: "" } })).toMatchObject({ unread_columns: ["region"] });
  });

  it("is a price of one GPU where its column says so, and of a whole machine beside it", async () => {
    await to.lines(`date,provider,gpu,gpus,price_per_gpu_hour\n2026-01-01,ovh,L4,4,0.5`);
    await to.lines(`date,provider,gpu,gpus,price,price_per_gpu_hour\n2026-01-01,scaleway,L4,4,2.4,0.6`);
    expect(offers()).toEqual([
      ["ovh", "l4", 0.5, "on_demand", null, ""],
      ["scaleway", "l4", 0.6, "on_demand", null, ""],
    ]);
  });

  it("is nothing that is more than ten minutes ahead, by either of its times", async () => {
    const ahead = (minutes: number): string => new Date(importedAt + minutes * 60_000).toISOString();
    const result = await to.lines(
      `timestamp,recorded_at,provider,gpu,price
${ahead(9)},,aws,L4,1
${ahead(11)},,gcp,L4,1
2026-01-01,${ahead(11)},ovh,L4,1`,
    );
    expect(result).toMatchObject({ kept: 1, reject_reasons: { future: 2 } });
    expect(offers()).toEqual([["aws", "l4", 1, "on_demand", null, ""]]);
  });
});
