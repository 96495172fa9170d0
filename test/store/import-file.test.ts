import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Importer, importedAt, openImporter } from "../helpers/import.ts";

let to: Importer;
beforeEach(async () => {
  to = await openImporter();
});
afterEach(() => to.close());

const header =
  "observed_at,provider,instance_type,gpu_name,gpu_count,region,price_usd_hour,spot_price_usd_hour";
const day = (n: number): string => `2026-01-0${n}T00:00:00Z`;
const at = (n: number): number => Date.UTC(2026, 0, n);

/** Purchase, state, price per GPU and free GPUs of every tick, oldest first. */
const ticks = async () =>
  (
    await to.query(
      `select listings.offer_id, purchase, state::varchar as state, usd_per_gpu_hour as usd, epoch_ms(observed_at)::double as t
       from ticks join listings using (listing_no) order by observed_at, recorded_at, offer_id, purchase`,
    )
  ).map((row) => [row.offer_id, row.purchase, row.state, row.usd, (Number(row.t) - at(1)) / 86_400_000 + 1]);
const rejects = async () =>
  (await to.query("select reason, count(*)::integer as n from rejects group by reason order by reason")).map(
    ({ reason, n }) => [reason, n],
  );
const prices = async (times: { at?: number; asOf?: number } = {}) =>
  Object.fromEntries(
    (await to.tape.bookAt(times)).offers.map((offer) => [offer.offerId, offer.usdPerGpuHour]).sort(),
  );

describe("rows", () => {
  it("become an on-demand and a spot listing, their prices changes", async () => {
    const result = await to.lines(`${header}
${day(1)},aws,p5.48xlarge,H100,8,us-east-1,80,40
${day(2)},aws,p5.48xlarge,H100,8,us-east-1,80,32
${day(3)},aws,p5.48xlarge,H100,8,us-east-1,80,32
${day(4)},aws,p5.48xlarge,H100,8,us-east-1,88,40`);
    expect(result).toMatchObject({ rows: 4, ticks: 5, rejects: 0, listings: 2, pulls: 4, unknown_gpus: 0 });
    expect(await ticks()).toEqual([
      ["p5.48xlarge", "on_demand", "live", 10, 1],
      ["p5.48xlarge", "spot", "live", 5, 1],
      ["p5.48xlarge", "spot", "live", 4, 2],
      ["p5.48xlarge", "on_demand", "live", 11, 4],
      ["p5.48xlarge", "spot", "live", 5, 4],
    ]);
    expect(
      to.tape.book().offers.map(({ gpu, provider, country, jurisdiction, priceRaw }) => ({
        ...{ gpu, provider, country, jurisdiction, priceRaw },
      })),
    ).toEqual([
      { gpu: "h100-sxm", provider: "aws", country: "US", jurisdiction: "US", priceRaw: 40 },
      { gpu: "h100-sxm", provider: "aws", country: "US", jurisdiction: "US", priceRaw: 88 },
    ]);
  });

  it("of a key may be any column of the file, and none that it has not", async () => {
    const file = `${header.replace("region", '"sku, long"')}\n${day(1)},aws,t,H100,1,a,2,\n${day(1)},aws,t,H100,1,b,3,`;
    expect(await to.lines(file, { key: ["sku, long"] })).toMatchObject({ listings: 2 });
    await expect(to.lines(file, { key: ["instance_type", "nocol"] })).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringMatching(/^--key: .* has no column "nocol"; it has observed_at, provider, inst/),
    });
  });

  it("are per GPU when told so", async () => {
    await to.lines(`${header}\n${day(1)},aws,p5.48xlarge,H100,8,us-east-1,10,`, { perGpu: true });
    expect(to.tape.book().offers[0]).toMatchObject({
      usdPerGpuHour: 10,
      priceRaw: 10,
      unitRaw: "USD per GPU-hour",
    });
  });

  it("resolve providers, GPUs that nobody knows included", async () => {
    const result = await to.lines(`${header}
${day(1)},DataCrunch,x,XPU 9000,1,FIN-01,3,
${day(1)},verda,y,H100 SXM,1,FIN-01,2,`);
    expect(result).toMatchObject({ listings: 2, unknown_gpus: 1, pulls: 1 });
    expect(to.tape.book().offers.map(({ provider, gpu, flags }) => [provider, gpu, flags])).toEqual([
      ["verda", "h100-sxm", []],
      ["verda", "unknown:XPU 9000", ["unknown_gpu"]],
    ]);
  });

  it("need a GPU count of one where the file has none, and no region", async () => {
    await to.lines(`observed_at,provider,gpu_name,price_usd_hour\n2026-01-01,vast,RTX 4090,0.4`);
    expect(to.tape.book().offers[0]).toMatchObject({ gpuCount: 1, region: null, usdPerGpuHour: 0.4 });
  });

  it("are executable never: an archive is no venue", async () => {
    await to.lines(`${header},available_count\n${day(1)},aws,p5.48xlarge,H100,8,us-east-1,80,40,16`);
    expect(to.tape.book().offers[0]).toMatchObject({ availableGpus: 16 });
    expect(to.tape.book().sources.values().next().value).toMatchObject({ kind: "import" });
  });
});

