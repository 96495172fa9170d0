import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

/** What a listing asked in a span. A run is a time of one price; it is believed unless all of it was in doubt. */
export interface ListingPrices {
  readonly listingNo: number;
  /** Price of the last run and when it began. */
  readonly usdPerGpuHour: number;
  readonly since: Instant;
  /** Price of the last believed run, the last run included; null when there is none. */
  readonly believed: number | null;
  /** Price of the last believed run before the last run; null when there is none. */
  readonly before: number | null;
  /** Number of believed runs, the median of their prices and the median distance of their logs from its log. */
  readonly prices: number;
  readonly median: number | null;
  readonly spread: number | null;
}

/** The runs of prices of listings in [from, until), and the last two before it, summed up by listing. */
export const readPriceHistory = async (
  database: Database,
  listings: readonly number[],
  { from, until }: { from: Instant; until: Instant },
): Promise<Map<number, ListingPrices>> => {
  if (listings.length === 0) return new Map();
  const found = await rows(database.reader, sql, {
    listings: JSON.stringify(listings),
    from: formatInstant(from),
    until: formatInstant(until),
  });
  return new Map(
    found.map((row) => [
      row.listing_no as number,
      {
        listingNo: row.listing_no as number,
        usdPerGpuHour: row.usd as number,
        since: row.since as number,
        believed: row.believed as number | null,
        before: row.before as number | null,
        prices: row.prices as number,
        median: row.median as number | null,
        spread: row.spread as number | null,
      },
    ]),
  );
};

const sql = `
with known as (
  select listing_no, observed_at, arg_max_null(state, recorded_at) as state,
    arg_max_null(usd_per_gpu_hour, recorded_at) as usd, arg_max_null(flags, recorded_at) as flags
  from ticks where listing_no in (select unnest($listings::json::integer[])) and observed_at < $until::timestamp
  group by listing_no, observed_at
), marked as (
  select *, usd is distinct from lag(usd) over (partition by listing_no order by observed_at) as starts
  from known where state = 'live' and usd > 0
), numbered as (
  select *, sum(starts::integer) over (partition by listing_no order by observed_at) as run_no from marked
), runs as (
  select listing_no, run_no, any_value(usd) as usd, min(observed_at) as since, bool_or(flags = '') as is_believed
  from numbered group by listing_no, run_no
), recent as (
  select *, max(run_no) over (partition by listing_no) as last_no,
    median(usd) filter (is_believed) over (partition by listing_no) as level
  from (
    select * from runs qualify since >= $from::timestamp
      or row_number() over (partition by listing_no order by run_no desc) <= 2
  )
)
select listing_no, arg_max(usd, run_no) as usd, epoch_ms(max(since))::double as since,
  arg_max(usd, run_no) filter (is_believed) as believed,
  arg_max(usd, run_no) filter (is_believed and run_no < last_no) as before,
  count(*) filter (is_believed)::double as prices, any_value(level) as median,
  median(abs(ln(usd / level))) filter (is_believed) as spread
from recent group by listing_no`;
