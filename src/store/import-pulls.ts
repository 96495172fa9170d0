import { formatInstant } from "../domain/time.ts";
import { currentIntervals, expiresAfterMs } from "../domain/validity.ts";
import { type StageColumn, stageRows } from "./append-rows.ts";
import { rows } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import type { ImportOptions, ImportTools } from "./import-contract.ts";
import { nextPullNo } from "./write-pull.ts";

type PullOptions = Pick<ImportOptions, "complete" | "cap" | "recordedAt">;
type PullTools = Pick<ImportTools, "providerOf">;

/**
 * Least interval of an imported source, in minutes: what a file shows stands for a day at least, so that providers
 * read at other hours of a day meet.
 */
const leastEveryMinutes = 720;

/** Interval of a first pull, in minutes: nothing before it tells how often its source is read. */
const firstEveryMinutes = 1440;

/** Gaps before a pull that tell its source's interval; nothing that comes after a pull may tell of it. */
const tellingGaps = 9;

/** The pulls of an import. How often a source was read is the median gap between it and those before it. */
const pullsOfFiles = (severalFiles: boolean): string => `
create or replace temp table stage_pulls as
with instants as (
  select imp_source.source, t, coalesce($recorded::timestamp, max(recorded), t) as recorded,
    ${severalFiles ? "list_distinct(flatten(list(files)))" : "[0]"} as files
  from (
    select provider, dataset, t, max(recorded) as recorded${severalFiles ? ", list(distinct file_no) as files" : ""}
    from imp_src where fault is null group by provider, dataset, t
  )
  join imp_source using (provider, dataset) group by imp_source.source, t
)
select (row_number() over (order by source, t))::integer as ord,
  (row_number() over (order by source, t) + $first_no - 1)::integer as pull_no,
  source, t, recorded, $blind::boolean as blind_all, $blind::boolean as yields, files,
  greatest(coalesce(median(gap_minutes) over recent, ${firstEveryMinutes}), ${leastEveryMinutes}) as every_minutes,
  t + to_milliseconds(least(round(${currentIntervals} * 60 * every_minutes) * 1000, ${expiresAfterMs})::bigint)
    as current_until
from (
  select *, date_diff('second', lag(t) over (partition by source order by t), t) / 60 as gap_minutes from instants
)
window recent as (partition by source order by t rows between ${tellingGaps - 1} preceding and current row)`;

/** GPU models of which a pull shows as many rows as the query behind it gives at most ($cap): there may be more. */
const findCut = `
insert into stage_blind
select ord, gpu_name from imp_src
join imp_source on imp_source.provider = imp_src.provider and imp_source.dataset = imp_src.dataset
join stage_pulls on stage_pulls.source = imp_source.source and stage_pulls.t = imp_src.t
where imp_src.t is not null and gpu_name is not null
group by ord, gpu_name, imp_src.provider, imp_src.dataset having count(*) >= $cap`;

/** Every provider and archive of the files, for its source ids. */
const readSources = "select distinct provider, dataset from imp_src where provider is not null";

/** Id of an archive as a source: what follows @ names the archive and is not part of a listing's identity. */
export const sourceIdOf = (provider: string, dataset: string): string =>
  dataset === "" ? `import/${provider}` : `import/${provider}@${dataset}`;

const sourceColumns: readonly StageColumn<{ provider: string; dataset: string; source: string }>[] = [
  { name: "provider", type: "varchar", of: (row) => row.provider },
  { name: "dataset", type: "varchar", of: (row) => row.dataset },
  { name: "source", type: "varchar", of: (row) => row.source },
];

/** Stages the sources and pulls of an import and what the cap cut off of them; answers how many pulls it cut. */
export const layOutPulls = async (
  connection: DuckDBConnection,
  { providerOf }: PullTools,
  options: PullOptions,
  files: number,
): Promise<{ readonly cutPulls: number }> => {
  const found = await rows(connection, readSources);
  const sources = found.map(({ provider, dataset }) => ({
    provider: provider as string,
    dataset: dataset as string,
    source: sourceIdOf(providerOf(provider as string).id, dataset as string),
  }));
  await stageRows(connection, "imp_source", sourceColumns, sources);
  await connection.run(pullsOfFiles(files > 1), {
    first_no: await nextPullNo(connection),
    blind: !options.complete && options.cap === undefined,
    recorded: options.recordedAt === undefined ? null : formatInstant(options.recordedAt),
  });
  await connection.run("create or replace temp table stage_blind (ord integer, scope varchar)");
  if (options.cap !== undefined) await connection.run(findCut, { cap: options.cap });
  await connection.run("create or replace temp table imp_cut as from stage_blind");
  const [cut] = await rows(connection, "select count(distinct ord) as n from imp_cut");
  await connection.run(
    "create or replace temp table stage_fx (listing_no integer, ord integer, fx_rate double, fx_date date)",
  );
  return { cutPulls: Number(cut!.n) };
};

/** Pulls the files bring; one that is already there and changed nothing is not written again. */
export const insertPulls = `
insert into pulls (pull_no, source, observed_at, recorded_at, started_at, finished_at, status, origin, every_minutes,
  offers, rejects, unknown_gpus, ticks, blind_all, blind_scopes, parser_version, note, payloads,
  current_until, expires_at)
select stage_pulls.pull_no, stage_pulls.source, stage_pulls.t, stage_pulls.recorded, $now::timestamp, $now::timestamp,
  case when stage_pulls.blind_all then 'partial' when cut.scopes is not null then 'truncated'
    when unread.scopes is not null then 'partial' else 'complete' end::pull_status, 'import',
  stage_pulls.every_minutes, coalesce(seen.n, 0), coalesce(refused.n, 0), 0, coalesce(changed.n, 0), stage_pulls.blind_all,
  list_sort(list_distinct(list_concat(coalesce(cut.scopes, []), coalesce(unread.scopes, [])))), 1,
  case when stage_pulls.yields then 'an archive: what it leaves out is unknown'
    when stage_pulls.blind_all then 'some rows could not be read, so what is missing is unknown'
    else nullif(concat_ws('; ', 'cut off: ' || array_to_string(cut.scopes, ', '),
      'rows that could not be read: ' || array_to_string(unread.scopes, ', ')), '') end, paid.payload,
  stage_pulls.current_until, stage_pulls.current_until
from stage_pulls
join (
  select ord, '[' || string_agg(record, ',' order by file_no) || ']' as payload
  from (select ord, unnest(files) as file_no from stage_pulls) join imp_file using (file_no) group by ord
) as paid using (ord)
left join (select ord, list_sort(list_distinct(list(scope))) as scopes from imp_cut group by ord) as cut using (ord)
left join (select ord, list_sort(list_distinct(list(scope))) as scopes from imp_unread group by ord) as unread using (ord)
left join (select ord, count(*) as n from stage_obs group by ord) as seen using (ord)
left join (select ord, count(*) as n from imp_reject group by ord) as refused using (ord)
left join (
  select pull_no, count(*) as n
  from (select pull_no from fresh join stage_pulls using (ord) union all select pull_no from heal) group by pull_no
) as changed using (pull_no)
where changed.n > 0 or not exists (
  select 1 from pulls where pulls.source = stage_pulls.source and pulls.observed_at = stage_pulls.t
    and pulls.payloads::varchar = paid.payload
)`;