describe("identity", () => {
  const named = "observed_at,provider,machine_id,offer_id,instance_type,gpu_name,gpu_count,price_usd_hour";
  const listings = async (text: string, options = {}) => (await to.lines(text, options)).listings;

  it("is the machine with its count where there is one", async () => {
    expect(
      await listings(`${named}
${day(1)},vast,m1,o1,t1,RTX 4090,1,0.4
${day(2)},vast,m1,o2,t2,RTX 4090,1,0.5
${day(2)},vast,m1,o2,t2,RTX 4090,2,1.1
${day(2)},vast,m2,o2,t2,RTX 4090,1,0.6`),
    ).toBe(3);
    expect(to.tape.catalog.byNo.map(({ offer }) => offer.machineId)).toEqual(["m1", "m1", "m2"]);
  });

  it("is else the offer, else the instance type", async () => {
    expect(
      await listings(`${named}
${day(1)},vast,,o1,t1,RTX 4090,1,0.4
${day(2)},vast,,o1,t2,RTX 4090,1,0.5
${day(2)},vast,,,t1,RTX 4090,1,0.6
${day(2)},vast,,,t2,RTX 4090,1,0.7`),
    ).toBe(3);
    expect(to.tape.catalog.byNo.map(({ offer }) => offer.offerId).sort()).toEqual(["o1", "t1", "t2"]);
  });

  it("is told apart by provider, GPU, region, zone, scope, socket and ordinal", async () => {
    const wide =
      "observed_at,provider,instance_type,gpu_name,gpu_count,region,zone,scope,socket,sku_ordinal,price_usd_hour";
    const base = ["vast", "t", "RTX 4090", "1", "r", "z", "s", "k", "1"];
    const others = base.map((value, i) =>
      base.with(i, i === 3 || i === 8 ? "2" : i === 2 ? "RTX 3090" : `${value}2`),
    );
    const lines = [base, base, ...others].map(
      (parts, i) => `${day(1 + (i > 0 ? 1 : 0))},${parts.join(",")},1`,
    );
    expect(await listings(`${wide}\n${lines.join("\n")}`)).toBe(10);
  });

  it("is what --key says", async () => {
    const text = `${named}
${day(1)},vast,m1,o1,t1,RTX 4090,1,0.4
${day(2)},vast,m2,o1,t2,RTX 4090,1,0.5
${day(2)},vast,m2,o3,t2,RTX 4090,1,0.6`;
    expect(await listings(text, { key: ["offer_id"] })).toBe(2);
  });

  it("takes the cheapest of several rows of one listing in one pull", async () => {
    const result = await to.lines(`${header},available_count
${day(1)},aws,t,H100,8,r,80,,3
${day(1)},aws,t,H100,8,r,72,,5
${day(1)},aws,t,H100,8,r,88,,7`);
    expect(result).toMatchObject({ rows: 3, ticks: 1, listings: 1 });
    expect(to.tape.book().offers[0]).toMatchObject({ usdPerGpuHour: 9, availableGpus: 5 });
  });
});

