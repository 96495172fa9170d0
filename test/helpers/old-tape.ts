import { readdirSync, readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Database, rows } from "../../src/store/database.ts";

const migrations = new URL("../../src/store/migrations/", import.meta.url);

/** An empty tape as the program made it before records were linked, with what `fill` does to it. */
export const makeOldTape = async (path: string, fill?: string): Promise<void> => {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run("create table migrations (name varchar not null, applied_at timestamp not null)");
  for (const name of readdirSync(migrations).sort()) {
    if (name >= "005") continue;
    await connection.run(readFileSync(new URL(name, migrations), "utf8"));
    await connection.run("insert into migrations values ($name, now()::timestamp)", { name });
  }
  if (fill !== undefined) await connection.run(fill);
  connection.closeSync();
  instance.closeSync();
};

/** An old tape of all that a tape of today holds and an old one can. */
export const copyAsOld = async ({ writer }: Database, path: string): Promise<void> => {
  await makeOldTape(path);
  await writer.run(`attach '${path}' as old`);
  const tables = await rows(
    writer,
    `select table_name as name, string_agg(column_name, ', ') as columns
     from duckdb_columns() join duckdb_tables() using (database_name, table_name)
     where database_name = 'old' and table_name <> 'migrations' group by table_name`,
  );
  for (const { name, columns } of tables)
    await writer.run(`insert into old.${name} (${columns}) select ${columns} from main.${name}`);
  await writer.run("detach old");
};
