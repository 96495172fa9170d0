import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

export interface FleetDaysFilter {
  readonly gpus: ReadonlySet<string>;
  /** First instant and distance of the instants, milliseconds. */
  readonly first: Instant;
  readonly step: number;
  readonly to: Instant;
  readonly asOf: Instant;
  /** A word on a fleet counts for this long after its source was last well read, milliseconds. */
  readonly standsForMs: number;
}

/** What a source said of a provider's fleets of some GPUs, added up, at an instant. */
export interface FleetDay {
  readonly at: Instant;
  readonly source: string;
  readonly provider: string;
  readonly totalGpus: number;
  readonly rentedGpus: number;
}

/** The last word on fleets at each instant of a grid, oldest first; instants without any have no row. */
export const readFleetDays = async (
  database: Database,
  { gpus, first, step, to, asOf, standsForMs }: FleetDaysFilter,
): Promise<FleetDay[]> => {
  const found = await rows(
    database.scanner,
    `with told as (
       select source, provider, gpu, gpu_raw, coalesce(region, '') as region, observed_at,
         arg_max(total_gpus, recorded_at) as total, arg_max(rented_gpus, recorded_at) as rented
       from fleets where gpu in (select unnest($gpus::json::varchar[]))
         and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
       group by all
     ), named as (
       select distinct source, provider, gpu, gpu_raw, region from told
     ), instants as (
       select unnest(range($first::timestamp, $to::timestamp + interval 1 millisecond, to_milliseconds($step::bigint))) as at
     ), good as (
       select distinct source, observed_at from pulls
       where status not in ('failed', 'empty') and recorded_at <= $as_of::timestamp
         and source in (select source from named)
     ), heard as (
       select instants.at, sources.source
       from instants cross join (select distinct source from named) as sources
       asof join good on good.source = sources.source and instants.at >= good.observed_at
       where instants.at - good.observed_at <= to_milliseconds($stands::bigint)
     )
     select epoch_ms(wanted.at)::double as at, wanted.source, wanted.provider,
       sum(told.total)::double as total, sum(told.rented)::double as rented
     from (select heard.at, named.* from heard join named using (source)) as wanted
     asof join told on told.source = wanted.source and told.provider = wanted.provider and told.gpu = wanted.gpu
       and told.gpu_raw = wanted.gpu_raw and told.region = wanted.region and wanted.at >= told.observed_at
     group by wanted.at, wanted.source, wanted.provider order by wanted.at, wanted.source, wanted.provider`,
    {
      gpus: JSON.stringify([...gpus]),
      first: formatInstant(first),
      to: formatInstant(to),
      step,
      as_of: formatInstant(asOf),
      stands: standsForMs,
    },
  );
  return found.map((row) => ({
    at: row.at as number,
    source: row.source as string,
    provider: row.provider as string,
    totalGpus: row.total as number,
    rentedGpus: row.rented as number,
  }));
};
