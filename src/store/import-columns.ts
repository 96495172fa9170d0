import { extname } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { badInput } from "../errors.ts";
import { rows } from "./database.ts";

/** The file as a table function. Throws `bad_input` for what is neither CSV nor Parquet. */
export const readerOf = (file: string): string => {
  const quoted = `'${file.replaceAll("'", "''")}'`;
  const extension = extname(file.replace(/\.gz$/, "")).toLowerCase();
  if (extension === ".parquet") return `read_parquet(${quoted})`;
  if (extension === ".csv" || extension === ".tsv") return `read_csv(${quoted})`;
  throw badInput("FILE", `${file} is neither .csv (or .csv.gz) nor .parquet`, [
    ".csv",
    ".csv.gz",
    ".parquet",
  ]);
};

/** The columns of a file. Throws `bad_input` naming what it lacks, of what import and the key need, and what it has. */
export const columnsOf = async (
  connection: DuckDBConnection,
  file: string,
  key: readonly string[] = [],
): Promise<ReadonlySet<string>> => {
  const described = await rows(connection, `describe select * from ${readerOf(file)}`);
  const columns = new Set(described.map((row) => row.column_name as string));
  const missing = ["observed_at", "provider", "gpu_name"].filter((name) => !columns.has(name));
  if (!columns.has("price_usd_hour") && !columns.has("spot_price_usd_hour")) missing.push("price_usd_hour");
  if (missing.length > 0) {
    throw badInput(
      "FILE",
      `${file} lacks the column${missing.length > 1 ? "s" : ""} ${missing.join(", ")}; it has ${[...columns].join(", ")}`,
    );
  }
  const strange = key.filter((name) => !columns.has(name));
  if (strange.length > 0) {
    throw badInput(
      "--key",
      `${file} has no column ${strange.map((name) => `"${name}"`).join(", ")}; it has ${[...columns].join(", ")}`,
      [...columns],
    );
  }
  return columns;
};
