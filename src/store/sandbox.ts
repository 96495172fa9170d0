import { existsSync } from "node:fs";
import { AppError } from "../errors.ts";
import { translate } from "./database.ts";
import { DuckDBInstance, type Json } from "./duckdb.ts";

export interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly Record<string, Json>[];
  /** More rows were there than asked for. */
  readonly truncated: boolean;
}

export interface SqlLimits {
  readonly rows: number;
  readonly seconds: number;
  readonly memory: string;
}

/** A longer timer would fire at once. */
const longestTimer = 2 ** 31 - 1;

const settings = (memory: string) => ({
  access_mode: "READ_ONLY",
  threads: "2",
  memory_limit: memory,
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
});

/**
 * Runs a query over a tape opened read-only with no way out: no files, no network, no settings. Limited in rows,
 * time and memory. Throws `bad_input` with the engine's own words, `impossible` when it ran out of time.
 */
export const runSql = async (path: string, query: string, limits: SqlLimits): Promise<SqlAnswer> => {
  if (!existsSync(path))
    throw new AppError(
      "not_found",
      `no tape at ${path}; \`gputape start\`, \`collect\` or \`import\` makes one`,
    );
  const instance = await DuckDBInstance.create(path, settings(limits.memory)).catch((error: unknown) => {
    throw translate(error, path);
  });
  const connection = await instance.connect();
  const timer = setTimeout(() => connection.interrupt(), Math.min(limits.seconds * 1000, longestTimer));
  try {
    await connection.run("set timezone = 'UTC'");
    await connection.run("set enable_external_access = false");
    await connection.run("set lock_configuration = true");
    const result = await connection.stream(query);
    const names = result.deduplicatedColumnNames();
    const rows: Record<string, Json>[] = [];
    for await (const batch of result.yieldRowObjectJson()) {
      rows.push(...batch);
      if (rows.length > limits.rows) break;
    }
    return { columns: names, rows: rows.slice(0, limits.rows), truncated: rows.length > limits.rows };
  } catch (error) {
    throw sqlError(error, limits);
  } finally {
    clearTimeout(timer);
    connection.closeSync();
    instance.closeSync();
  }
};

const sqlError = (error: unknown, { seconds }: SqlLimits): AppError => {
  const text = error instanceof Error ? error.message : String(error);
  if (/interrupt/i.test(text))
    return new AppError("impossible", `QUERY: stopped after ${seconds} s; narrow it or raise --timeout`, {
      cause: error,
    });
  return new AppError("bad_input", `QUERY: ${text}`, { cause: error });
};
