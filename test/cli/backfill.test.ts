import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { awsSpot, type SkypilotFlags, skypilot } from "../../src/cli/backfill.ts";
import { readConfig } from "../../src/config.ts";
import { openDatabase, rows } from "../../src/store/database.ts";
import { type CatalogCommit, type CatalogRepo, catalogRepo } from "../helpers/catalog-repo.ts";
import { launch, type Workspace, workspace } from "../helpers/program.ts";
import { spotApi } from "../helpers/spot-api.ts";
import { until } from "../helpers/until.ts";

const header =
  "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,AvailabilityZone";
const machines = Array.from({ length: 60 }, (_, index) => `zone-${index}`);
const hourly = (count: number): CatalogCommit[] =>
  Array.from({ length: count }, (_, index) => {
    const lines = machines.map(
      (zone, place) => `p5.48xlarge,H100,8,192,2048,,96,${30 + ((index + place) % 9)},us-east-1,${zone}`,
    );
    const at = new Date(Date.UTC(2024, 0, 1, index)).toISOString();
    return { at, files: { "catalogs/v8/aws/vms.csv": `${[header, ...lines].join("\n")}\n` } };
  });

const now = Date.UTC(2025, 0, 1);
const clock = (): number => now;

let small: CatalogRepo;
let large: CatalogRepo;
let space: Workspace;
beforeAll(() => {
  small = catalogRepo(hourly(3));
  large = catalogRepo(hourly(1600));
});
afterAll(() => {
  small?.remove();
  large?.remove();
});
beforeEach(() => {
  space = workspace();
});
afterEach(() => space.remove());

const config = () => readConfig({ GPUTAPE_DB: space.db });
const run = (flags: SkypilotFlags) => skypilot(config(), clock, { json: true, ...flags });

const everything = async (db: string) => {
  const database = await openDatabase(db, { readOnly: true });
  const found = await rows(
    database.reader,
    "select observed_at::varchar as at, state::varchar as state, price_raw, listing_no, pull_no from ticks order by all",
  );
  const pulls = await rows(
    database.reader,
    "select count(*)::integer as n, count(distinct observed_at)::integer as times from pulls",
  );
  await database.close();
  return { found, pulls };
};

describe("backfill skypilot", () => {
  it("writes the tape and says what it did", async () => {
    const result = await run({ repo: small.folder });
    expect(result).toMatchObject({
      source: "skypilot",
      clouds: ["aws"],
      commits: 3,
      pulls: 3,
      rows: 360,
    });
    expect((await everything(space.db)).pulls).toEqual([{ n: 3, times: 3 }]);
    expect(await run({ repo: small.folder, to: "2025-01-01" })).toMatchObject({ known: 3, ticks: 0 });
  });

  it.each([
    [{ from: "yesterday" }, /^--from: "yesterday" is not a time/],
    [{ to: "2024-02-30" }, /^--to: "2024-02-30" is not a day/],
    [{ from: "2024-02-01", to: "2024-01-01" }, /^--from: 2024-02-01 lies after --to 2024-01-01/],
    [{ clouds: "aws,nowhere" }, /^--clouds: there is no "nowhere" in the catalog; it has aws$/],
    [{ clouds: " , " }, /^--clouds: " , " names none/],
    [{ repo: "/nowhere" }, /^--repo: there is no folder \/nowhere/],
  ])("refuses %j", async (flags, message) => {
    await expect(run({ repo: small.folder, ...flags })).rejects.toThrow(message);
  });

  it("says what a repository without a catalog lacks", async () => {
    const other = catalogRepo([
      { at: "2024-01-01", files: { "README.md": "x", "catalogs/v5/aws/images.csv": "x" } },
    ]);
    await expect(run({ repo: other.folder })).rejects.toThrow(
      /has no catalogs\/<version>\/<cloud>\/vms\.csv in its history/,
    );
    other.remove();
  });

  it("says that git is missing", async () => {
    const path = process.env.PATH;
    process.env.PATH = space.folder;
    try {
      await expect(run({ repo: small.folder })).rejects.toMatchObject({
        code: "not_found",
        message: expect.stringContaining("install git"),
      });
    } finally {
      process.env.PATH = path;
    }
  });
});

describe("backfill aws-spot", () => {
  const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

  it("asks for its keys by name", async () => {
    await expect(awsSpot(config(), clock, {})).rejects.toThrow(
      /^AWS_ACCESS_KEY_ID: set AWS_ACCESS_KEY_ID and AWS_SECRET/,
    );
    const half = readConfig({ GPUTAPE_DB: space.db, AWS_ACCESS_KEY_ID: "AKIDEXAMPLE" }, names);
    await expect(awsSpot(half, clock, {})).rejects.toThrow(
      /^AWS_SECRET_ACCESS_KEY: set AWS_SECRET_ACCESS_KEY to read/,
    );
  });

  it("reads from the address that is set, with the keys that are set", async () => {
    const api = await spotApi();
    const at = new Date(now - 3_600_000).toISOString();
    api.events.push({ region: "us-east-1", zone: "use1-az4", type: "p5.48xlarge", at, usd: "16" });
    const set = readConfig(
      {
        GPUTAPE_DB: space.db,
        GPUTAPE_SOURCE_URL_AWS_SPOT: api.url,
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
      },
      names,
    );
    const result = await awsSpot(set, clock, { days: "2", regions: "us-east-1, eu-west-1", json: true });
    expect(result).toMatchObject({ regions: 2, requests: 2, rows: 1, ticks: 1, pulls: 48 });
    await expect(awsSpot(set, clock, { days: "ninety" })).rejects.toThrow(/^--days: "ninety" is not a whole/);
    await expect(awsSpot(set, clock, { days: "91", json: true })).rejects.toThrow(
      /^--days: "91" is not .* to 90/,
    );
    await api.close();
  });
});

describe("a process that is ended in the middle", () => {
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
  const start = () =>
    launch(
      process.execPath,
      ["--import", "tsx", main, "backfill", "skypilot", "--json", "--db", space.db, "--repo", large.folder],
      {},
    );
  const written = (): boolean | undefined => {
    const log = `${space.db}.wal`;
    return (existsSync(log) && statSync(log).size > 200_000) || undefined;
  };

  it.each(["SIGINT", "SIGKILL"] as const)(
    "by %s has kept whole commits, and the next run goes on",
    async (name) => {
      const running = start();
      await until("the first transaction is written", written);
      running.signal(name);
      const ended = await running.ended;
      if (name === "SIGINT") {
        expect(ended).toMatchObject({ code: 130, stderr: expect.stringContaining("Run it again to go on") });
        expect(JSON.parse(ended.stdout).data).toMatchObject({ interrupted: true });
      } else expect(ended).toMatchObject({ code: null, signal: "SIGKILL" });
      const [{ n, times } = {}] = (await everything(space.db)).pulls;
      expect(n).toBeGreaterThanOrEqual(200);
      expect(n).toBeLessThan(1600);
      expect(times).toBe(n);
      expect(await run({ repo: large.folder })).toMatchObject({ known: n, interrupted: false });
      const whole = workspace();
      await skypilot(readConfig({ GPUTAPE_DB: whole.db }), clock, { json: true, repo: large.folder });
      expect(await everything(space.db)).toEqual(await everything(whole.db));
      whole.remove();
    },
  );
});
