import { resolve } from "node:path";
import type { Config } from "../config.ts";
import type { Clock } from "../domain/time.ts";
import type { ImportResult } from "../store/import-file.ts";
import { askRunning } from "./ask.ts";
import { type ImportFlags, importInto, importMemory, importOptions } from "./import-into.ts";
import { progressBar } from "./progress.ts";
import { findRunning, type Running } from "./running.ts";
import { openService } from "./service.ts";

/** Reads tidy files into the tape, as one import in one transaction. */
export const importFiles = async (
  config: Config,
  clock: Clock,
  files: readonly string[],
  flags: ImportFlags,
): Promise<ImportResult> => {
  const options = importOptions(flags, clock);
  const running = findRunning(config.db);
  if (running !== null) return importThrough(running, files, flags);
  const service = await openService({ config, clock, memoryLimit: importMemory });
  const bar = progressBar(flags.json ?? false);
  try {
    return await importInto(service, files, options, bar);
  } finally {
    bar.stop();
    await service.close();
  }
};

const importThrough = async (
  running: Running,
  files: readonly string[],
  { json, ...flags }: ImportFlags,
): Promise<ImportResult> => {
  const bar = progressBar(json ?? false);
  try {
    bar.step(0, 1, files.join(", "));
    const body = { files: files.map((file) => resolve(file)), flags };
    const { data } = await askRunning(running, { path: "/v1/admin/import", body });
    bar.step(1, 1, "done");
    return data as ImportResult;
  } finally {
    bar.stop();
  }
};
