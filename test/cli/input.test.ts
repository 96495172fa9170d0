import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer } from "../../src/cli/ask.ts";
import { readCommands } from "../../src/cli/reads/index.ts";
import { runRead } from "../../src/cli/run-read.ts";
import { importFiles } from "../../src/cli/writes.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { sharedData } from "../helpers/shared-data.ts";

const now = Date.UTC(2026, 8, 1, 12);
let folder: string;
let temporary: string;
let config: Config;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gputape-input-test-"));
  temporary = join(folder, "tmp");
  mkdirSync(temporary);
  config = readConfig({ GPUTAPE_DB: join(folder, "tape.duckdb") });
  // Temporary folders of the commands are made where they can be counted.
  process.env.TMPDIR = temporary;
});
afterAll(() => {
  delete process.env.TMPDIR;
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, `${text.trim()}\n`);
  return path;
};
const readOf = (name: string) => readCommands.find((each) => each.name === name && each.group === undefined)!;
const run = (name: string, options: Record<string, unknown>): Promise<Answer> =>
  runRead(readOf(name), { json: true, ...options }, config, () => now);
const rowsOf = async (name: string, options: Record<string, unknown>) =>
  (await run(name, options)).data as Record<string, unknown>[];
const inputOf = ({ meta }: Answer) =>
  meta.input as { left_out: { listings: object; stale: object[]; rejects: object }; notes: string[] };

const header =
  "observed_at,provider,instance_type,gpu_name,gpu_count,price_usd_hour,spot_price_usd_hour,kind";
/** Four providers with two types of H100 each; alpha hourly, the others once that morning, late not since May. */
const market = [
  header,
  ...[8, 9, 10, 11].flatMap((at) =>
    [1, 2].map((n) => `2026-08-07T${at < 10 ? "0" : ""}${at}:00:00Z,aws,p${n},H100 SXM,8,${16 + n},,`),
  ),
  ...["lambda", "runpod", "gcp"].flatMap((provider, i) =>
    [1, 2].map((n) => `2026-08-07T03:0${i}:00Z,${provider},t${n},H100 SXM,8,${16 + i + n},8,`),
  ),
  "2026-05-01T00:00:00Z,azure,late,H100 SXM,8,8,,",
  "2026-08-07T09:00:00Z,aws,gone,L40S,1,1,,",
  "2026-08-07T11:00:00Z,aws,lone,XPU 9000,1,1,,",
  "2026-08-07T11:00:00Z,aws,only-spot,L4,1,,0.3,",
  "2026-08-07T11:00:00Z,aws,less,L4,1,0.4,,serverless",
].join("\n");

