import { breathe } from "../breathe.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, eachChunk, type Parameters, rows } from "./database.ts";
import { goodPulls } from "./good-pulls.ts";
import { readBucketsOfOne } from "./read-buckets-of-one.ts";

export const priceStatistics = ["min", "p25", "median", "p75", "max", "mean"] as const;
export const statistics = [...priceStatistics, "gpus", "offers", "providers"] as const;
export type Statistic = (typeof statistics)[number];

export interface HistoryFilter {
  /** Listings of the series. Numbers from the catalog, never from outside. */
  readonly listings: readonly number[];
  readonly from: Instant;
  readonly to: Instant;
  readonly asOf: Instant;
  /** One listing as it asked, in doubt or sold out, which would be wrong for a statistic. Default false. */
  readonly asAsked?: boolean;
}

export interface TickRow {
  readonly at: Instant;
  readonly listingNo: number;
  readonly state: string;
  readonly usdPerGpuHour: number | null;
  readonly availableGpus: number | null;
}

const inList = (listings: readonly number[]): string =>
  listings.length === 0 ? "(null)" : `(${listings.join(",")})`;

const bounds = ({ from, to, asOf }: HistoryFilter): Parameters => ({
  from: formatInstant(from),
  to: formatInstant(to),
  as_of: formatInstant(asOf),
});

/** What is known of the listings at each market time, the last word in each field. */
const known = (listings: readonly number[]): string => `known as (
  select listing_no, observed_at, arg_max_null(state, recorded_at) as state,
    arg_max_null(usd_per_gpu_hour, recorded_at) as usd, arg_max_null(available_gpus, recorded_at) as free,
    arg_max_null(flags, recorded_at) as flags
  from ticks where listing_no in ${inList(listings)}
    and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
  group by listing_no, observed_at
)`;

const ticks = ({ listings }: HistoryFilter): string => `
with ${known(listings)}, lead_in as (
  select listing_no, max(observed_at) as observed_at from known where observed_at <= $from::timestamp group by listing_no
)`;

const sinceLeadIn = `left join lead_in on lead_in.listing_no = known.listing_no
  where known.observed_at >= coalesce(lead_in.observed_at, $from::timestamp)
  order by known.observed_at, known.listing_no`;

/** The ticks of listings in (from, to], oldest first, led by the state each had at `from`. */
export const readTicks = async (
  database: Database,
  filter: HistoryFilter,
  limit: number,
): Promise<TickRow[]> => {
  const found = await rows(
    database.reader,
    `${ticks(filter)}
     select epoch_ms(known.observed_at)::double as at, known.listing_no, known.state::varchar as state, known.usd, known.free
     from known ${sinceLeadIn} limit $limit`,
    { ...bounds(filter), limit },
  );
  return found.map((row) => ({
    at: row.at as number,
    listingNo: row.listing_no as number,
    state: row.state as string,
    usdPerGpuHour: row.usd as number | null,
    availableGpus: row.free as number | null,
  }));
};

/** The book of listings at each instant of a grid: live at which price, whether sold out or of a pull gone stale. */
const grid = ({ listings, asAsked = false }: HistoryFilter): string => `
with ${known(listings)}, mine as (
  select listing_no, source, provider, region, tier, gpu_count from listings where listing_no in ${inList(listings)}
), instants as (
  select unnest(range($first::timestamp, $to::timestamp + interval 1 millisecond, to_milliseconds($step::bigint))) as at
), good as (
  ${goodPulls("recorded_at <= $as_of::timestamp and source in (select distinct source from mine)")}
), seen as (
  select instants.at, sources.source, good.observed_at as seen_at, instants.at < good.current_until as fresh
  from instants cross join (select distinct source from mine) as sources
  asof join good on good.source = sources.source and instants.at >= good.observed_at
), live as (
  select wanted.at, wanted.listing_no, mine.source, mine.provider, mine.region, mine.tier, known.usd, coalesce(known.free, mine.gpu_count) as gpus,
    coalesce(seen.fresh, false) as fresh, known.free is not distinct from 0 as sold_out
  from (select instants.at, mine.listing_no from instants cross join mine) as wanted
  asof join known on known.listing_no = wanted.listing_no and wanted.at >= known.observed_at
  join mine on mine.listing_no = wanted.listing_no
  left join seen on seen.at = wanted.at and seen.source = mine.source
  where known.state = 'live'${asAsked ? "" : " and known.flags = ''"}
)`;

/** What buckets can be told apart by. */
export const dividers = ["provider", "region", "tier"] as const;
export type Divider = (typeof dividers)[number];

export interface Grid extends HistoryFilter {
  /** One series for each value; default one for all. */
  readonly by?: Divider;
  /** First instant and distance of the instants, milliseconds. */
  readonly first: Instant;
  readonly step: number;
}

const gridParameters = (filter: Grid): Parameters => ({
  first: formatInstant(filter.first),
  to: formatInstant(filter.to),
  step: filter.step,
  as_of: formatInstant(filter.asOf),
});

