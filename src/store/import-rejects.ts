import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import type { ImportedFile } from "./import-paths.ts";
import { isPrice, type ReadGroup } from "./import-sql.ts";

/** Source of the pulls that hold rows of which nobody can say when or of whom they are. */
export const unplacedSource = "import/unplaced";

/** Reasons that leave nothing unread: what such a row says is known, and it is not wanted. */
const readable = "('serverless', 'duplicate')";

const isBad = (price: string, words: string): string =>
  `(${words} or (${price} is not null and not ${isPrice(price)}))`;

const isBadRow = `(fault is not null or ${isBad("price", "price_in_words")} or ${isBad("spot_price", "spot_in_words")})`;

const hasNoPrice =
  "fault is null and price is null and spot_price is null and not price_in_words and not spot_in_words";

/** Rows of a file, those of them that say that nothing is on offer, and those of which something is wrong. */
export interface RowsRead {
  readonly fileNo: number;
  readonly rows: number;
  readonly blank: number;
  readonly odd: number;
}

const countRows = `
select file_no, count(*)::double as n, count(*) filter (${hasNoPrice})::double as blank,
  count(*) filter (${isBadRow})::double as odd
from imp_src group by file_no`;

const noFaults =
  "create or replace temp table imp_lost (file_no integer, row_no bigint, slot integer, reason varchar, ord integer)";

const findFaults = `
create or replace temp table imp_lost as
with odd as materialized (
  select file_no, row_no, provider, dataset, t, fault,
    ${isBad("price", "price_in_words")} as is_bad, ${isBad("spot_price", "spot_in_words")} as is_bad_spot
  from imp_src
  where ${isBadRow}
), lost as (
  select *, null::integer as slot, fault as reason from odd where fault is not null
  union all select *, 0, 'bad_price' from odd where fault is null and is_bad
  union all select *, 1, 'bad_price' from odd where fault is null and is_bad_spot
)
select file_no, row_no, slot, reason, ord from lost
left join imp_source on imp_source.provider = lost.provider and imp_source.dataset = lost.dataset
left join stage_pulls on stage_pulls.source = imp_source.source and stage_pulls.t = lost.t`;

/**
 * Counts the rows and stages (imp_lost) those that cannot be used and prices that cannot be asked: slot 0 is the price,
 * 1 the spot price, null the whole row. The pulls must be laid out.
 */
export const stageFaults = async (connection: DuckDBConnection): Promise<readonly RowsRead[]> => {
  const found = await rows(connection, countRows);
  const read = found.map(
    (row): RowsRead => ({
      ...{ fileNo: row.file_no as number, rows: row.n as number },
      ...{ blank: row.blank as number, odd: row.odd as number },
    }),
  );
  await connection.run(read.some(({ odd }) => odd > 0) ? findFaults : noFaults);
  return read;
};

/** A pull with rows that nobody could read cannot say what is missing: all of it, or the model with \`cap\`. */
export const blindWhereUnread = (hasCap: boolean): string =>
  hasCap
    ? `create or replace temp table imp_unread as
       select distinct ord, gpu_name as scope from imp_lost join imp_src using (file_no, row_no)
       where ord is not null and gpu_name is not null and reason not in ${readable};
       insert into stage_blind select * from imp_unread`
    : `create or replace temp table imp_unread (ord integer, scope varchar);
       update stage_pulls set blind_all = true
       where ord in (select ord from imp_lost where reason not in ${readable})`;

/**
 * What is refused, once each: a row of which no price is kept (is_row), or one price of a row whose other is kept.
 * A row is kept when at least one of its prices was seen or when it has none, which says that nothing is on offer.
 */
const stageRejects = `
create or replace temp table imp_reject as
with lost as (
  select imp_lost.*, ${isPrice("imp_rows.price")}::integer as good, ${isPrice("imp_rows.spot_price")}::integer as good_spot
  from imp_lost left join imp_rows using (file_no, row_no)
), judged as (
  select file_no, row_no,
    bool_or(slot is null) or count(distinct slot) = coalesce(any_value(good), 0) + coalesce(any_value(good_spot), 0)
      + count(distinct slot) filter (reason = 'bad_price') as is_row
  from lost group by file_no, row_no
)
select file_no, row_no, null::bigint as line, null::varchar as raw, is_row,
  case when is_row then -1 else slot end as slot,
  arg_min(reason, coalesce(slot, -1)) as reason, any_value(ord) as ord
from imp_lost join judged using (file_no, row_no)
group by file_no, row_no, is_row, case when is_row then -1 else slot end
union all
select file_no, null, line, raw, true, -1, 'bad_line', null from imp_bad_line`;

export interface FileCounts {
  readonly file: string;
  readonly rows: number;
  /** rows - rejects: of these at least one price is on the tape, or it has none. */
  readonly kept: number;
  readonly rejects: number;
}

