import { existsSync } from "node:fs";
import type { Config } from "../config.ts";
import type { Clock } from "../domain/time.ts";
import { loadReference } from "../reference.ts";
import { openDatabase } from "../store/database.ts";
import type { ImportResult, ImportTools } from "../store/import-file.ts";
import { type ImportPreview, readPreview } from "../store/import-preview.ts";
import { readRates } from "../store/read-pulls.ts";
import { openTape } from "../store/tape.ts";
import { type ImportFlags, importInto, importMemory, importOptions } from "./import-into.ts";
import { progressBar } from "./progress.ts";

/** First listings that a dry run shows. */
const mostRows = 10;

/** What an import would do; `ticks` counts as on an empty tape. */
export interface DryRun extends ImportResult, ImportPreview {
  readonly dry_run: true;
}

/**
 * Reads files as import does, into a tape in memory, and says what it understood. Writes nothing; the tape is opened
 * only for its reference rates, and only where there is one that no process holds.
 */
export const importDryRun = async (
  config: Config,
  clock: Clock,
  files: readonly string[],
  flags: ImportFlags,
): Promise<DryRun> => {
  const options = importOptions(flags, clock);
  const bar = progressBar(flags.json ?? false);
  const tape = await openTape(":memory:", {
    ...{ clock, describe: () => null, threads: config.threads, memoryLimit: importMemory },
  });
  try {
    const service = { tape, reference: await loadReference(), clock };
    const result = await importInto(service, files, options, bar, ratesBeside(config));
    return { dry_run: true, ...result, ...(await readPreview(tape.database, mostRows)) };
  } finally {
    bar.stop();
    await tape.close();
  }
};

/** Rates of the tape beside which a dry run stands; none where it cannot be opened. */
const ratesBeside =
  ({ db, threads }: Config): ImportTools["rates"] =>
  async (from, to) => {
    if (!existsSync(db)) return [];
    const beside = await openDatabase(db, { readOnly: true, threads }).catch(() => null);
    if (beside === null) return [];
    try {
      return await readRates(beside, from, to);
    } finally {
      await beside.close();
    }
  };
