import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { openService, type Service } from "../src/cli/service.ts";
import { readConfig } from "../src/config.ts";
import { parseInstant } from "../src/domain/time.ts";
import { indexCell } from "../src/models/cell.ts";
import { headlineIndex } from "../src/models/headline-index.ts";
import { lowerWeightedMedian } from "../src/models/weighted-median.ts";
import { type Cell, cellsOverTime } from "../src/series/cells-over-time.ts";
import { sharedFile } from "./data.ts";

interface Known {
  readonly at: string;
  readonly gpu: string;
  /** Version 1, USD per GPU-hour; null: too few providers are left. */
  readonly one: number | null;
  /** Version 2 but with the lower price at an exact half, and version 2. */
  readonly lower: number;
  readonly two: number;
}

const october = "2025-10-25T12:00:00Z";
const august = "2026-08-07T12:00:00Z";
const known: readonly Known[] = [
  { at: october, gpu: "h100", one: null, lower: 2.12, two: 2.12 },
  { at: october, gpu: "a100", one: null, lower: 1.65, two: 1.65 },
  { at: august, gpu: "a100-sxm-80gb", one: 3.928, lower: 1.8, two: 2.03 },
  { at: august, gpu: "a100", one: 3.4, lower: 1.8, two: 1.893 },
  { at: august, gpu: "h200", one: 5.99, lower: 4.22, two: 4.22 },
  { at: august, gpu: "h100", one: 3.19, lower: 3.2, two: 3.2 },
];
/** How far a value may lie from what is known, as a share of it. */
const closeTo = 0.01;

const program = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** The index of six cells of the past by both versions of the methodology, from files of three publishers. */
export const run = async (): Promise<boolean> => {
  const files = ["list_prices_daily", "aggregator_30min", "gcp_weekly"].map((name) =>
    sharedFile(`data/${name}.parquet`),
  );
  const [lists, aggregator, gcp] = files;
  if (!lists || !aggregator || !gcp) return true;
  const folder = mkdtempSync(join(tmpdir(), "gputape-versions-"));
  try {
    const db = join(folder, "tape.duckdb");
    const providers = join(folder, "aggregator_30min.parquet");
    await onlyProviders(aggregator, providers);
    gputape(db, "collect", "list-prices");
    gputape(db, "import", lists, "--per-gpu", "--complete");
    gputape(db, "import", providers, "--per-gpu");
    gputape(db, "import", gcp);
    return await withTape(db, table);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const gputape = (db: string, ...words: readonly string[]): void => {
  execFileSync(process.execPath, [program, ...words, "--db", db, "--json"], { stdio: "ignore" });
};

/** The rows of the aggregator that are prices of providers, per GPU; the others are statistics and totals. */
const onlyProviders = async (file: string, target: string): Promise<void> => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `copy (select * from read_parquet('${file}') where scope = 'provider') to '${target}' (format parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
};

const withTape = async <T>(db: string, use: (service: Service) => Promise<T>): Promise<T> => {
  const config = readConfig({ GPUTAPE_DB: db, GPUTAPE_LOG_LEVEL: "silent" });
  const service = await openService({ config, clock: Date.now, readOnly: true });
  try {
    return await use(service);
  } finally {
    await service.close();
  }
};

const table = async ({ tape, reference }: Service): Promise<boolean> => {
  print(["at", "gpu", "version 1", "lower at half", "version 2", "providers"]);
  let holds = true;
  for (const expected of known) {
    const at = parseInstant(expected.at, "at");
    const cell: Cell = {
      gpus: new Set(reference.gpus.membersOf(expected.gpu)),
      purchase: "on_demand",
    };
    for await (const { book } of cellsOverTime(tape, cell, { first: at, to: at, step: 1 }, Date.now())) {
      const { listings } = indexCell(book, cell.gpus, cell.purchase, at);
      const [one, two] = [headlineIndex(listings, 1), headlineIndex(listings, 2)];
      const lower = lowerWeightedMedian(
        two.listings.map(({ listing: { usdPerGpuHour }, weight }) => ({ value: usdPerGpuHour, weight })),
      );
      const isKnown =
        isClose(one.value, expected.one) &&
        isClose(lower, expected.lower) &&
        isClose(two.value, expected.two);
      holds &&= isKnown;
      const all = new Set(listings.map(({ provider }) => provider)).size;
      print([
        ...[expected.at, expected.gpu, usd(one.value), usd(lower), usd(two.value)],
        `${one.nProviders} and ${two.nProviders} of ${all}${isKnown ? "" : "  MISS"}`,
      ]);
    }
  }
  return holds;
};

const isClose = (value: number | null, expected: number | null): boolean =>
  value === null || expected === null ? value === expected : Math.abs(value / expected - 1) <= closeTo;

const usd = (value: number | null): string => (value === null ? "null" : value.toFixed(3));

const print = (cells: readonly string[]): void => {
  process.stdout.write(`${cells.map((cell, i) => cell.padEnd(i === 0 ? 22 : 15)).join("")}\n`);
};
