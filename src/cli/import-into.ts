import { judge } from "../collect/judge.ts";
import { readProviderName } from "../domain/provider-name.ts";
import { type Clock, parseInstant } from "../domain/time.ts";
import { vramOfOne } from "../domain/vram-of-one.ts";
import { badInput } from "../errors.ts";
import type { Reference } from "../reference.ts";
import type { Database } from "../store/database.ts";
import type { ImportOptions, ImportResult, ImportTools } from "../store/import-file.ts";
import { readRates } from "../store/read-pulls.ts";
import type { Tape } from "../store/tape.ts";
import { gpusOfInstance } from "./gpus-of-instance.ts";
import type { Progress } from "./progress.ts";

export interface ImportFlags {
  readonly key?: string;
  readonly map?: readonly string[];
  readonly perGpu?: boolean;
  readonly complete?: boolean;
  readonly cap?: string;
  readonly recordedAt?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Two and a half million rows stay under 1.5 GB with it. */
export const importMemory = "700MB";

/** What the flags say of a file. Throws `bad_input` naming the flag. */
export const importOptions = (
  { key, map, perGpu = false, complete = false, cap, recordedAt }: ImportFlags,
  clock: Clock,
): ImportOptions => ({
  perGpu,
  complete,
  ...(key === undefined ? {} : { key: key.split(",").map((name) => name.trim()) }),
  ...(map === undefined
    ? {}
    : { map: Object.fromEntries(map.flatMap((text) => text.split(",")).map(pairOf)) }),
  ...(cap === undefined ? {} : { cap: capOf(cap) }),
  ...(recordedAt === undefined
    ? {}
    : { recordedAt: recordedAt === "now" ? clock() : parseInstant(recordedAt, "--recorded-at") }),
});

const pairOf = (text: string): [theirs: string, ours: string] => {
  const at = text.lastIndexOf("=");
  if (at < 1) throw badInput("--map", `"${text}" is not theirs=ours, for example price_eur=price_usd_hour`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
};

const capOf = (text: string): number => {
  const cap = Number(text);
  if (!/^\d+$/.test(text) || cap < 1 || cap > 1_000_000)
    throw badInput("--cap", `"${text}" is not a whole number from 1 to 1000000`);
  return cap;
};

/** What import needs to know of the world: the tables of data/ and the rates on the tape. */
export const importTools = (
  reference: Reference,
  database: Database,
): Omit<ImportTools, "now" | "progress"> => ({
  judge: (draft, source, observedAt) => judge(draft, { source, ...reference, rates: [], observedAt }),
  providerOf: (name) => readProviderName(name, reference.providers),
  gpusOfInstance,
  vramOfOne: (query, gpus) => vramOfOne(query, gpus, reference.gpus),
  bandOf: reference.bands.of,
  rates: (from, to) => readRates(database, from, to),
});

/** Reads tidy files into an open tape, as one import in one transaction; `rates` in place of those on the tape. */
export const importInto = (
  { tape, reference, clock }: { readonly tape: Tape; readonly reference: Reference; readonly clock: Clock },
  files: readonly string[],
  options: ImportOptions,
  bar: Progress,
  rates?: ImportTools["rates"],
): Promise<ImportResult> => {
  const what = files.length === 1 ? files[0]! : `${files.length} files`;
  return tape.import(
    files,
    {
      ...importTools(reference, tape.database),
      ...(rates === undefined ? {} : { rates }),
      now: clock(),
      progress: (step, done, of) => bar.step(done, of, `${what}: ${step}`),
    },
    options,
  );
};
