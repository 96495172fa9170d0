import { readdirSync, readFileSync } from "node:fs";
import { chainRecord } from "./chain-record.ts";
import { rows, transaction } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";

const folder = new URL("./migrations/", import.meta.url);

/** What a migration does beside its SQL, in the same transaction. */
const beside: Readonly<Record<string, (connection: DuckDBConnection) => Promise<void>>> = {
  "005-index-chain.sql": (connection) => chainRecord(connection),
};

/** Applies the migrations that a tape lacks, each in one transaction. */
export const migrate = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run(
    "create table if not exists migrations (name varchar not null, applied_at timestamp not null)",
  );
  for (const name of await missingMigrations(connection)) {
    await transaction(connection, async () => {
      await connection.run(sqlOf(name));
      await beside[name]?.(connection);
      await connection.run("insert into migrations values ($name, now()::timestamp)", { name });
    });
  }
};

/** Whether a tape lacks migrations; what is no tape does not. */
export const isBehind = async (connection: DuckDBConnection): Promise<boolean> => {
  const tables = "select 1 from duckdb_tables() where table_name = 'migrations'";
  return (await rows(connection, tables)).length > 0 && (await missingMigrations(connection)).length > 0;
};

/** The text of a migration. */
export const sqlOf = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** Names of the migrations that are not in the table of those applied, in their order. */
export const missingMigrations = async (
  connection: DuckDBConnection,
  table = "migrations",
): Promise<string[]> => {
  const found = await rows(connection, `select name from ${table}`);
  const done = new Set(found.map(({ name }) => name as string));
  return readdirSync(folder)
    .sort()
    .filter((name) => name.endsWith(".sql") && !done.has(name));
};