export interface Bucket extends Record<Statistic, number | null> {
  readonly at: Instant;
  /** Value of `by`; null where the listing does not tell it, and without `by`. */
  readonly key: string | null;
  /** Listings that count here and in the bucket before, and the mean of their log changes; null where there are none. */
  readonly matched: number;
  readonly matchedLogChange: number | null;
  /** Listings that were live by a source that had gone quiet; they are in no statistic. */
  readonly stale: number;
  /** Listings of fresh sources that were sold out; but for `asAsked` they are in no statistic. */
  readonly soldOut: number;
}

/**
 * Statistics of what could be had from fresh sources at each instant. Instants without any are rows of nulls.
 * `asAsked`: prices of what was sold out are in them too, with 0 `gpus` and no `offers`.
 */
export const readBuckets = async (database: Database, filter: Grid): Promise<Bucket[]> =>
  filter.listings.length === 1 && filter.by === undefined
    ? readBucketsOfOne(database, filter)
    : readBucketsOfMany(database, filter);

/** Prices of listings that count at an instant, each with its log change where it counted one step before, too. */
const counted = ({ asAsked = false, by }: Grid): string => `counted as (
  select *, ${by ?? "null::varchar"} as key, fresh${asAsked ? "" : " and not sold_out"} as counts from live
), moves as (
  select *, case when counts and lag(counts) over before and lag(counted."at") over before = counted."at" - to_milliseconds($step::bigint)
    then ln(usd / lag(usd) over before) end as moved
  from counted window before as (partition by listing_no order by counted."at")
)`;

/** The same for any number of listings, in one query. */
export const readBucketsOfMany = async (database: Database, filter: Grid): Promise<Bucket[]> => {
  const found = await rows(
    database.reader,
    `${grid(filter)}, ${counted(filter)}, keys as (
       ${filter.by === undefined ? "select null::varchar as key" : `select distinct ${filter.by} as key from mine`}
     )
     select epoch_ms(instants.at)::double as at, keys.key,
       min(usd) filter (counts) as "min", quantile_cont(usd, 0.25) filter (counts) as p25,
       median(usd) filter (counts) as median, quantile_cont(usd, 0.75) filter (counts) as p75,
       max(usd) filter (counts) as "max", avg(usd) filter (counts) as mean, sum(gpus) filter (counts)::double as gpus,
       case when count(usd) filter (counts) > 0 then count(usd) filter (fresh and not sold_out) end::double as offers,
       case when count(usd) filter (counts) > 0 then count(distinct provider) filter (fresh and not sold_out) end::double as providers,
       count(usd) filter (not fresh)::double as stale, count(usd) filter (fresh and sold_out)::double as "soldOut",
       count(moved)::double as matched, avg(moved) as "matchedLogChange"
     from instants cross join keys left join moves on moves.at = instants.at and moves.key is not distinct from keys.key
     group by instants.at, keys.key order by instants.at, keys.key`,
    gridParameters(filter),
  );
  return found as unknown as Bucket[];
};

/** Changes of listings in columns: a million rows of objects would hold the loop while they are cleared. */
export interface TickColumns {
  readonly at: Float64Array;
  readonly listingNo: Int32Array;
  /** NaN where the listing was not live. */
  readonly usdPerGpuHour: Float64Array;
  /** NaN where it is not told. */
  readonly availableGpus: Float64Array;
  /** Doubts about the price, as the tape writes them. */
  readonly flags: readonly string[];
}

/** The ticks of listings in (from, to], oldest first, led by the state each had at `from`, for models that follow every listing. */
export const readTickColumns = async (
  database: Database,
  filter: Omit<HistoryFilter, "asAsked">,
): Promise<TickColumns> => {
  const parts: number[][][] = [];
  const flags: string[] = [];
  await eachChunk(
    database.scanner,
    `${ticks(filter)}
     select epoch_ms(known.observed_at)::double, known.listing_no,
       coalesce(case when known.state = 'live' then known.usd end, 'nan'::double),
       coalesce(known.free::double, 'nan'::double), coalesce(known.flags, '')
     from known ${sinceLeadIn}`,
    bounds(filter),
    (columns) => {
      parts.push(columns.slice(0, 4) as number[][]);
      for (const text of columns[4] as readonly string[]) flags.push(text);
    },
  );
  const length = flags.length;
  const joined = async <Into extends Float64Array | Int32Array>(
    column: number,
    into: Into,
  ): Promise<Into> => {
    let offset = 0;
    for (const part of parts) {
      into.set(part[column]!, offset);
      offset += part[column]!.length;
    }
    await breathe();
    return into;
  };
  return {
    at: await joined(0, new Float64Array(length)),
    listingNo: await joined(1, new Int32Array(length)),
    usdPerGpuHour: await joined(2, new Float64Array(length)),
    availableGpus: await joined(3, new Float64Array(length)),
    flags,
  };
};
