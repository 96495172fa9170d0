import { formatInstant, type Instant } from "../domain/time.ts";
import type { Parameters } from "./database.ts";
import { goodPulls } from "./good-pulls.ts";

export interface FleetWordsFilter {
  readonly gpus: Iterable<string>;
  /** Region as the venue writes it; null for all. */
  readonly region: string | null;
  /** First instant and distance of the instants, milliseconds. */
  readonly first: Instant;
  readonly step: number;
  readonly to: Instant;
  readonly asOf: Instant;
}

/**
 * CTEs that end in `words` (at, source, provider, gpu, total, rented): the last word of each source on the fleets of
 * a provider, regions added up, at each instant of a grid. A word stands for as long as its source is current, as a
 * price does.
 */
export const fleetWords = `
told as (
  select source, provider, gpu, gpu_raw, coalesce(region, '') as region, observed_at,
    arg_max(total_gpus, recorded_at) as total, arg_max(rented_gpus, recorded_at) as rented
  from fleets where gpu in (select unnest($gpus::json::varchar[])) and ($region::varchar is null or region = $region)
    and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
  group by all
), named as (
  select distinct source, provider, gpu, gpu_raw, region from told
), instants as (
  select unnest(range($first::timestamp, $to::timestamp + interval 1 millisecond, to_milliseconds($step::bigint))) as at
), good as (
  ${goodPulls("recorded_at <= $as_of::timestamp and source in (select source from named)")}
), heard as (
  select instants.at, sources.source
  from instants cross join (select distinct source from named) as sources
  asof join good on good.source = sources.source and instants.at >= good.observed_at
  where instants.at < good.current_until
), words as (
  select wanted.at, wanted.source, wanted.provider, wanted.gpu, sum(told.total) as total, sum(told.rented) as rented
  from (select heard.at, named.* from heard join named using (source)) as wanted
  asof join told on told.source = wanted.source and told.provider = wanted.provider and told.gpu = wanted.gpu
    and told.gpu_raw = wanted.gpu_raw and told.region = wanted.region and wanted.at >= told.observed_at
  group by wanted.at, wanted.source, wanted.provider, wanted.gpu
)`;

/** What `fleetWords` binds. */
export const fleetWordsParameters = ({
  gpus,
  region,
  first,
  step,
  to,
  asOf,
}: FleetWordsFilter): Parameters => ({
  gpus: JSON.stringify([...gpus]),
  ...{ region, step },
  first: formatInstant(first),
  to: formatInstant(to),
  as_of: formatInstant(asOf),
});
