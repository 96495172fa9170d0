import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dryRunText } from "../../src/cli/dry-run-text.ts";
import { importDryRun } from "../../src/cli/import-dry-run.ts";
import { readConfig } from "../../src/config.ts";
import { openTape } from "../../src/store/tape.ts";
import { type Importer, importedAt, openImporter } from "../helpers/import.ts";

let to: Importer;
beforeEach(async () => {
  to = await openImporter();
});
afterEach(() => to.close());

const file = `timestamp,provider,gpu_type,gpu_count,price_per_hour,note
2026-01-01T00:00:00Z,Lambda Labs,H100 SXM,8,24,x
2026-01-01T00:00:00Z,lambda,XPU 9000,1,1,
2026-01-01T00:00:00Z,lambda,H100 SXM,1,free,`;

describe("import --dry-run", () => {
  it("says what it understood and makes no tape", async () => {
    const path = to.write("prices.csv", file);
    const db = path.replace("prices.csv", "tape.duckdb");
    const config = readConfig({ GPUTAPE_DB: db }, []);
    const run = await importDryRun(config, () => importedAt, [path], { dryRun: true, json: true });
    expect(run).toMatchObject({
      ...{ dry_run: true, rows: 3, kept: 2, rejects: 1, reject_reasons: { bad_price: 1 } },
      columns: { timestamp: "observed_at", gpu_type: "gpu_name", price_per_hour: "price_usd_hour" },
      ...{ unread_columns: ["note"], flags: { unknown_gpu: 1 } },
      gpus: [
        { gpu_raw: "XPU 9000", gpu: "unknown:XPU 9000", listings: 1 },
        { gpu_raw: "H100 SXM", gpu: "h100-sxm", listings: 1 },
      ],
    });
    expect(run.first_rows).toMatchObject([
      { provider: "lambda", gpu: "h100-sxm", gpus: 8, usd_per_gpu_hour: 3, price_raw: 24 },
      { provider: "lambda", gpu: "unknown:XPU 9000", flags: "unknown_gpu" },
    ]);
    expect(JSON.parse(run.examples[0]!.raw)).toMatchObject({ price_per_hour: "free", "@row": 3, "@line": 4 });
    expect(existsSync(db)).toBe(false);
    const text = dryRunText(run);
    expect(text).toMatch(/3 rows = 2 kept \+ 1 rejects/);
    expect(text).toMatch(/Not read: note/);
    expect(text).toMatch(/bad_price 1: \{"timestamp"/);
    expect(text).toMatch(/Nothing was written\.$/);
  });

  it("takes reference rates from the tape beside it, and says where there is none", async () => {
    const path = to.write("eur.csv", "date,provider,gpu,price_eur_hour\n2026-01-01,ovh,L4,2");
    const db = path.replace("eur.csv", "tape.duckdb");
    const config = readConfig({ GPUTAPE_DB: db }, []);
    const run = () => importDryRun(config, () => importedAt, [path], { dryRun: true, json: true });
    const without = await run();
    expect(without).toMatchObject({ kept: 0, reject_reasons: { no_fx_rate: 1 } });
    expect(dryRunText(without)).toMatch(
      /no_fx_rate: the tape has no rate .*; gputape collect ecb gets those/,
    );
    const tape = await openTape(db, { clock: () => importedAt, describe: () => null });
    await tape.database.writer.run("insert into fx_rates values ('2026-01-01', 'USD', 1.25, '2026-01-01')");
    await tape.close();
    const converted = await run();
    expect(converted).toMatchObject({ kept: 1, first_rows: [{ usd_per_gpu_hour: 2.5, price_raw: 2 }] });
  });
});
