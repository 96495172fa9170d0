import type { Tier } from "../domain/purchase.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import { goodPulls } from "./good-pulls.ts";

export interface LinePoint {
  readonly gpu: string;
  readonly at: Instant;
  /** Cheapest offer at that instant, USD per GPU-hour. */
  readonly usdPerGpuHour: number;
}

export interface LinesFilter {
  /** Last instant and distance of the instants, milliseconds, and how many there are. */
  readonly to: Instant;
  readonly step: number;
  readonly instants: number;
  /** Tiers that count; null is "not told". */
  readonly tiers: ReadonlySet<Tier | null>;
  /** Sources whose rows are no offers. */
  readonly statistics: readonly string[];
}

/**
 * Cheapest on-demand price of every GPU at each instant of a grid, by the screen of the best price: whole cards of
 * sources that sell, live, current, not in doubt and not sold out. Instants at which a GPU had none have no point. One
 * query for all GPUs.
 */
export const readLines = async (
  database: Database,
  { to, step, instants, tiers, statistics }: LinesFilter,
): Promise<LinePoint[]> => {
  const found = await rows(
    database.reader,
    `with instants as (
       select unnest(range($first::timestamp, $to::timestamp + interval 1 millisecond, to_milliseconds($step::bigint))) as at
     ), mine as (
       select listing_no, source, gpu, gpu_count from listings
       where flags = '' and gpu_share >= 1 and purchase = 'on_demand'
         and coalesce(tier, '') in (select unnest($tiers::json::varchar[]))
         and source not in (select unnest($statistics::json::varchar[]))
     ), good as (
       ${goodPulls("true")}
     ), seen as (
       select instants.at, sources.source from instants cross join (select distinct source from mine) as sources
       asof join good on good.source = sources.source and instants.at >= good.observed_at
       where instants.at < good.current_until
     ), start as (
       select listing_no, max(observed_at) as observed_at from ticks where observed_at <= $first::timestamp group by listing_no
     ), known as (
       select ticks.listing_no, ticks.observed_at, arg_max_null(state, recorded_at) as state,
         arg_max_null(usd_per_gpu_hour, recorded_at) as usd, arg_max_null(available_gpus, recorded_at) as free,
         arg_max_null(ticks.flags, recorded_at) as doubts
       from ticks left join start on start.listing_no = ticks.listing_no
       where ticks.observed_at >= coalesce(start.observed_at, $first::timestamp) and ticks.observed_at <= $to::timestamp
       group by ticks.listing_no, ticks.observed_at
     )
     select mine.gpu, epoch_ms(wanted.at)::double as at, min(known.usd) as usd
     from (select seen.at, mine.listing_no from seen join mine on mine.source = seen.source) as wanted
     asof join known on known.listing_no = wanted.listing_no and wanted.at >= known.observed_at
     join mine on mine.listing_no = wanted.listing_no
     where known.state = 'live' and known.doubts = '' and coalesce(known.free, mine.gpu_count) > 0
     group by mine.gpu, wanted.at order by mine.gpu, wanted.at`,
    {
      first: formatInstant(to - step * (instants - 1)),
      to: formatInstant(to),
      step,
      tiers: JSON.stringify([...tiers].map((tier) => tier ?? "")),
      statistics: JSON.stringify(statistics),
    },
  );
  return found.map((row) => ({
    gpu: row.gpu as string,
    at: row.at as number,
    usdPerGpuHour: row.usd as number,
  }));
};
