import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openService } from "../src/cli/service.ts";
import { importFiles } from "../src/cli/writes.ts";
import { readConfig } from "../src/config.ts";
import { day } from "../src/domain/time.ts";
import { sharedFile } from "./data.ts";
import { type Figure, median, percentile } from "./report.ts";
import { seeded } from "./synthetic.ts";

const instants = 200;
const first = Date.UTC(2022, 11, 3);
const last = Date.UTC(2024, 3, 30);

const timed = async (job: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await job();
  return performance.now() - began;
};

/** Reads of the past over 1.16 million ticks: whole books, and one series over 90 days through the API. */
export const run = async (): Promise<Figure[]> => {
  const file = sharedFile("data/aws_spot_7h.parquet");
  if (!file) return [];
  const folder = mkdtempSync(join(tmpdir(), "gputape-bench-"));
  const config = readConfig({ GPUTAPE_DB: join(folder, "tape.duckdb"), GPUTAPE_LOG_LEVEL: "silent" });
  const clock = (): number => Date.now();
  const random = seeded(7);
  try {
    await importFiles(config, clock, [file], { json: true });
    const service = await openService({ config, clock });
    const app = await service.app();
    const at = (): number => first + Math.floor(random() * (last - first));

    const books: number[] = [];
    const asOf: number[] = [];
    for (let i = 0; i < instants; i++) {
      const instant = at();
      books.push(await timed(() => service.tape.bookAt({ at: instant })));
      asOf.push(await timed(() => service.tape.bookAt({ at: instant, asOf: instant })));
    }

    const listings = service.tape.catalog.byNo;
    const [ticks, daily]: [number[], number[]] = [[], []];
    for (let i = 0; i < instants; i++) {
      const { listingId } = listings[Math.floor(random() * listings.length)]!;
      const to = Math.max(first + 90 * day, at());
      const range = `from=${new Date(to - 90 * day).toISOString()}&to=${new Date(to).toISOString()}`;
      ticks.push(await timed(() => app.inject(`/v1/prices?listing_id=${listingId}&${range}&interval=tick`)));
      daily.push(
        await timed(() => app.inject(`/v1/prices?listing_id=${listingId}&${range}&interval=1d&stat=median`)),
      );
    }
    await service.close();
    const p95 = (name: string, sample: number[], limit: number): Figure => ({
      name,
      value: percentile(sample, 0.95),
      unit: "ms",
      limit,
      sense: "at most",
      note: `median ${median(sample).toFixed(1)} ms`,
    });
    return [
      p95("book at 200 random past instants, p95", books, 30),
      p95("the same as known then (as_of), p95", asOf, 30),
      p95("90 days of one series by tick through the API, p95", ticks, 10),
      p95("90 days of one series by day through the API, p95", daily, 10),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
