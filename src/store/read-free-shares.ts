import { formatInstant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import type { TightnessFilter } from "./read-tightness-days.ts";

type FleetFilter = Pick<TightnessFilter, "region" | "first" | "step" | "to" | "asOf">;

/**
 * Free share of the GPUs of reported fleets by "<id> <instant>", at each instant of a grid: the last words of sources
 * that are current, for each provider those of the source read last. Instants without any are absent.
 */
export const readFreeShares = async (
  database: Database,
  { region, first, step, to, asOf }: FleetFilter,
  cells: readonly { readonly id: string; readonly gpu: string }[],
): Promise<ReadonlyMap<string, number>> => {
  const found = await rows(database.scanner, sql, {
    ids: JSON.stringify(cells.map(({ id }) => id)),
    members: JSON.stringify(cells.map(({ gpu }) => gpu)),
    ...{ region, step },
    first: formatInstant(first),
    to: formatInstant(to),
    as_of: formatInstant(asOf),
  });
  return new Map(
    found.map((row) => [`${row.id as string} ${row.at as number}`, row.free_share as number] as const),
  );
};

const sql = `
with cells as (
  select unnest($ids::json::varchar[]) as id, unnest($members::json::varchar[]) as gpu
), told as (
  select source, provider, gpu, gpu_raw, coalesce(region, '') as region, observed_at,
    arg_max(total_gpus, recorded_at) as total, arg_max(rented_gpus, recorded_at) as rented
  from fleets where gpu in (select gpu from cells) and ($region::varchar is null or region = $region)
    and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
  group by all
), named as (
  select distinct source, provider, gpu, gpu_raw, region from told
), instants as (
  select unnest(range($first::timestamp, $to::timestamp + interval 1 millisecond, to_milliseconds($step::bigint))) as at
), good as (
  select source, observed_at, max(every_minutes) as every_minutes from pulls
  where status not in ('failed', 'empty') and recorded_at <= $as_of::timestamp
    and source in (select source from named)
  group by source, observed_at
), heard as (
  select instants.at, sources.source, good.observed_at as seen_at
  from instants cross join (select distinct source from named) as sources
  asof join good on good.source = sources.source and instants.at >= good.observed_at
  where instants.at - good.observed_at < to_seconds((2 * 60 * good.every_minutes)::bigint)
), words as (
  select id, wanted.at, wanted.source, wanted.provider, wanted.seen_at, sum(told.total) as total, sum(told.rented) as rented
  from (select heard.at, heard.seen_at, named.* from heard join named using (source)) as wanted
  asof join told on told.source = wanted.source and told.provider = wanted.provider and told.gpu = wanted.gpu
    and told.gpu_raw = wanted.gpu_raw and told.region = wanted.region and wanted.at >= told.observed_at
  join cells on cells.gpu = wanted.gpu
  group by id, wanted.at, wanted.source, wanted.provider, wanted.seen_at
), speaking as (
  select * from words where total > 0
  qualify row_number() over (partition by id, words.at, provider order by seen_at desc, source) = 1
)
select id, epoch_ms(speaking.at)::double as at, (sum(total - rented) / sum(total))::double as free_share
from speaking group by id, speaking.at`;
