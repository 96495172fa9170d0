import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

/** A pull of a source at its market time, and how many of its rows could not be read. */
export interface Unread {
  readonly source: string;
  readonly observedAt: Instant;
  readonly rejects: number;
}

/**
 * Listings, by number, that may hide among the rejects of a pull: it has more of them than the last good pull that showed
 * the listing. Neither gone for good before nor, without a reject, any.
 */
export const readHeld = async (
  { reader }: Database,
  { source, observedAt, rejects }: Unread,
): Promise<number[]> => {
  if (rejects === 0) return [];
  const found = await rows(
    reader,
    `with mine as (
       select listing_no from listings where source = $source
     ), latest as (
       select listing_no, max(observed_at) as t from ticks semi join mine using (listing_no)
       where observed_at < $at::timestamp group by listing_no
     ), last as (
       select ticks.listing_no, latest.t, arg_max_null(ticks.state, ticks.recorded_at) as state
       from ticks join latest on latest.listing_no = ticks.listing_no and latest.t = ticks.observed_at
       group by ticks.listing_no, latest.t
     ), gone as (
       select listing_no, case when state = 'live' then $at::timestamp else t end as t from last where state <> 'delisted'
     ), showing as (
       select observed_at as t, arg_max(rejects, recorded_at) as rejects from pulls
       where source = $source and status not in ('failed', 'empty') and observed_at < $at::timestamp group by observed_at
     )
     select gone.listing_no from gone asof join showing on gone.t > showing.t where showing.rejects < $rejects`,
    { source, rejects, at: formatInstant(observedAt) },
  );
  return found.map((row) => row.listing_no as number);
};
