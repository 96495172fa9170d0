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
import { type Progress, progressBar } from "./progress.ts";
import { findRunning } from "./running.ts";
import type { Service } from "./service.ts";
import { importThrough } from "./writes.ts";

/** First listings that a dry run shows. */
const mostRows = 10;

/** What an import would do; `ticks` counts as on an empty tape. */
export interface DryRun extends ImportResult, ImportPreview {
  readonly dry_run: true;
}

/**
 * Reads files as import does and says what it understood. Writes nothing. Reference rates are those of the tape: of the server
 * that has it open, which then reads the files, else of the file where there is one that no process holds.
 */
export const importDryRun = async (
  config: Config,
  clock: Clock,
  files: readonly string[],
  flags: ImportFlags,
): Promise<DryRun> => {
  const running = findRunning(config.db);
  if (running !== null) return importThrough(running, files, flags);
  const bar = progressBar(flags.json ?? false);
  try {
    return await dryRun(
      { config, reference: await loadReference(), clock },
      files,
      flags,
      bar,
      ratesBeside(config),
    );
  } finally {
    bar.stop();
  }
};

/** Reads files into a tape in memory. */
export const dryRun = async (
  { config, reference, clock }: Pick<Service, "config" | "reference" | "clock">,
  files: readonly string[],
  flags: ImportFlags,
  bar: Progress,
  rates: ImportTools["rates"],
): Promise<DryRun> => {
  const options = importOptions(flags, clock);
  const tape = await openTape(":memory:", {
    ...{ clock, describe: () => null, threads: config.threads, memoryLimit: importMemory },
  });
  try {
    const result = await importInto({ tape, reference, clock }, files, options, bar, rates);
    return { dry_run: true, ...result, ...(await readPreview(tape.database, mostRows)) };
  } finally {
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
