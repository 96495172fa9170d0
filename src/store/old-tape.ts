import { rows } from "./database.ts";
import { type DuckDBConnection, DuckDBInstance } from "./duckdb.ts";
import { migrate, missingMigrations, sqlOf } from "./migrate.ts";

/**
 * A tape that lacks migrations, brought up to date in memory and left as it is on disk: its tables as views, but those
 * that a missing migration changes as copies.
 */
export const openOldTape = async (
  path: string,
  settings: Record<string, string>,
): Promise<DuckDBInstance> => {
  const instance = await DuckDBInstance.create(":memory:", settings);
  try {
    const connection = await instance.connect();
    await connection.run(`attach '${path.replaceAll("'", "''")}' as old (read_only)`);
    await copyOf(connection);
    await migrate(connection);
    connection.closeSync();
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
};

const copyOf = async (connection: DuckDBConnection): Promise<void> => {
  const names = async (sql: string): Promise<string[]> =>
    (await rows(connection, sql)).map(({ name }) => name as string);
  const missing = await missingMigrations(connection, "old.migrations");
  const changed = new Set(["migrations", ...missing.map(sqlOf).flatMap(changedTables)]);
  for (const table of await names(
    "select table_name as name from duckdb_tables() where database_name = 'old'",
  ))
    await connection.run(`create ${changed.has(table) ? "table" : "view"} ${table} as from old.${table}`);
  const views = "select sql as name from duckdb_views() where database_name = 'old' and not internal";
  for (const view of await names(views)) await connection.run(view);
};

const changedTables = (sql: string): string[] =>
  [...sql.matchAll(/^(?:alter table|update|insert into|delete from) (\w+)/gim)].map(([, table]) => table!);
