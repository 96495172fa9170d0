import { existsSync } from "node:fs";
import { badInput } from "../../errors.ts";
import { flagOf } from "../flag-name.ts";
import type { ImportFlags } from "../import-into.ts";
import type { Flag, Options } from "../reads/command.ts";

/** Flags of commands that can answer from files in place of a tape. */
export const inputFlags: readonly Flag[] = [
  ["--input <files>", "answer from these tidy files (comma list) and leave the tape alone"],
  ["--per-gpu", "with --input: prices are per GPU, not per instance"],
  ["--key <columns>", "with --input: identity columns in place of the usual ones"],
  ["--complete", "with --input: each pull shows its whole market"],
  ["--cap <n>", "with --input: the query behind the file shows at most n rows a GPU model"],
];

const onlyWithInput = ["perGpu", "key", "complete", "cap", "snapshots"] as const;

export interface InputRequest {
  readonly files: readonly string[];
  readonly importFlags: ImportFlags;
  /** The options without those of the files. */
  readonly options: Options;
}

/** The files a command shall answer from; null without `--input`. Throws `bad_input` for its flags without it. */
export const inputRequest = (given: Options): InputRequest | null => {
  const { input, perGpu, key, complete, cap, ...options } = given;
  if (input === undefined) {
    const lost = onlyWithInput.find((name) => given[name] !== undefined);
    if (lost) throw badInput(flagOf(lost), "says something of a file: give --input as well");
    return null;
  }
  const importFlags = {
    ...(perGpu === undefined ? {} : { perGpu: perGpu === true }),
    ...(key === undefined ? {} : { key: String(key) }),
    ...(complete === undefined ? {} : { complete: complete === true }),
    ...(cap === undefined ? {} : { cap: String(cap) }),
  };
  return { files: filesOf(String(input)), importFlags, options };
};

/** A file may have a comma in its name. */
const filesOf = (input: string): readonly string[] => {
  if (existsSync(input)) return [input];
  const files = input.split(",").flatMap((name) => name.trim() || []);
  if (files.length === 0) throw badInput("--input", `"${input}" names no file`);
  return files;
};
