import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { backfillSkypilot, type SkypilotOptions } from "../../src/backfill/skypilot.ts";
import { loadReference, type Reference } from "../../src/reference.ts";
import { type Row, rows } from "../../src/store/database.ts";
import { openTape, type Tape } from "../../src/store/tape.ts";
import { type CatalogCommit, type CatalogRepo, catalogRepo } from "../helpers/catalog-repo.ts";

const header =
  "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone";
const csv = (...lines: string[]): string => `${[header, ...lines].join("\n")}\n`;
const l4 = (usd: number, spot: number): string =>
  `g6.12xlarge,L4,4.0,48.0,192.0,,${usd},${spot},us-east-1,use1-az1`;
const p5 = (usd: number): string => `p5.48xlarge,H100,8.0,192.0,2048.0,,${usd},,us-east-1,use1-az1`;
const cpu = "c3.xlarge,,,4.0,7.5,,0.255,0.1069,us-east-1,use1-az1";
const lambda = (usd: number): string =>
  `InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,Price,SpotPrice\ngpu_1x_h100_pcie,26.0,200.0,H100,1.0,,us-east-1,${usd},\n`;

/** Two clouds over three months; aws moves from v5 to v6 in between. */
const story: readonly CatalogCommit[] = [
  {
    at: "2024-01-01T00:00:00Z",
    files: { "README.md": "prices", "catalogs/v5/aws/vms.csv": csv(cpu, l4(4, 2), p5(96)) },
  },
  { at: "2024-01-10T06:30:00Z", files: { "catalogs/v5/lambda/vms.csv": lambda(2.49) } },
  { at: "2024-01-20T00:00:00Z", files: { "catalogs/v5/aws/vms.csv": csv(cpu, l4(4, 1.6), p5(96)) } },
  {
    at: "2024-02-01T00:00:00Z",
    files: {
      "catalogs/v5/aws/vms.csv": csv(cpu, l4(4, 1.6)),
      "catalogs/v5/lambda/vms.csv": lambda(1.99),
    },
  },
  { at: "2024-02-10T00:00:00Z", files: { "README.md": "other words" } },
  { at: "2024-02-15T00:00:00Z", files: { "catalogs/v6/aws/vms.csv": csv(l4(4, 1.6), p5(80)) } },
  { at: "2024-02-20T00:00:00Z", files: { "catalogs/v5/aws/vms.csv": csv(l4(1, 0.4)) } },
  {
    at: "2024-03-01T00:00:00Z",
    files: {
      "catalogs/v5/aws/vms.csv": null,
      "catalogs/v6/aws/vms.csv": csv(l4(4, 1.8), p5(80), "odd,H100,8.0,,,,two dollars,,us-east-1,"),
    },
  },
];

const now = Date.UTC(2024, 5, 1);
const at = (text: string): number => Date.parse(text);

let reference: Reference;
let folder: string;
let repo: CatalogRepo;
let tape: Tape;
beforeAll(async () => {
  reference = await loadReference();
  folder = mkdtempSync(join(tmpdir(), "gputape-backfill-"));
  repo = catalogRepo(story);
});
afterAll(() => {
  repo?.remove();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  tape = await emptyTape();
});
afterEach(() => tape.close());

const emptyTape = () =>
  openTape(":memory:", { clock: () => now, describe: () => null, memoryLimit: "400MB" });

const run = (
  options: Partial<SkypilotOptions> = {},
  { into = tape, stop = new AbortController(), onStep = () => undefined as undefined } = {} as {
    into?: Tape;
    stop?: AbortController;
    onStep?: (done: number) => void;
  },
) =>
  backfillSkypilot({ repo: repo.folder, ...options }, folder, {
    database: into.database,
    catalog: into.catalog,
    reference,
    now,
    progress: onStep,
    signal: stop.signal,
  });

const query = (sql: string, of = tape): Promise<Row[]> => rows(of.database.reader, sql);
const live = async (time: string, of = tape): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await of.bookAt({ at: at(time) })).offers
      .map((offer) => [`${offer.offerId} ${offer.purchase}`, offer.usdPerGpuHour] as const)
      .sort(),
  );
const everything = (of: Tape) =>
  query(
    `select key, observed_at::varchar as at, recorded_at::varchar as recorded, state::varchar as state, usd_per_gpu_hour as usd, price_raw, flags
     from ticks join (select listing_no, key from listings) using (listing_no) order by all`,
    of,
  );

