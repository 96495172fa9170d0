import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { badInput } from "../errors.ts";
import { runSql, type SqlAnswer } from "../store/sandbox.ts";
import { askRunning } from "./ask.ts";
import { findRunning } from "./running.ts";

export interface SqlFlags {
  readonly limit?: string;
  readonly timeout?: string;
}

/**
 * Asks the tape in SQL; beside a server that has it open, a copy of it as of the last transaction. Throws `bad_input`
 * naming the flag, or with the engine's words on the query.
 */
export const sql = async (
  config: Config,
  query: string,
  { limit = "10000", timeout = "60" }: SqlFlags,
): Promise<SqlAnswer> => {
  const [rows, seconds] = [Number(limit), Number(timeout)];
  if (!Number.isInteger(rows) || rows < 1)
    throw badInput("--limit", `"${limit}" is not a whole number from 1`);
  if (!(seconds > 0)) throw badInput("--timeout", `"${timeout}" is not a number of seconds`);
  const limits = { rows, seconds, memory: config.memoryLimit };
  const running = findRunning(config.db);
  if (running === null) return runSql(config.db, query, limits);
  const folder = mkdtempSync(join(tmpdir(), "gputape-sql-"));
  try {
    const into = join(folder, "tape.duckdb");
    await askRunning(running, { path: "/v1/admin/copy", body: { into } });
    return await runSql(into, query, limits);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