export interface RejectCounts {
  readonly files: readonly FileCounts[];
  /** Rows kept that have no price: nothing was on offer. */
  readonly withoutPrice: number;
  /** Rejected rows by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Prices refused of rows whose other price is kept, by reason. */
  readonly prices: Readonly<Record<string, number>>;
}

/** Settles which rows are refused (imp_reject) and counts: rows = kept + rejects, in each file and in all. */
export const countRejects = async (
  connection: DuckDBConnection,
  files: readonly ImportedFile[],
  read: readonly RowsRead[],
): Promise<RejectCounts> => {
  await connection.run(stageRejects);
  const refused = await rows(
    connection,
    `select file_no, count(*) as n, count(*) filter (reason = 'bad_line') as lines from imp_reject where is_row group by file_no`,
  );
  const by = await rows(
    connection,
    "select is_row, reason, count(*) as n from imp_reject group by all order by reason",
  );
  const of = (isRow: boolean): Record<string, number> =>
    Object.fromEntries(
      by.filter((row) => row.is_row === isRow).map(({ reason, n }) => [reason as string, Number(n)]),
    );
  return {
    files: files.map(({ no, path }) => {
      const found = refused.find((row) => row.file_no === no);
      const rejects = Number(found?.n ?? 0);
      const count = (read.find(({ fileNo }) => fileNo === no)?.rows ?? 0) + Number(found?.lines ?? 0);
      return { file: path, rows: count, kept: count - rejects, rejects };
    }),
    withoutPrice: read.reduce((sum, { blank }) => sum + blank, 0),
    reasons: of(true),
    prices: of(false),
  };
};

/** The row under the file's own names, and where it stood. */
const placed = (raw: string): string => `
left(${raw}, length(${raw}) - 1) || case when ${raw} = '{}' then '' else ',' end
  || '"@file":' || to_json(imp_file.name)::varchar
  || case when imp_reject.row_no is null then '' else ',"@row":' || (imp_reject.row_no - first_row + 1) end
  || coalesce(',"@line":' || coalesce(imp_reject.line, first_line + imp_reject.row_no - first_row), '') || '}'`;

const asObject = (raw: string): string =>
  `case when left(${raw}, 1) = '{' then ${raw} else '{"@value":' || ${raw} || '}' end`;

/** The text of what is refused. */
const rawTexts = (groups: readonly ReadGroup[]): string => {
  const ofRows = groups.map(
    ({ group: { relation, raw } }) => `
    select imp_reject.*, ${asObject(`(${raw})::varchar`)} as text from imp_reject
    join ${relation} as own on own.file_no = imp_reject.file_no and own.row_no = imp_reject.row_no`,
  );
  return `create or replace temp table imp_refusal as
    select imp_reject.ord, imp_reject.file_no, reason, ${placed("imp_reject.text")} as raw
    from (${[...ofRows, `select *, '{"@text":' || to_json(coalesce(raw, ''))::varchar || '}' from imp_reject where row_no is null`].join(" union all ")}) as imp_reject
    join imp_file using (file_no)`;
};

const unplacedPulls = `
create or replace temp table imp_unplaced as
select file_no, any_value('[' || record || ']') as payload,
  ((select coalesce(max(pull_no), 0) from (select pull_no from stage_pulls union all select pull_no from pulls))
    + row_number() over (order by file_no))::integer as pull_no,
  sum(n)::integer as rejects, string_agg(reason || ' ' || n, ', ' order by reason) as note
from (select file_no, reason, count(*) as n from imp_refusal where ord is null group by all) join imp_file using (file_no)
group by file_no`;

const insertUnplaced = `
insert into pulls (pull_no, source, observed_at, recorded_at, started_at, finished_at, status, origin, every_minutes,
  offers, rejects, unknown_gpus, ticks, blind_all, blind_scopes, parser_version, note, payloads)
select pull_no, '${unplacedSource}', $now::timestamp, $now::timestamp, $now::timestamp, $now::timestamp, 'empty', 'import',
  1440, 0, rejects, 0, 0, true, [], 1, 'rows of no pull: ' || note, payload
from imp_unplaced
where not exists (select 1 from pulls where source = '${unplacedSource}' and pulls.payloads::varchar = imp_unplaced.payload)`;

/** Books each refusal on its own pull, or on one of its file where it has none; a second run of a file adds none. */
const insertRefusals = `
insert into rejects
select pull_no, reason, raw from imp_refusal join stage_pulls using (ord) semi join pulls using (pull_no)
union all
select pull_no, reason, raw from imp_refusal join imp_unplaced using (file_no) semi join pulls using (pull_no)
where imp_refusal.ord is null`;

/** Writes what was refused; the import's pulls must be written. */
export const writeRejects = async (
  connection: DuckDBConnection,
  groups: readonly ReadGroup[],
  now: string,
): Promise<void> => {
  const [count] = await rows(connection, "select count(*) as n from imp_reject");
  if (Number(count!.n) === 0) return;
  await connection.run(rawTexts(groups));
  await connection.run(unplacedPulls);
  await connection.run(insertUnplaced, { now });
  await connection.run(insertRefusals);
};