describe("the history of the catalog", () => {
  it("becomes the book of every past day", async () => {
    expect(await run()).toMatchObject({
      ...{ source: "skypilot", repo: repo.folder, clouds: ["aws", "lambda"], commits: 6, known: 0, pulls: 7 },
      ...{ rows: 16, ticks: 9, rejects: 1, unknown_gpus: 0, interrupted: false },
      ...{ first: "2024-01-01T00:00:00Z", last: "2024-03-01T00:00:00Z" },
    });
    expect(await live("2023-12-31T23:59:59Z")).toEqual({});
    expect(await live("2024-01-10T06:29:59Z")).toEqual({
      "g6.12xlarge on_demand": 1,
      "g6.12xlarge spot": 0.5,
      "p5.48xlarge on_demand": 12,
    });
    expect(await live("2024-01-20T00:00:00Z")).toEqual({
      "g6.12xlarge on_demand": 1,
      "g6.12xlarge spot": 0.4,
      "gpu_1x_h100_pcie on_demand": 2.49,
      "p5.48xlarge on_demand": 12,
    });
    expect(await live("2024-02-10T00:00:00Z")).toEqual({
      "g6.12xlarge on_demand": 1,
      "g6.12xlarge spot": 0.4,
      "gpu_1x_h100_pcie on_demand": 1.99,
    });
    expect(await live("2024-02-25T00:00:00Z")).toEqual({
      "g6.12xlarge on_demand": 1,
      "g6.12xlarge spot": 0.4,
      "gpu_1x_h100_pcie on_demand": 1.99,
      "p5.48xlarge on_demand": 10,
    });
    expect(await live("2024-05-01T00:00:00Z")).toMatchObject({ "g6.12xlarge spot": 0.45 });
  });

  it("knew each price when it was committed", async () => {
    await run();
    expect(await query("select count(*)::integer as n from ticks where recorded_at <> observed_at")).toEqual([
      { n: 0 },
    ]);
    const gone = await query(
      `select observed_at::varchar as at, ticks.state::varchar as state from ticks join listings using (listing_no)
       where offer_id = 'p5.48xlarge' order by 1`,
    );
    expect(gone).toEqual([
      { at: "2024-01-01 00:00:00", state: "live" },
      { at: "2024-02-01 00:00:00", state: "delisted" },
      { at: "2024-02-15 00:00:00", state: "live" },
    ]);
  });

  it("leaves a pull for each commit of a cloud, with what it was read from", async () => {
    await run();
    const pulls = await query(
      `select source, observed_at::varchar as at, status::varchar as status, origin::varchar as origin, offers, rejects, ticks,
         every_minutes, payloads->0->>'name' as name, payloads->0->>'commit' as commit from pulls order by source, observed_at`,
    );
    expect(pulls.map(({ source, at: time, offers, ticks }) => [source, time, offers, ticks])).toEqual([
      ["import/aws@skypilot", "2024-01-01 00:00:00", 3, 3],
      ["import/aws@skypilot", "2024-01-20 00:00:00", 3, 1],
      ["import/aws@skypilot", "2024-02-01 00:00:00", 2, 1],
      ["import/aws@skypilot", "2024-02-15 00:00:00", 3, 1],
      ["import/aws@skypilot", "2024-03-01 00:00:00", 3, 1],
      ["import/lambda@skypilot", "2024-01-10 06:30:00", 1, 1],
      ["import/lambda@skypilot", "2024-02-01 00:00:00", 1, 1],
    ]);
    expect(pulls[4]).toMatchObject({
      ...{ status: "partial", origin: "backfill", rejects: 1, name: "catalogs/v6/aws/vms.csv" },
      commit: repo.git("rev-parse", "master").trim(),
      every_minutes: 14.5 * 24 * 60,
    });
    expect(await query("select reason, raw from rejects")).toEqual([
      { reason: "bad_price", raw: "odd,H100,8.0,,,,two dollars,,us-east-1," },
    ]);
  });

  it("adds nothing when it is read again, and what is new later", async () => {
    const own = catalogRepo(story);
    const first = await run({ repo: own.folder });
    const before = await everything(tape);
    expect(await run({ repo: own.folder })).toMatchObject({
      commits: 0,
      known: 6,
      pulls: 0,
      rows: 0,
      ticks: 0,
      first: null,
    });
    expect(await everything(tape)).toEqual(before);
    own.commit([{ at: "2024-04-01T00:00:00Z", files: { "catalogs/v6/aws/vms.csv": csv(l4(3, 1.8)) } }]);
    expect(await run({ repo: own.folder })).toMatchObject({
      commits: 1,
      known: 6,
      pulls: 1,
      rows: 2,
      ticks: 2,
    });
    expect(await live("2024-04-01T00:00:00Z")).toMatchObject({ "g6.12xlarge on_demand": 0.75 });
    expect(await everything(tape)).toHaveLength(first.ticks + 2);
    own.remove();
  });
});

