import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import { goodPulls } from "./good-pulls.ts";

export interface LinePoint {
  readonly gpu: string;
  readonly purchase: string;
  readonly at: Instant;
  /** Cheapest and median live offer at that instant, USD per GPU-hour. */
  readonly min: number;
  readonly median: number;
}

/**
 * Cheapest and median price of every GPU at each instant of a grid up to `to`, whole unflagged cards that were
 * live. Instants at which a GPU had no offer have no point. One query for all GPUs.
 */
export const readLines = async (
  database: Database,
  to: Instant,
  step: number,
  instants: number,
): Promise<LinePoint[]> => {
  const found = await rows(
    database.reader,
    `with instants as (
       select unnest(range($first::timestamp, $to::timestamp + interval 1 millisecond, to_milliseconds($step::bigint))) as at
     ), mine as (
       select listing_no, source, gpu, purchase from listings where flags = '' and gpu_share = 1
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
         arg_max_null(usd_per_gpu_hour, recorded_at) as usd
       from ticks left join start on start.listing_no = ticks.listing_no
       where ticks.observed_at >= coalesce(start.observed_at, $first::timestamp) and ticks.observed_at <= $to::timestamp
       group by ticks.listing_no, ticks.observed_at
     )
     select mine.gpu, mine.purchase, epoch_ms(wanted.at)::double as at, min(known.usd) as min, median(known.usd) as median
     from (select seen.at, mine.listing_no from seen join mine on mine.source = seen.source) as wanted
     asof join known on known.listing_no = wanted.listing_no and wanted.at >= known.observed_at
     join mine on mine.listing_no = wanted.listing_no
     where known.state = 'live'
     group by mine.gpu, mine.purchase, wanted.at order by mine.gpu, mine.purchase, wanted.at`,
    { first: formatInstant(to - step * (instants - 1)), to: formatInstant(to), step },
  );
  return found as unknown as LinePoint[];
};
