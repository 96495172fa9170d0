import { type Database, type Row, rows } from "./database.ts";
import { readHead } from "./index-head.ts";
import { conditionOf, type RecordFilter } from "./read-index-record.ts";
import type { ChainedValue, RecordHead } from "./record-chain.ts";
import { recordColumns, recordOf } from "./record-row.ts";

/** A record with the one that stands before it, whatever it says of it. */
export interface PlacedRecord extends ChainedValue {
  readonly before: RecordHead | null;
}

/** Places in the record: after the first, up to and with the second. */
export interface RecordPart {
  readonly after: number;
  readonly to: number;
}

const beforeAll = -(2 ** 31);

/** The record after a place (default all of it) in parts of about so many records. */
export const readRecordParts = async (
  { scanner }: Database,
  size: number,
  after = beforeAll,
): Promise<RecordPart[]> => {
  const found = await rows(
    scanner,
    `select distinct seq from (
       select seq, row_number() over (order by seq) as n, count(*) over () as records
       from index_values where seq > $after::integer)
     where n % $size::integer = 0 or n = records order by seq`,
    { size, after },
  );
  const ends = found.map(({ seq }) => seq as number);
  return ends.map((to, i) => ({ after: ends[i - 1] ?? after, to }));
};

/**
 * The records of a part in their order: those that the filter asks for, and any whose place or link does not fit what
 * stands before it.
 */
export const readRecordPart = async (
  { scanner }: Database,
  { after, to }: RecordPart,
  filter: RecordFilter,
): Promise<PlacedRecord[]> => {
  const { condition, parameters } = conditionOf(filter);
  const found = await rows(
    scanner,
    `with placed as (
       select *, lag(seq) over place as seq_before, lag(hash) over place as hash_before from index_values
       where seq <= $last::integer
         and seq >= (select coalesce(max(seq), $after::integer) from index_values where seq <= $after::integer)
       window place as (order by seq, rowid))
     select ${recordColumns} from placed
     where seq > $after::integer and ((${condition})
       or seq <> coalesce(seq_before, 0) + 1 or previous is distinct from hash_before)
     order by seq`,
    { ...parameters, after, last: to },
  );
  return found.map(placedOf);
};

/** Records without a place, which the program never writes. */
export const readUnplaced = async ({ scanner }: Database): Promise<PlacedRecord[]> =>
  (await rows(scanner, `select ${recordColumns} from index_values where seq is null`)).map((row) => ({
    ...recordOf({ ...row, seq: 0 }),
    before: null,
  }));

const placedOf = (row: Row): PlacedRecord => ({
  ...recordOf(row),
  before: row.seq_before == null ? null : { seq: row.seq_before as number, hash: row.hash_before as string },
});

/** The last record there is, and the end that was noted when it was written; null where there is none. */
export interface RecordEnd {
  readonly last: RecordHead | null;
  readonly noted: RecordHead | null;
}

/** How the record ends. */
export const readRecordEnd = async (database: Database): Promise<RecordEnd> =>
  database.exclusive(async () => {
    const [row] = await rows(
      database.reader,
      "select seq, hash from index_values where seq is not null order by seq desc limit 1",
    );
    const last = row === undefined ? null : { seq: row.seq as number, hash: row.hash as string };
    return { last, noted: await readHead(database.reader) };
  });

/** The place of the record with a hash; null where there is none. */
export const readPlaceOf = async ({ reader }: Database, hash: string): Promise<number | null> => {
  const [row] = await rows(reader, "select seq from index_values where hash = $hash limit 1", { hash });
  return (row?.seq as number | null) ?? null;
};
