import { appendRows, createStage, type StageColumn } from "./append-rows.ts";
import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { writeHead } from "./index-head.ts";
import { type ChainLink, linksAfter, type RecordHead } from "./record-chain.ts";
import { recordColumns, recordOf } from "./record-row.ts";

export const linkColumns: readonly StageColumn<ChainLink>[] = [
  { name: "seq", type: "integer", of: ({ seq }) => seq },
  { name: "previous", type: "varchar", of: ({ previous }) => previous },
  { name: "hash", type: "varchar", of: ({ hash }) => hash },
];

const atOnce = 20_000;

/**
 * Links what was published before records were linked, in the order of its publication, in the transaction of the
 * caller. It is bound from then on; what was changed before nobody can tell.
 */
export const chainRecord = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run(
    `update index_values set seq = placed.seq from (
       select rowid as id, row_number() over (
         order by recorded_at, gpu, purchase, method, observed_at, vintage, rowid)::integer as seq
       from index_values) as placed
     where index_values.rowid = placed.id`,
  );
  await createStage(connection, "stage_links", linkColumns);
  let head: RecordHead | null = null;
  for (;;) {
    const links = await linksOfPart(connection, head);
    if (links.length === 0) break;
    await appendRows(connection, "stage_links", linkColumns, links);
    head = links.at(-1)!;
  }
  if (head === null) return;
  await connection.run(
    `update index_values set previous = stage_links.previous, hash = stage_links.hash
     from stage_links where index_values.seq = stage_links.seq`,
  );
  await writeHead(connection, head);
};

const linksOfPart = async (connection: DuckDBConnection, head: RecordHead | null): Promise<ChainLink[]> => {
  const from = head?.seq ?? 0;
  const found = await rows(
    connection,
    `select ${recordColumns} from index_values where seq > $from and seq <= $to order by seq`,
    { from, to: from + atOnce },
  );
  return linksAfter(head, found.map(recordOf));
};
