import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../config.ts";
import type { Book } from "../../domain/book.ts";
import type { Offer } from "../../domain/offer.ts";
import type { Clock, Instant } from "../../domain/time.ts";
import { AppError, badInput } from "../../errors.ts";
import type { Reference } from "../../reference.ts";
import type { ImportResult } from "../../store/import-file.ts";
import { readPullTimes } from "../../store/read-pull-times.ts";
import { type Answer, askApp, type Question } from "../ask.ts";
import { type ImportFlags, importInto, importMemory, importOptions } from "../import-into.ts";
import { type Progress, progressBar } from "../progress.ts";
import { openService } from "../service.ts";

/** A tape that holds files and nothing else, for as long as a command answers. */
export interface InputTape {
  readonly result: ImportResult;
  /** Pull times, oldest first; never empty. */
  readonly times: readonly Instant[];
  /** Every listing the files ever showed. */
  readonly listings: readonly Offer[];
  readonly reference: Reference;
  readonly bookAt: (at: Instant) => Promise<Book>;
  readonly ask: (question: Question) => Promise<Answer>;
  readonly progress: Progress["step"];
}

export interface InputFiles {
  readonly files: readonly string[];
  readonly importFlags: ImportFlags;
  readonly quiet: boolean;
}

/** Imports files into a tape in a folder of its own, answers from it, and removes it whatever happens. */
export const withInputTape = async <T>(
  config: Config,
  clock: Clock,
  { files, importFlags, quiet }: InputFiles,
  use: (tape: InputTape) => Promise<T>,
): Promise<T> => {
  const options = importOptions(importFlags, clock);
  const folder = mkdtempSync(join(tmpdir(), "gputape-input-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const onSignal = (): void => {
    remove();
    process.exit(130);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, onSignal);
  const bar = progressBar(quiet);
  try {
    const own = { db: join(folder, "tape.duckdb"), archive: join(folder, "archive"), logLevel: "silent" };
    const service = await openService({ config: { ...config, ...own }, clock, memoryLimit: importMemory });
    try {
      const result = await importInto(service, files, options, bar).catch(nameFlag);
      const times = await readPullTimes(service.tape.database);
      if (times.length === 0) throw nothingIn(result);
      const app = await service.app();
      return await use({
        result,
        times,
        listings: service.tape.catalog.byNo.map(({ offer }) => offer),
        reference: service.reference,
        bookAt: (at) => service.tape.bookAt({ at }),
        ask: (question) => askApp(app, question),
        progress: bar.step,
      });
    } finally {
      await service.close();
    }
  } finally {
    bar.stop();
    for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, onSignal);
    remove();
  }
};

/** Import speaks of FILE; here it is what --input names. */
const nameFlag = (error: unknown): never => {
  if (!(error instanceof AppError) || !error.message.startsWith("FILE: ")) throw error;
  throw new AppError(error.code, error.message.replace("FILE: ", "--input: "), {
    details: error.details,
    cause: error,
  });
};

const nothingIn = ({ file, reject_reasons: found }: ImportResult): AppError => {
  const reasons = Object.entries(found);
  const why = reasons.length === 0 ? "it has no rows" : reasons.map(([name, n]) => `${name} ${n}`).join(", ");
  return badInput("--input", `${file} holds no row that can be used: ${why}`);
};