describe("kinds", () => {
  it("map to purchase and tier, and what is no machine is refused", async () => {
    const result = await to.lines(`observed_at,provider,gpu_name,gpu_count,kind,price_usd_hour
${day(1)},runpod,RTX 4090,1,secure,0.7
${day(1)},runpod,RTX 4090,1,community,0.4
${day(1)},runpod,RTX 4090,1,spot,0.2
${day(1)},runpod,RTX 4090,1,on-demand,0.6
${day(1)},runpod,RTX 4090,1,serverless,0.9`);
    expect(result).toMatchObject({ rows: 5, ticks: 4, rejects: 1 });
    expect(
      to.tape.book().offers.map(({ usdPerGpuHour, purchase, tier }) => [usdPerGpuHour, purchase, tier]),
    ).toEqual([
      [0.2, "spot", null],
      [0.4, "on_demand", "community"],
      [0.6, "on_demand", null],
      [0.7, "on_demand", "secure"],
    ]);
    expect(await rejects()).toEqual([["serverless", 1]]);
  });
});

describe("absence", () => {
  const gone = `${header}
${day(1)},aws,a,H100,8,r,80,
${day(1)},aws,b,H100,8,r,80,
${day(2)},aws,a,H100,8,r,80,
${day(3)},aws,a,H100,8,r,80,
${day(4)},aws,a,H100,8,r,80,
${day(4)},aws,b,H100,8,r,80,`;

  it("makes a listing unknown, once, until it returns", async () => {
    expect(await to.lines(gone)).toMatchObject({ ticks: 4 });
    expect((await ticks()).slice(2)).toEqual([
      ["b", "on_demand", "unknown", null, 2],
      ["b", "on_demand", "live", 10, 4],
    ]);
    expect(await prices({ at: at(3) })).toEqual({ a: 10 });
    expect(await prices()).toEqual({ a: 10, b: 10 });
  });

  it("makes it delisted where each pull shows its whole market", async () => {
    await to.lines(gone, { complete: true });
    expect((await ticks())[2]).toEqual(["b", "on_demand", "delisted", null, 2]);
    expect((await to.query("select distinct status::varchar as s from pulls"))[0]).toEqual({ s: "complete" });
  });

  it("is a blank and a NaN price too, and no fault", async () => {
    const result = await to.lines(`${header}
${day(1)},aws,a,H100,8,r,80,40
${day(2)},aws,a,H100,8,r,NaN,
${day(3)},aws,a,H100,8,r,80,nan
${day(4)},aws,a,H100,8,r,80,48`);
    expect(result).toMatchObject({ rejects: 0, ticks: 6 });
    expect((await ticks()).slice(2)).toEqual([
      ["a", "on_demand", "unknown", null, 2],
      ["a", "spot", "unknown", null, 2],
      ["a", "on_demand", "live", 10, 3],
      ["a", "spot", "live", 6, 4],
    ]);
  });

  it("concerns the pulls of its own provider alone", async () => {
    const result = await to.lines(`${header}
${day(1)},aws,a,H100,8,r,80,
${day(2)},gcp,b,H100,8,r,80,
${day(3)},aws,a,H100,8,r,80,`);
    expect(result).toMatchObject({ ticks: 2, pulls: 3 });
  });
});

