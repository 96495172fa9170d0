import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { AppError, badInput } from "../errors.ts";
import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";

/** Ends of names that import reads, each also packed (.gz) but for Parquet. */
const kinds = {
  ".parquet": "parquet",
  ".csv": "csv",
  ".tsv": "csv",
  ".json": "json",
  ".jsonl": "lines",
  ".ndjson": "lines",
} as const;

export type FileKind = (typeof kinds)[keyof typeof kinds];

/** A file of an import. */
export interface ImportedFile {
  readonly no: number;
  readonly path: string;
  readonly kind: FileKind;
  /** What a pull keeps of it: name, hash and size as JSON. */
  readonly payload: string;
  /** Lines of a text that is not packed, one that ends without a line break included; else null. */
  readonly lines: number | null;
}

export interface FoundFiles {
  readonly files: readonly ImportedFile[];
  /** Files of a folder or pattern that are of no kind that import reads. */
  readonly skipped: readonly string[];
}

const allowed = [".csv", ".csv.gz", ".tsv", ".json", ".json.gz", ".jsonl", ".ndjson", ".parquet"];

const kindOf = (path: string): FileKind | null => {
  const end = /\.[a-z]+$/.exec(path.toLowerCase().replace(/(?<!\.parquet)\.gz$/, ""))?.[0];
  return kinds[end as keyof typeof kinds] ?? null;
};

/**
 * The files that arguments name: a file itself, a folder all that lies below it, a pattern (`*`, `**`, `?`) all that
 * fits; each once, in order. Throws `not_found` for what is not there and `bad_input` for a file of no known kind.
 */
export const findFiles = async (
  connection: DuckDBConnection,
  given: readonly string[],
): Promise<FoundFiles> => {
  const paths = new Set<string>();
  const skipped: string[] = [];
  for (const path of given) {
    const several = await below(connection, path);
    for (const each of several ?? [path]) {
      if (kindOf(each) !== null) paths.add(each);
      else if (several === null)
        throw badInput("FILE", `${each} is neither ${allowed.slice(0, -1).join(", ")} nor .parquet`, allowed);
      else skipped.push(each);
    }
    if (several?.every((each) => kindOf(each) === null))
      throw badInput("FILE", `${path} holds no file that import reads (${allowed.join(", ")})`, allowed);
  }
  const files: ImportedFile[] = [];
  for (const path of paths)
    files.push({ no: files.length, path, kind: kindOf(path)!, ...(await payloadOf(path)) });
  return { files, skipped };
};

/** What a folder or a pattern stands for; null for a file. */
const below = async (connection: DuckDBConnection, path: string): Promise<string[] | null> => {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (!isFolder && existsSync(path)) return null;
  if (!isFolder && !/[*?[]/.test(path)) throw new AppError("not_found", `FILE: there is no file ${path}`);
  // A folder is searched as a pattern, so signs of patterns in its own name stand for themselves.
  const pattern = isFolder ? join(path.replace(/[*?[]/g, "[$&]"), "**") : path;
  const found = await rows(connection, "select file from glob($pattern) order by file", { pattern });
  const files = found.map(({ file }) => file as string).filter((file) => statSync(file).isFile());
  if (files.length > 0) return files;
  if (isFolder) throw badInput("FILE", `${path} is a folder without files`);
  throw new AppError("not_found", `FILE: no file fits ${path}`);
};

const newline = 10;

const payloadOf = async (path: string): Promise<Pick<ImportedFile, "payload" | "lines">> => {
  const hash = createHash("sha256");
  const isText = !/\.(gz|parquet)$/.test(path);
  let [lines, last] = [0, newline];
  for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(part);
    if (!isText) continue;
    for (let at = part.indexOf(newline); at >= 0; at = part.indexOf(newline, at + 1)) lines++;
    last = part.at(-1) ?? last;
  }
  const record = {
    name: basename(path),
    url: "file",
    sha256: hash.digest("hex"),
    bytes: statSync(path).size,
  };
  return { payload: JSON.stringify(record), lines: isText ? lines + (last === newline ? 0 : 1) : null };
};
