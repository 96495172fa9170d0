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
import type { MethodologyVersion } from "../src/models/headline-rules.ts";
import { type Cell, cellsOverTime } from "../src/series/cells-over-time.ts";
import { sharedFile } from "./data.ts";

/** Instant, GPU and what version 2 of the methodology gives there, USD per GPU-hour. */
const known: readonly (readonly [at: string, gpu: string, usdPerGpuHour: number])[] = [
  ["2025-10-25T12:00:00Z", "h100", 2.12],
  ["2025-10-25T12:00:00Z", "a100", 1.65],
  ["2026-08-07T12:00:00Z", "a100-sxm-80gb", 2.03],
  ["2026-08-07T12:00:00Z", "a100", 1.8],
  ["2026-08-07T12:00:00Z", "h200", 4.22],
  ["2026-08-07T12:00:00Z", "h100", 3.2],
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
  let holds = true;
  for (const [time, gpu, expected] of known) {
    const at = parseInstant(time, "at");
    const cell: Cell = { gpus: new Set(reference.gpus.membersOf(gpu)), purchase: "on_demand" };
    for await (const { book } of cellsOverTime(tape, cell, { first: at, to: at, step: 1 }, Date.now())) {
      const { listings } = indexCell(book, cell.gpus, cell.purchase, at);
      const of = (version: MethodologyVersion) => headlineIndex(listings, version);
      const [one, two] = [of(1), of(2)];
      const all = new Set(listings.map(({ provider }) => provider)).size;
      const isClose = two.value !== null && Math.abs(two.value / expected - 1) <= closeTo;
      holds &&= isClose;
      console.log(
        time,
        gpu,
        one.value,
        one.reason,
        one.nProviders,
        two.value,
        two.reason,
        two.nProviders,
        all,
        expected,
        isClose,
      );
      for (const w of two.weights)
        console.log(
          "   ",
          w.provider,
          w.gpus,
          w.weight.toFixed(4),
          two.listings
            .filter((l) => l.listing.provider === w.provider)
            .map(
              (l) =>
                `${l.listing.usdPerGpuHour.toFixed(3)}x${l.listing.gpus}/${l.listing.freeGpus}@${(l.listing.part ?? 1).toFixed(2)}`,
            )
            .slice(0, 12)
            .join(" "),
        );
      console.log(
        "   out",
        two.excluded
          .map((e) => {
            const l = listings.find((x) => x.id === e.id)!;
            return `${l.provider} ${l.usdPerGpuHour} ${e.reason}`;
          })
          .slice(0, 8)
          .join("; "),
      );
    }
  }
  return holds;
};
