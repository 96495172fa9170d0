import { isAbsolute, relative, resolve } from "node:path";
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

/** Has a running server read the files; paths of the answer are as those that were given. */
export const importThrough = async <T extends ImportResult>(
  running: Running,
  files: readonly string[],
  { json, ...flags }: ImportFlags,
): Promise<T> => {
  const bar = progressBar(json ?? false);
  try {
    bar.step(0, 1, files.join(", "));
    const body = { files: files.map((file) => resolve(file)), flags };
    const { data } = await askRunning(running, { path: "/v1/admin/import", body });
    bar.step(1, 1, "done");
    return pathsAsGiven(data as T, files);
  } finally {
    bar.stop();
  }
};

const pathsAsGiven = <T extends ImportResult>(result: T, given: readonly string[]): T => {
  const shown = (path: string): string => (given.some(isAbsolute) ? path : relative(process.cwd(), path));
  return {
    ...result,
    file: given.join(", "),
    files: result.files.map((each) => ({ ...each, file: shown(each.file) })),
    skipped_files: result.skipped_files.map(shown),
  };
};
