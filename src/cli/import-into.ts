import { judge } from "../collect/judge.ts";
import { type Clock, parseInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import type { ImportOptions, ImportResult } from "../store/import-file.ts";
import type { Progress } from "./progress.ts";
import type { Service } from "./service.ts";

export interface ImportFlags {
  readonly key?: string;
  readonly perGpu?: boolean;
  readonly complete?: boolean;
  readonly cap?: string;
  readonly recordedAt?: string;
  readonly json?: boolean;
}

/** Two and a half million rows stay under 1.5 GB with it. */
export const importMemory = "700MB";

/** What the flags say of a file. Throws `bad_input` naming the flag. */
export const importOptions = (
  { key, perGpu = false, complete = false, cap, recordedAt }: ImportFlags,
  clock: Clock,
): ImportOptions => ({
  perGpu,
  complete,
  ...(key === undefined ? {} : { key: key.split(",").map((name) => name.trim()) }),
  ...(cap === undefined ? {} : { cap: capOf(cap) }),
  ...(recordedAt === undefined
    ? {}
    : { recordedAt: recordedAt === "now" ? clock() : parseInstant(recordedAt, "--recorded-at") }),
});

const capOf = (text: string): number => {
  const cap = Number(text);
  if (!/^\d+$/.test(text) || cap < 1 || cap > 1_000_000)
    throw badInput("--cap", `"${text}" is not a whole number from 1 to 1000000`);
  return cap;
};

/** Reads tidy files into an open tape, one transaction a file. */
export const importInto = async (
  { tape, reference, clock }: Pick<Service, "tape" | "reference" | "clock">,
  files: readonly string[],
  options: ImportOptions,
  bar: Progress,
): Promise<ImportResult[]> => {
  const results: ImportResult[] = [];
  for (const [index, file] of files.entries()) {
    const tools = {
      judge: (draft: Parameters<typeof judge>[0], source: string, observedAt: number) =>
        judge(draft, { source, ...reference, rates: [], observedAt }),
      canonicalProvider: reference.providers.canonical,
      bandOf: reference.bands.of,
      now: clock(),
      progress: (step: string, done: number, of: number) =>
        bar.step(index * of + done, files.length * of, `${file}: ${step}`),
    };
    results.push(await tape.import(file, tools, options));
  }
  return results;
};