describe("index --input", () => {
  it("has a row for every GPU of the file, as of its last pull", async () => {
    const input = write("market.csv", market);
    const rows = await rowsOf("index", { input });
    expect(rows.map(({ gpu, purchase, at, reason }) => [gpu, purchase, at, reason])).toEqual([
      ["h100-sxm", "on_demand", "2026-08-07T11:00:00Z", null],
      ["l4", "spot", "2026-08-07T11:00:00Z", "too_few_providers"],
      ["l40s", "on_demand", "2026-08-07T11:00:00Z", "empty"],
      ["unknown:XPU 9000", "on_demand", "2026-08-07T11:00:00Z", "empty"],
    ]);
  });

  it("takes providers that were read at other hours of the day, and not those of months ago", async () => {
    const [row] = await rowsOf("index", { input: write("market.csv", market), gpu: "h100" });
    expect(row).toMatchObject({ gpu: "h100", n_providers: 4, n_listings: 8, excluded: 1 });
    expect(row!.value).toBeGreaterThan(2);
    expect(row!.low).toBeLessThanOrEqual(row!.value as number);
  });

  it("says what it leaves out and why", async () => {
    const answer = await run("index", { input: write("market.csv", market) });
    const { left_out: left, notes } = inputOf(answer);
    expect(left).toEqual({
      listings: { stale: 1, unknown_gpu: 1, not_in_last_pull: 1 },
      stale: [{ source: "import/azure", last_seen_at: "2026-05-01T00:00:00Z" }],
      rejects: { serverless: 1 },
    });
    expect(notes.join("\n")).toMatch(
      /market\.csv: 19 rows, 8 pulls, 18 listings\nRefused: serverless 1\nListings left out: /,
    );
    const text = readOf("index").text(answer);
    for (const note of notes) expect(text).toContain(note);
    expect(text).toMatch(/l40s +on_demand +empty +none +none/);
    expect(text).not.toMatch(/undefined|NaN|\[object|null/);
  });

  it("answers at another time, by other methods and over a span", async () => {
    const input = write("market.csv", market);
    const [earlier] = await rowsOf("index", { input, gpu: "h100-sxm", at: "2026-08-07T02:00:00Z" });
    expect(earlier).toMatchObject({ at: "2026-08-07T02:00:00Z", value: null, reason: "stale" });
    const [votes] = await rowsOf("index", { input, gpu: "h100-sxm", method: "votes" });
    expect(votes).toMatchObject({ method: "votes", n_providers: 4 });
    const series = await rowsOf("index", {
      ...{ input, gpu: "h100-sxm", from: "2026-08-07T08:00:00Z", interval: "1h" },
    });
    expect(series.map(({ at }) => at)).toEqual([
      "2026-08-07T09:00:00Z",
      "2026-08-07T10:00:00Z",
      "2026-08-07T11:00:00Z",
    ]);
    expect(series[0]!.value).not.toBeNull();
  });

  it("reads several files as one market", async () => {
    const [first, ...lines] = market.split("\n");
    const a = write("a.csv", [first, ...lines.filter((line) => line.includes(",aws,"))].join("\n"));
    const b = write("b.csv", [first, ...lines.filter((line) => !line.includes(",aws,"))].join("\n"));
    const [row] = await rowsOf("index", { input: `${a}, ${b}`, gpu: "h100-sxm" });
    expect(row).toMatchObject({ n_providers: 4, at: "2026-08-07T11:00:00Z" });
  });

  it("says where the file has not the GPU that is asked for", async () => {
    const answer = await run("index", { input: write("market.csv", market), gpu: "b200" });
    expect(answer.data).toMatchObject([{ gpu: "b200", value: null, reason: "empty" }]);
    expect(inputOf(answer).notes.at(-1)).toMatch(/^There is no b200 in the file; it has h100-sxm, l4, /);
  });

  it("knows what import knows of prices per GPU and of identity", async () => {
    const input = write("market.csv", market);
    const [row] = await rowsOf("index", { input, gpu: "h100-sxm", perGpu: true });
    expect(row).toMatchObject({ n_providers: 4 });
    expect(row!.value).toBeGreaterThan(16);
    const [one] = await rowsOf("index", { input, gpu: "h100-sxm", key: "kind" });
    expect(one).toMatchObject({ n_listings: 4, reason: "too_few_listings" });
  });
});

describe("curve --input", () => {
  const slices = [
    "observed_at,provider,machine_id,gpu_name,gpu_count,price_usd_hour",
    ...[1, 2].flatMap((day) => [
      `2026-08-0${day}T00:00:00Z,vast,m1,RTX 4090,1,0.3`,
      `2026-08-0${day}T00:00:00Z,vast,m1,RTX 4090,2,0.62`,
      `2026-08-0${day}T00:00:00Z,vast,m${day + 2},RTX 4090,4,1.6`,
    ]),
    "2026-08-02T00:00:00Z,vast,m9,RTX 3090,1,0.2",
    "2026-08-03T00:00:00Z,vast,m1,RTX 4090,1,0.3",
  ].join("\n");

  it("is the stack at the last pull, with a walk", async () => {
    const answer = await run("curve", {
      ...{
        input: write("slices.csv", slices),
        gpu: "RTX 4090",
        cap: "3",
        at: "2026-08-02T00:00:00Z",
        gpus: "4",
      },
    });
    expect(answer.data).toMatchObject({
      steps: [
        { usd_per_gpu_hour: 0.3, gpus: 2 },
        { usd_per_gpu_hour: 0.4, gpus: 4, cumulative_gpus: 6 },
      ],
      truncated_above: null,
      blind_sources: ["import/vast"],
      walk: { vwap: 0.35 },
    });
    expect(readOf("curve").text(answer)).toMatch(/Blind at any price: the last pull of import\/vast/);
  });

  it("answers for every pull time with --snapshots", async () => {
    const answer = await run("curve", {
      ...{ input: write("slices.csv", slices), gpu: "rtx-4090", cap: "3", snapshots: true },
    });
    const rows = answer.data as { at: string; blind_sources: string[]; steps: object[] }[];
    expect(rows.map((row) => [row.at, row.blind_sources, row.steps.length])).toEqual([
      ["2026-08-01T00:00:00Z", ["import/vast"], 2],
      ["2026-08-02T00:00:00Z", ["import/vast"], 2],
      ["2026-08-03T00:00:00Z", [], 1],
    ]);
    const text = readOf("curve").text(answer);
    expect(text).toMatch(/3 pulls, 5 listings, 2 pulls cut off at the cap/);
    expect(text).toMatch(/at any price[\s\S]*nowhere/);
  });

  it("answers about demand and later months too, or why not", async () => {
    const input = write("slices.csv", slices);
    const demand = await run("curve", { input, gpu: "rtx-4090", kind: "demand" });
    expect(demand.data).toMatchObject({ demand: { reason: "no_reported_demand" } });
    const forward = await run("curve", { input, gpu: "rtx-4090", kind: "forward" });
    expect(forward.data).toMatchObject({ reason: "no_term_quotes" });
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{}, /^--gpu: is missing; the file has rtx-3090, rtx-4090/],
    [{ gpu: "rtx-4090", snapshots: true, at: "2026-08-02" }, /^--at: is one time/],
    [{ gpu: "rtx-4090", snapshots: true, kind: "demand" }, /^--snapshots: is of `curve supply`/],
    [{ gpu: "rtx-4090", cap: "0" }, /^--cap: "0" is not a whole number/],
    [{ gpu: "rtx-4090", at: "2030-01-01" }, /^--at: .* is in the future/],
  ])("%j is refused", async (options, message) => {
    const input = write("slices.csv", slices);
    await expect(run("curve", { input, ...options })).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringMatching(message),
    });
  });
});