describe("a part of the history", () => {
  it("read first and the rest after it is as good as all at once", async () => {
    await run();
    const other = await emptyTape();
    expect(await run({ to: at("2024-01-31T00:00:00Z") }, { into: other })).toMatchObject({
      commits: 3,
      pulls: 3,
    });
    expect(await run({}, { into: other })).toMatchObject({ commits: 3, known: 3, pulls: 4 });
    expect(await everything(other)).toEqual(await everything(tape));
    await other.close();
  });

  it("is taken by time, ends included, and by cloud", async () => {
    const options = { from: at("2024-01-10T06:30:00Z"), to: at("2024-02-01T00:00:00Z") };
    expect(await run(options)).toMatchObject({ commits: 3, pulls: 4 });
    const other = await emptyTape();
    expect(await run({ ...options, clouds: ["lambda labs"] }, { into: other })).toMatchObject({
      clouds: ["lambda"],
      pulls: 2,
    });
    expect(await query("select distinct provider from listings", other)).toEqual([{ provider: "lambda" }]);
    await other.close();
  });

  it("that comes before what is known is recorded as learnt now, and leaves what came after it", async () => {
    await run({ from: at("2024-02-15T00:00:00Z") });
    await run();
    expect(await live("2024-01-05T00:00:00Z")).toMatchObject({ "p5.48xlarge on_demand": 12 });
    expect(await live("2024-02-05T00:00:00Z")).not.toHaveProperty("p5.48xlarge on_demand");
    expect(await live("2024-05-01T00:00:00Z")).toMatchObject({
      "g6.12xlarge spot": 0.45,
      "p5.48xlarge on_demand": 10,
    });
    const asOf = await tape.bookAt({ at: at("2024-01-05T00:00:00Z"), asOf: at("2024-03-02T00:00:00Z") });
    expect(asOf.offers).toEqual([]);
  });
});

describe("a cloud", () => {
  it("that the catalog gives up is unknown from then on, not delisted", async () => {
    const own = catalogRepo([
      ...story,
      { at: "2024-04-01T00:00:00Z", files: { "catalogs/v5/lambda/vms.csv": null } },
    ]);
    await run({ repo: own.folder, clouds: ["lambda"] });
    const last = await query(
      "select observed_at::varchar as at, state::varchar as state from ticks order by observed_at desc limit 1",
    );
    expect(last).toEqual([{ at: "2024-04-01 00:00:00", state: "unknown" }]);
    expect(
      await query("select status::varchar as status, note from pulls order by pull_no desc limit 1"),
    ).toMatchObject([{ status: "partial", note: expect.stringContaining("no longer has this cloud") }]);
    own.remove();
  });

  it("whose file is broken or empty for a while keeps what it offered", async () => {
    const broken = ["<html>", csv(cpu), csv("x,H100,8,,,,free,,r,")].map((text, index) => ({
      at: `2024-04-0${index + 1}T00:00:00Z`,
      files: { "catalogs/v6/aws/vms.csv": text },
    }));
    const own = catalogRepo([...story, ...broken]);
    await run({ repo: own.folder });
    expect(await live("2024-05-01T00:00:00Z")).toMatchObject({
      "p5.48xlarge on_demand": 10,
      "g6.12xlarge spot": 0.45,
    });
    const outcomes = await query(
      "select status::varchar as status, note from pulls where observed_at > '2024-03-15' order by observed_at",
    );
    expect(outcomes).toEqual([
      { status: "failed", note: expect.stringMatching(/vms\.csv is not the shape/) },
      { status: "empty", note: "the file holds no GPUs; that is no observation" },
      { status: "empty", note: "all 1 rows were refused" },
    ]);
    own.remove();
  });

  it("that changed its name goes on under the present one", async () => {
    const row = "1H100.80S.32V,H100,1.0,32,185,,2.29,,FIN-02,";
    const own = catalogRepo([
      { at: "2024-01-01T00:00:00Z", files: { "catalogs/v5/datacrunch/vms.csv": csv(row) } },
      {
        at: "2024-02-01T00:00:00Z",
        files: { "catalogs/v5/datacrunch/vms.csv": null, "catalogs/v5/verda/vms.csv": csv(row) },
      },
    ]);
    expect(await run({ repo: own.folder })).toMatchObject({ clouds: ["verda"], pulls: 2, ticks: 1 });
    own.remove();
  });
});

