import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import type { HistoryFilter } from "./read-history.ts";

/** A time over which a listing was offered at one price, as its source's pulls saw it. */
export interface WatchedRow {
  readonly listingNo: number;
  readonly from: Instant;
  /** Until when it was offered for certain: the last good pull before its end, or the pull that saw another price. */
  readonly seenUntil: Instant;
  /** The pull that no longer found it free; null where it ended otherwise, or not yet. */
  readonly goneAt: Instant | null;
  readonly usdPerGpuHour: number;
}

/**
 * The spells over which machines were offered in [from, to], one listing a machine (the largest that was offered),
 * cut at changes of price. A disappearance is shown by a pull that saw all of the listing's part of the market (else
 * the tape has it as unknown), or that lists the machine with no free GPUs; a machine that became unknown, or whose
 * price came into doubt, ends a spell without one.
 */
export const readWatched = async (
  database: Database,
  { listings, from, to, asOf }: HistoryFilter,
): Promise<WatchedRow[]> => {
  if (listings.length === 0) return [];
  const found = await rows(
    database.scanner,
    `with known as (
       select listing_no, observed_at, arg_max_null(state, recorded_at) as state,
         arg_max_null(usd_per_gpu_hour, recorded_at) as usd,
         coalesce(arg_max_null(available_gpus, recorded_at), 1) > 0 as free,
         arg_max_null(flags, recorded_at) <> '' as doubted
       from ticks where listing_no in (${listings.join(",")})
         and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
       group by listing_no, observed_at
     ), changed as (
       select * from known
       window past as (partition by listing_no order by observed_at)
       qualify lag(state) over past is distinct from state or lag(usd) over past is distinct from usd
         or lag(free) over past is distinct from free or lag(doubted) over past is distinct from doubted
     ), ended as (
       select *, lead(observed_at) over next as until, lead(state) over next as then_state, lead(free) over next as then_free
       from changed window next as (partition by listing_no order by observed_at)
     ), spells as (
       select ended.*, source, provider, machine_id, gpu_count
       from ended join listings using (listing_no)
       where ended.state = 'live' and ended.free and not ended.doubted
         and coalesce(ended.until, $to::timestamp) > $from::timestamp
     ), chosen as (
       select max_by(listing_no, (gpu_count, -listing_no)) as listing_no from spells
       group by provider, coalesce(machine_id, listing_no::varchar)
     ), good as (
       select distinct source, observed_at from pulls
       where status not in ('failed', 'empty') and recorded_at <= $as_of::timestamp
         and source in (select source from spells)
     ), looked as (
       select spells.*, good.observed_at as last_seen
       from (select *, coalesce(until, $to::timestamp + interval 1 millisecond) as ending from spells) as spells
       semi join chosen using (listing_no)
       asof join good on good.source = spells.source and spells.ending > good.observed_at
     )
     select listing_no, epoch_ms(greatest(observed_at, $from::timestamp))::double as since,
       epoch_ms(case when then_state = 'live' and then_free then until else greatest(last_seen, observed_at) end)::double as seen_until,
       case when then_state = 'delisted' or (then_state = 'live' and not then_free) then epoch_ms(until)::double end as gone_at,
       usd
     from looked where usd > 0 order by listing_no, since`,
    { from: formatInstant(from), to: formatInstant(to), as_of: formatInstant(asOf) },
  );
  return found
    .map((row) => ({
      listingNo: row.listing_no as number,
      from: row.since as number,
      seenUntil: row.seen_until as number,
      goneAt: row.gone_at as number | null,
      usdPerGpuHour: row.usd as number,
    }))
    .filter((spell) => spell.seenUntil >= spell.from);
};