describe("rows that cannot be", () => {
  it("are refused with their reason and their text", async () => {
    const result = await to.lines(`${header}
${day(1)},aws,a,H100,8,r,-80,
${day(1)},aws,b,H100,8,r,0,
${day(1)},aws,c,H100,8,r,80,inf
noon,aws,d,H100,8,r,80,
${day(1)},,e,H100,8,r,80,
${day(1)},aws,f,,8,r,80,
${day(1)},aws,g,H100,0,r,80,
${day(1)},aws,h,H100,8,r,80,40`);
    expect(result).toMatchObject({ rows: 8, kept: 2, ticks: 3, rejects: 6 });
    expect(result.refused_prices).toEqual({ bad_price: 1 });
    expect(await prices()).toMatchObject({ c: 10 });
    expect(await rejects()).toEqual([
      ["bad_gpu_count", 1],
      ["bad_price", 3],
      ["bad_time", 1],
      ["no_gpu_name", 1],
      ["no_provider", 1],
    ]);
    const [raw] = await to.query("select raw from rejects where reason = 'no_gpu_name'");
    expect(JSON.parse(raw!.raw as string)).toMatchObject({ provider: "aws", instance_type: "f" });
  });

  it("leave no listing behind that never had a price", async () => {
    const result = await to.lines(`${header}\n${day(1)},aws,a,H100,8,r,-80,0\n${day(1)},aws,b,H100,8,r,80,`);
    expect(result).toMatchObject({ listings: 1, ticks: 1 });
    expect(await to.query("select offer_id from listings")).toEqual([{ offer_id: "b" }]);
  });

  it("count free GPUs only where it is a count", async () => {
    await to.lines(`${header},available_count
${day(1)},aws,a,H100,8,r,80,,nan
${day(1)},aws,b,H100,8,r,80,,-1
${day(1)},aws,c,H100,8,r,80,,7
${day(1)},aws,d,H100,8,r,80,,
${day(1)},aws,e,H100,8,r,80,,1e12`);
    const free = Object.fromEntries(to.tape.book().offers.map((each) => [each.offerId, each.availableGpus]));
    expect(free).toEqual({ a: null, b: null, c: 7, d: null, e: null });
  });

  it("are counted even where no row of the file is good", async () => {
    const result = await to.lines(`${header}\nnoon,aws,a,H100,8,r,80,\nnight,aws,a,H100,8,r,80,`);
    expect(result).toMatchObject({ rows: 2, ticks: 0, rejects: 2, pulls: 0 });
  });
});