describe("what is odd about a cloud", () => {
  it("is read as it is meant", async () => {
    const own = catalogRepo([
      {
        at: "2024-01-01T00:00:00Z",
        files: {
          "catalogs/v8/gcp/vms.csv": csv(
            "a2-highgpu-1g,,,12.0,85.0,,0.74,0.37,us-central1,us-central1-a",
            ",A100,1.0,,,,2.93,1.1,us-central1,us-central1-a",
            ",tpu-v5p-8,1,,,,16.8,8,us-central1,us-central1-a",
          ),
          "catalogs/v8/runpod/vms.csv": csv(
            "1x_A100-80GB_SECURE,A100-80GB,1.0,8,117,\"{'Gpus': [{'Count': 1, 'MemoryInfo': {'SizeInMiB': 80}}]}\",1.39,1.39,SE,EU-SE-1",
            "1x_A40_COMMUNITY,A40,1.0,8,48,,0.4,0.2,SE,EU-SE-1",
          ),
          "catalogs/v8/primeintellect/vms.csv": csv(
            'hyperstack__2xA100_80GB__60__240,A100,2.0,60,240,"{""Gpus"":[{""Name"":""A100"",""Count"":2,""MemoryInfo"":{""SizeInMiB"":163840}}],""TotalGpuMemoryInMiB"":327680}",2.7,99999999,CA - CANADA-1,',
          ),
          "catalogs/v8/vast/vms.csv": csv(
            '2x-RTX_5090-32-65536,RTX5090,2,32,64.0,,0.96,0.00,"Texas, US, NA",',
            '2x-RTX_5090-32-65536,RTX5090,2,32,64.0,,0.93,0.00,"Texas, US, NA",',
          ),
          "catalogs/v8/aws/vms.csv": csv("g6f.large,L4,0.125,2,8,,0.2,,us-east-1,use1-az1"),
        },
      },
    ]);
    expect(await run({ repo: own.folder })).toMatchObject({
      pulls: 5,
      rejects: 0,
      ticks: 8,
      unknown_gpus: 0,
    });
    const { offers } = await tape.bookAt({ at: at("2024-01-02T00:00:00Z") });
    const of = (provider: string) =>
      offers
        .filter((offer) => offer.provider === provider)
        .sort((a, b) => `${a.gpu} ${a.purchase}`.localeCompare(`${b.gpu} ${b.purchase}`));
    expect(of("gcp")).toMatchObject([
      { offerId: "A100", gpuRaw: "A100", priceRaw: 2.93, flags: ["gpu_only"], includes: null },
      { offerId: "A100", purchase: "spot", priceRaw: 1.1, flags: ["gpu_only"] },
    ]);
    expect(of("runpod")).toMatchObject([
      {
        gpu: "a100-80gb",
        purchase: "on_demand",
        tier: "secure",
        country: "SE",
        zone: "EU-SE-1",
        vramGib: 80,
      },
      { gpu: "a40", purchase: "on_demand", tier: "community", usdPerGpuHour: 0.4 },
      { gpu: "a40", purchase: "spot", usdPerGpuHour: 0.2 },
    ]);
    expect(of("primeintellect")).toMatchObject([
      { gpu: "a100-80gb", vramGib: 80, usdPerGpuHour: 1.35, upstream: "hyperstack", country: "CA" },
    ]);
    expect(of("vast")).toMatchObject([{ usdPerGpuHour: 0.465, region: "Texas, US, NA", country: "US" }]);
    expect(of("aws")).toMatchObject([
      { gpu: "l4", gpuCount: 1, gpuShare: 0.125, usdPerGpuHour: 1.6, flags: ["slice"] },
    ]);
    own.remove();
  });
});

describe("being stopped", () => {
  const hours = Array.from({ length: 450 }, (_, index): CatalogCommit => {
    const time = new Date(Date.UTC(2024, 0, 1, index)).toISOString();
    return {
      at: time,
      files: { "catalogs/v5/aws/vms.csv": csv(l4(4, 1 + (index % 7) / 10), ...(index % 5 ? [p5(96)] : [])) },
    };
  });

  it("keeps whole transactions, and the next run ends what it began", async () => {
    const own = catalogRepo(hours);
    const stop = new AbortController();
    const onStep = (done: number): void => (done === 321 ? stop.abort() : undefined);
    const stopped = await run({ repo: own.folder }, { stop, onStep });
    expect(stopped).toMatchObject({ interrupted: true, pulls: 200, commits: 200 });
    expect(
      await query("select count(*)::integer as n, max(observed_at)::varchar as last from pulls"),
    ).toEqual([{ n: 200, last: "2024-01-09 07:00:00" }]);
    expect(
      await query("select count(*)::integer as n from ticks where observed_at > '2024-01-09 07:00'"),
    ).toEqual([{ n: 0 }]);
    expect(await run({ repo: own.folder })).toMatchObject({ interrupted: false, pulls: 250, known: 200 });
    const other = await emptyTape();
    await run({ repo: own.folder }, { into: other });
    expect(await everything(tape)).toEqual(await everything(other));
    await other.close();
    own.remove();
  });
});
