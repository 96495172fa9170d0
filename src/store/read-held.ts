import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

/** A pull of a source at its market time, and how many of its rows could not be read, by reason. */
export interface Unread {
  readonly source: string;
  readonly observedAt: Instant;
  readonly rejects: ReadonlyMap<string, number>;
}

/**
 * Listings, by number, that may hide among the rejects of a pull: of some reason it has more than the last good pull that
 * showed the listing. None without rejects, and none that were delisted before.
 */
export const readHeld = async (
  { reader }: Database,
  { source, observedAt, rejects }: Unread,
): Promise<number[]> => {
  if (rejects.size === 0) return [];
  const found = await rows(reader, held, {
    source,
    at: formatInstant(observedAt),
    reasons: JSON.stringify([...rejects.keys()]),
    counts: JSON.stringify([...rejects.values()]),
  });
  return found.map((row) => row.listing_no as number);
};

const held = `
with mine as (
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
), good as (
  select observed_at as t, arg_max(pull_no, recorded_at) as pull_no from pulls
  where source = $source and status not in ('failed', 'empty') and observed_at < $at::timestamp group by observed_at
), showing as (
  select gone.listing_no, good.pull_no from gone asof join good on gone.t > good.t
), now as (
  select unnest($reasons::json::varchar[]) as reason, unnest($counts::json::integer[]) as n
), before as (
  select pull_no, reason, count(*) as n from rejects
  where pull_no in (select pull_no from showing) group by pull_no, reason
), worse as (
  select pull_no from (select distinct pull_no from showing) as pulls_before cross join now
  left join before using (pull_no, reason) where now.n > coalesce(before.n, 0)
)
select listing_no from showing semi join worse using (pull_no)`;