describe("files", () => {
  const good = `${header}\n${day(1)},aws,a,H100,8,r,80,\n`;

  it("may be packed", async () => {
    expect(await to.file(to.write("x.csv.gz", gzipSync(good)))).toMatchObject({ ticks: 1 });
  });

  it("may be Parquet and have a quote in their name", async () => {
    const path = to.write("o'clock.parquet", "");
    await to.tape.database.writer.run(
      `copy (select timestamp '2026-01-01' as observed_at, 'aws' as provider, 'H100 SXM' as gpu_name, 'nan'::double as price_usd_hour,
        2.5 as spot_price_usd_hour) to '${path.replaceAll("'", "''")}' (format parquet)`,
    );
    expect(await to.file(path)).toMatchObject({ rows: 1, ticks: 1 });
    expect(to.tape.book().offers[0]).toMatchObject({ purchase: "spot", usdPerGpuHour: 2.5 });
  });

  it.each<[string, string, string, RegExp]>([
    [
      "a missing column",
      "a.csv",
      "observed_at,provider,price_usd_hour\n1,2,3\n",
      /lacks the column gpu_name/,
    ],
    [
      "several",
      "b.csv",
      "x\n1\n",
      /lacks the columns observed_at, provider, gpu_name, price_usd_hour; it has x/,
    ],
    ["another kind of file", "c.txt", good, /neither .csv/],
    ["what is no Parquet", "d.parquet", good, /cannot be read/],
  ])("say what is wrong: %s", async (_what, name, text, message) => {
    await expect(to.file(to.write(name, text))).rejects.toMatchObject({ code: "bad_input", message });
    expect(await to.query("select * from pulls")).toEqual([]);
  });

  it("must be there", async () => {
    await expect(to.file(to.write("x.csv", good).replace("x.csv", "y.csv"))).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("leave the tape usable when they fail half-way", async () => {
    await expect(to.file(to.write("d.parquet", good))).rejects.toThrow();
    expect(await to.lines(good)).toMatchObject({ ticks: 1 });
    expect(to.tape.catalog.byNo).toHaveLength(1);
  });
});

describe("a second run", () => {
  const text = `${header}
${day(1)},aws,a,H100,8,r,80,
${day(1)},aws,b,H100,8,r,80,-1
${day(2)},aws,a,H100,8,r,88,
${day(3)},aws,a,H100,8,r,80,
${day(3)},aws,b,H100,8,r,64,`;
  const all = async () => [
    await to.query("select * from ticks order by all"),
    await to.query("select * from pulls order by all"),
    await to.query("select * from rejects order by all"),
    await to.query("select * from listings order by all"),
  ];

  it("adds nothing", async () => {
    const refused = { rejects: 0, refused_prices: { bad_price: 1 } };
    expect(await to.lines(text)).toMatchObject({ ticks: 6, ...refused });
    const before = await all();
    expect(await to.lines(text)).toMatchObject({ ticks: 0, ...refused });
    expect(await all()).toEqual(before);
  });

  it("adds nothing in parts of the file either, in any order", async () => {
    await to.lines(text);
    const before = (await all())[0];
    const [first, ...lines] = text.split("\n");
    for (const part of [lines.slice(3), lines.slice(0, 3)])
      expect(await to.lines([first, ...part].join("\n"), {}, "part.csv")).toMatchObject({ ticks: 0 });
    expect((await all())[0]).toEqual(before);
  });
});

describe("knowledge time", () => {
  const recorded = async () =>
    (await to.query("select distinct epoch_ms(recorded_at)::double as t from ticks order by t")).map(
      ({ t }) => t,
    );

  it("is the market time of an archive", async () => {
    await to.lines(`${header}\n${day(1)},aws,a,H100,8,r,80,\n${day(2)},aws,a,H100,8,r,88,`);
    expect(await recorded()).toEqual([at(1), at(2)]);
    expect(await prices({ asOf: at(1) })).toEqual({ a: 10 });
  });

  it("is the file's own where it has one", async () => {
    await to.lines(`${header},recorded_at\n${day(1)},aws,a,H100,8,r,80,,${day(5)}`);
    expect(await recorded()).toEqual([at(5)]);
    expect(await prices({ asOf: at(4) })).toEqual({});
  });

  it("is what is asked for", async () => {
    await to.lines(`${header}\n${day(1)},aws,a,H100,8,r,80,`, { recordedAt: at(7) });
    expect(await recorded()).toEqual([at(7)]);
  });

  it("is now for a file that contradicts what the tape knows, and what was known stays", async () => {
    await to.lines(
      `${header}\n${day(1)},aws,a,H100,8,r,80,\n${day(2)},aws,a,H100,8,r,80,\n${day(3)},aws,a,H100,8,r,96,`,
    );
    const before = [await prices({ at: at(2), asOf: at(4) }), await prices({ at: at(3), asOf: at(4) })];
    const result = await to.lines(`${header}\n${day(2)},aws,a,H100,8,r,88,`, {}, "corrected.csv");
    expect(result.ticks).toBe(1);
    expect((await recorded()).at(-1)).toBe(importedAt);
    expect([await prices({ at: at(2), asOf: at(4) }), await prices({ at: at(3), asOf: at(4) })]).toEqual(
      before,
    );
    expect(await prices({ at: at(2) })).toEqual({ a: 11 });
    expect(await prices({ at: at(1) })).toEqual({ a: 10 });
    expect(await prices({ at: at(3) })).toEqual({ a: 12 });
  });
});

describe("the interval of a source", () => {
  const intervalsOf = async (...times: string[]) => {
    const lines = times.map((time, i) => `${time},aws,t,H100,1,us-1,${i + 1},`);
    await to.lines([header, ...lines].join("\n"));
    return (await to.query("select every_minutes from pulls order by observed_at")).map((row) =>
      Number(row.every_minutes),
    );
  };

  it("is what the gaps before a pull tell, whatever comes after it", async () => {
    const days = [1, 8, 15, 16, 17, 18, 19, 20].map((n) => `2026-01-${String(n).padStart(2, "0")}`);
    const week = 7 * 1440;
    expect(await intervalsOf(...days)).toEqual([1440, week, week, week, 4 * 1440, 1440, 1440, 1440]);
  });

  it("is half a day at least, so that what a file shows stands for a day", async () => {
    const times = [0, 4, 8, 9, 10].map((n) => `2026-01-01T${String(n).padStart(2, "0")}:00:00Z`);
    expect(await intervalsOf(...times)).toEqual([1440, 720, 720, 720, 720]);
  });
});
