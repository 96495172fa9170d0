import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import type { RecordHead } from "./record-chain.ts";

/** The end of the record as it was noted when it was written; null before the first publication. */
export const readHead = async (connection: DuckDBConnection): Promise<RecordHead | null> => {
  const [row] = await rows(connection, "select seq, hash from index_head order by seq desc limit 1");
  return row === undefined ? null : { seq: row.seq as number, hash: row.hash as string };
};

/** Notes the end of the record in place of the one before, in the transaction of the caller. */
export const writeHead = async (connection: DuckDBConnection, { seq, hash }: RecordHead): Promise<void> => {
  await connection.run("delete from index_head");
  await connection.run("insert into index_head values ($seq::integer, $hash)", { seq, hash });
};
