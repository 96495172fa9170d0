import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importTools } from "../../src/cli/import-into.ts";
import type { Instant } from "../../src/domain/time.ts";
import { loadReference } from "../../src/reference.ts";
import { type Row, rows } from "../../src/store/database.ts";
import type { ImportOptions, ImportResult } from "../../src/store/import-file.ts";
import { openTape, type Tape } from "../../src/store/tape.ts";

/** The time at which all test imports are run. */
export const importedAt = Date.UTC(2026, 8, 1);

export interface Importer {
  readonly tape: Tape;
  /** Writes the lines as a file and imports it; the first line is the header. */
  readonly lines: (text: string, options?: ImportOptions, name?: string) => Promise<ImportResult>;
  readonly file: (path: string | readonly string[], options?: ImportOptions) => Promise<ImportResult>;
  readonly write: (name: string, text: string | Uint8Array) => string;
  readonly query: (sql: string) => Promise<Row[]>;
  readonly close: () => Promise<void>;
}

/** A tape in memory that files can be imported into, beside a folder for them. */
export const openImporter = async (now: Instant = importedAt): Promise<Importer> => {
  const folder = mkdtempSync(join(tmpdir(), "gputape-import-"));
  const reference = await loadReference();
  const tape = await openTape(":memory:", { clock: () => now, describe: () => null, memoryLimit: "900MB" });
  const tools = { ...importTools(reference, tape.database), now, progress: () => undefined };
  const write = (name: string, text: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const file = (path: string | readonly string[], options?: ImportOptions) =>
    tape.import(path, tools, options);
  return {
    tape,
    file,
    write,
    lines: (text, options, name = "prices.csv") => file(write(name, `${text.trim()}\n`), options),
    query: (sql) => rows(tape.database.reader, sql),
    close: async () => {
      await tape.close();
      rmSync(folder, { recursive: true });
    },
  };
};