describe("spreads --input", () => {
  it("names the GPU of each row", async () => {
    const input = write("market.csv", market);
    const rows = await rowsOf("spreads", { input, kind: "spot_discount" });
    expect([...new Set(rows.map(({ gpu }) => gpu))]).toEqual(["h100-sxm", "l4", "l40s", "unknown:XPU 9000"]);
    expect(rows.every(({ value, reason }) => (value === null) === (reason !== null))).toBe(true);
  });
});

describe("files that cannot be answered from", () => {
  it.each<[string, () => string, string, RegExp]>([
    ["absent", () => join(folder, "nowhere.csv"), "not_found", /^--input: there is no file .*nowhere\.csv/],
    ["no file", () => " , ", "bad_input", /^--input: " , " names no file/],
    [
      "a folder",
      () => mkdtempSync(join(folder, "none-")),
      "bad_input",
      /^--input: .* is a folder without files/,
    ],
    ["foreign", () => write("x.csv", "a,b\n1,2"), "bad_input", /^--input: .* lacks the columns observed_at/],
    ["another kind", () => write("x.txt", market), "bad_input", /^--input: .* neither \.csv/],
    [
      "broken",
      () => write("x.parquet", market),
      "bad_input",
      /^--input: .* cannot be read: .*nothing of the import was kept/,
    ],
    [
      "empty",
      () => write("y.csv", header),
      "bad_input",
      /^--input: .*y\.csv holds no row that can be used: it has no rows/,
    ],
    [
      "useless",
      () => write("z.csv", `${header}\nnoon,aws,a,H100,8,80,,`),
      "bad_input",
      /no row that can be used: bad_time 1/,
    ],
  ])("%s", async (_what, input, code, message) => {
    await expect(run("index", { input: input() })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("and all others leave no trace", () => {
    expect(readdirSync(temporary).filter((name) => name.startsWith("gputape-"))).toEqual([]);
    expect(existsSync(config.db)).toBe(false);
  });
});

const aggregator = sharedData("aggregator_30min.parquet");
if (aggregator === null) console.warn("the recorded aggregator is not here; tape and files are not compared");

describe.skipIf(aggregator === null)("a tape that the file was imported into", () => {
  let own: Config;
  beforeAll(async () => {
    own = readConfig({ GPUTAPE_DB: join(folder, "aggregator.duckdb"), GPUTAPE_LOG_LEVEL: "silent" });
    await importFiles(own, () => now, [aggregator!], { perGpu: true, json: true });
  });

  it.each(["2025-10-22T00:00:00Z", "2026-02-01T07:10:00Z"])("answers as --input does at %s", async (at) => {
    for (const gpu of ["a100-80gb", "h100"]) {
      const overTape = await runRead(readOf("index"), { json: true, gpu, at }, own, () => now);
      const overFile = await run("index", { input: aggregator!, perGpu: true, gpu, at });
      expect(overTape.data).toEqual(overFile.data);
    }
  });
});

const vast = sharedData("vast_offers.parquet");
if (vast === null)
  console.warn("the recorded offers of Vast are not here, so the curves of them are skipped");

describe.skipIf(vast === null)("recorded offers of Vast", () => {
  it.each([
    ["rtx-4090", [8, 9]],
    ["v100", [1]],
    ["l40s", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  ] as const)("the curve of %s is blind but at pulls %j", async (gpu, whole) => {
    const rows = await rowsOf("curve", { input: vast!, cap: "64", gpu, snapshots: true });
    expect(rows).toHaveLength(12);
    const seen = rows.flatMap(({ blind_sources: blind }, i) =>
      (blind as unknown[]).length === 0 ? [i] : [],
    );
    expect(rows.every(({ truncated_above: above }) => above === null)).toBe(true);
    expect(seen).toEqual(whole);
  });
});
