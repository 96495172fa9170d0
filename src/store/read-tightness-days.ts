import type { SourceClass } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, type Parameters, rows } from "./database.ts";
import { readFreeShares } from "./read-free-shares.ts";

export interface TightnessFilter {
  /** GPUs to read, each with the ids that a query for it covers. */
  readonly gpus: readonly { readonly id: string; readonly ids: ReadonlySet<string> }[];
  /** Region as the venue writes it; null for all. */
  readonly region: string | null;
  readonly purchase: Purchase;
  /** Kind of each source; one that is not here counts as an import. */
  readonly kinds: ReadonlyMap<string, SourceClass>;
  /** First instant and distance of the instants, milliseconds. */
  readonly first: Instant;
  readonly step: number;
  readonly to: Instant;
  readonly asOf: Instant;
}

/** What the tape tells of a GPU's market at an instant and over the step before it; null where nobody tells. */
export interface TightnessRow {
  readonly gpu: string;
  readonly at: Instant;
  /** Free GPUs of all, under any purchase, at venues that report their fleets. */
  readonly freeShare: number | null;
  /** Listings with no GPU free, of those whose venue tells. */
  readonly soldOutShare: number | null;
  /** Listings whose venue does not tell whether they are free, of all. */
  readonly unknownShare: number | null;
  /** First sights and returns less disappearances, a listing and day of being watched. */
  readonly netNewListings: number | null;
  /** Hours that marketplaces' listings were watched on offer, a disappearance. */
  readonly hoursToDisappear: number | null;
  /** Median of 1 - spot / on-demand over matched pairs. */
  readonly spotDiscount: number | null;
  /** Median ask of what is not sold out. */
  readonly usdPerGpuHour: number | null;
}

/**
 * Readings of tightness at each instant of a grid, one row a GPU and instant, from whole cards of sources that sell
 * them. Stock and prices: current sources only, one a provider, no price in doubt. Comings and goings: only between
 * two complete pulls of one parser that lie within twice the interval, so that a source that was blind, silent or
 * read anew makes no news; listings that became unknown have neither come nor gone. What is rented leaves the lists
 * of marketplaces, so that free GPUs of listings have no known total: only reported fleets give a free share.
 */
export const readTightnessDays = async (
  database: Database,
  filter: TightnessFilter,
): Promise<TightnessRow[]> => {
  const cells = filter.gpus.flatMap(({ id, ids }) => [...ids].map((gpu) => ({ id, gpu })));
  if (cells.length === 0) return [];
  const [found, free] = [
    await rows(database.scanner, sql, parametersOf(filter, cells)),
    await readFreeShares(database, filter, cells),
  ];
  return found.map((row) => ({
    gpu: row.id as string,
    at: row.at as number,
    freeShare: free.get(`${row.id as string} ${row.at as number}`) ?? null,
    soldOutShare: row.sold_out_share as number | null,
    unknownShare: row.unknown_share as number | null,
    netNewListings: row.net_new as number | null,
    hoursToDisappear: row.hours_to_disappear as number | null,
    spotDiscount: row.spot_discount as number | null,
    usdPerGpuHour: row.usd as number | null,
  }));
};

/** Changes with every pull of the time up to `until`, late ones and corrections included. */
export const readPullMark = async (database: Database, until: Instant): Promise<string> => {
  const [row] = await rows(
    database.scanner,
    "select count(*)::varchar || ' ' || coalesce(max(pull_no), 0) as mark from pulls where observed_at <= $until::timestamp",
    { until: formatInstant(until) },
  );
  return row!.mark as string;
};

const parametersOf = (
  { region, purchase, kinds, first, step, to, asOf }: TightnessFilter,
  cells: readonly { readonly id: string; readonly gpu: string }[],
): Parameters => ({
  ids: JSON.stringify(cells.map(({ id }) => id)),
  members: JSON.stringify(cells.map(({ gpu }) => gpu)),
  venues: JSON.stringify(venuesOf(kinds)),
  ...{ region, purchase, step },
  origin: first - step,
  steps: Math.floor((to - first) / step) + 1,
  start: formatInstant(first - step),
  to: formatInstant(to),
  as_of: formatInstant(asOf),
});

/** Kinds of sources that sell, or show what others sell; the first of them speaks for a provider. */
const selling: readonly SourceClass[] = ["direct", "marketplace", "aggregator", "import"];

/** Sources by the order in which they are believed, then by id; rank null: never. */
const venuesOf = (kinds: TightnessFilter["kinds"]) =>
  [...kinds]
    .sort(([a, x], [b, y]) => selling.indexOf(x) - selling.indexOf(y) || (a < b ? -1 : 1))
    .map(([source, kind], rank) => ({ source, kind, rank: selling.includes(kind) ? rank : null }));

/* Instant k is origin + k steps; k = 0 is the start of the first step. A spell is a listing between two ticks. */
const sql = `
with cells as (
  select unnest($ids::json::varchar[]) as id, unnest($members::json::varchar[]) as gpu
), venues as (
  select unnest(from_json($venues, '[{"source":"varchar","kind":"varchar","rank":"integer"}]'), recursive := true)
), mine as (
  select listing_no, listings.source, provider, gpu, gpu_count, region, tier, purchase, available_is,
    coalesce(machine_id, offer_id) as item, kind, case when kind is null then 1000000 else rank end as rank
  from listings left join venues on venues.source = listings.source
  where gpu in (select gpu from cells) and flags = '' and gpu_share >= 1 and (kind is null or rank is not null)
    and purchase in ($purchase, 'on_demand', 'spot') and ($region::varchar is null or region = $region)
), start as (
  select listing_no, max(observed_at) as observed_at from ticks semi join mine using (listing_no)
  where observed_at <= $start::timestamp and recorded_at <= $as_of::timestamp group by listing_no
), known as (
  select ticks.listing_no, ticks.observed_at, arg_max_null(state, recorded_at) as state,
    arg_max_null(usd_per_gpu_hour, recorded_at) as usd, arg_max_null(available_gpus, recorded_at) as free,
    arg_max_null(ticks.flags, recorded_at) as doubts
  from ticks semi join mine on mine.listing_no = ticks.listing_no left join start on start.listing_no = ticks.listing_no
  where ticks.observed_at >= coalesce(start.observed_at, $start::timestamp)
    and ticks.observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
  group by ticks.listing_no, ticks.observed_at
), marked as (
  select known.*, mine.* exclude (listing_no), state = 'live' as listed,
    free is null or (free = 0 and available_is = 'floor') as untold,
    state = 'live' and not untold and free = 0 as sold_out, listed and not sold_out as offered
  from known join mine using (listing_no)
), spells as (
  select *, lead(observed_at) over ticking as until, lag(state) over ticking as was_state,
    coalesce(lag(listed) over ticking, false) as was_listed, coalesce(lag(offered) over ticking, false) as was_offered
  from marked window ticking as (partition by listing_no order by observed_at)
), pulled as (
  select source, observed_at, max(every_minutes) as every_minutes,
    arg_max(status, recorded_at) = 'complete' as complete, arg_max(parser_version, recorded_at) as parser
  from pulls
  where status not in ('failed', 'empty') and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
    and source in (select distinct source from mine)
  group by source, observed_at
), gaps as (
  select *, (epoch_ms(observed_at) - lag(epoch_ms(observed_at)) over pulling) / 3600000.0 as gap_hours,
    complete and lag(complete) over pulling and parser = lag(parser) over pulling as alike
  from pulled window pulling as (partition by source order by observed_at)
), watched as (
  select *, coalesce(alike and gap_hours < 2 * every_minutes / 60, false) as is_news,
    sum(case when is_news then gap_hours else 0 end) over (partition by source order by observed_at) as hours
  from gaps
), instants as (
  select k, make_timestamp_ms($origin::bigint + k * $step::bigint) as at from range($steps::bigint + 1) as steps(k)
), heard as (
  select k, instants.at, sources.source, watched.hours,
    instants.at - watched.observed_at < to_seconds((2 * 60 * watched.every_minutes)::bigint) as fresh
  from instants cross join (select distinct source from pulled) as sources
  asof join watched on watched.source = sources.source and instants.at >= watched.observed_at
), live as (
  select * exclude (until), unnest(range(
    greatest(0, ceil((epoch_ms(observed_at) - $origin::bigint) / $step::double))::bigint,
    least($steps::bigint + 1, coalesce(ceil((epoch_ms(until) - $origin::bigint) / $step::double)::bigint, $steps::bigint + 1))
  )) as k
  from spells where listed
), current as (
  select live.*, id from live join heard on heard.k = live.k and heard.source = live.source join cells using (gpu)
  where fresh and doubts = '' and live.k > 0
), voices as (
  select id, k, provider, purchase, min(rank) as rank from current group by all
), speaking as (
  select current.* from current semi join voices using (id, k, provider, purchase, rank)
), stock as (
  select id, k, count(*) filter (sold_out) / nullif(count(*) filter (not untold), 0) as sold_out_share,
    count(*) filter (untold) / count(*) as unknown_share, median(usd) filter (offered) as usd
  from speaking where purchase = $purchase group by id, k
), pairs as (
  select spot.id, spot.k, spot.listing_no,
    any_value(spot.usd) / arg_min(regular.usd, ((spot.tier is distinct from regular.tier)::integer, regular.usd)) as ratio
  from speaking as spot join speaking as regular on spot.id = regular.id and spot.k = regular.k
    and spot.provider = regular.provider and spot.item = regular.item and spot.gpu = regular.gpu
    and spot.gpu_count = regular.gpu_count and spot.region is not distinct from regular.region
  where spot.purchase = 'spot' and regular.purchase = 'on_demand' and spot.offered and regular.offered
  group by spot.id, spot.k, spot.listing_no
), discounts as (
  select id, k, median(1 - ratio) as spot_discount from pairs group by id, k
), events as (
  select gpu, source, kind, observed_at, ceil((epoch_ms(observed_at) - $origin::bigint) / $step::double)::bigint as k,
    listed::integer - was_listed::integer as listed_change, offered::integer - was_offered::integer as offered_change,
    listed and coalesce(was_state = 'delisted', true) as came, state = 'delisted' and was_listed as went,
    was_offered and (state = 'delisted' or sold_out) as taken
  from spells
  where purchase = $purchase and observed_at > $start::timestamp and (listed <> was_listed or offered <> was_offered)
), moments as (
  select moments.source, moments.observed_at, watched.hours, watched.is_news and watched.observed_at = moments.observed_at as is_news
  from (select distinct source, observed_at from events) as moments
  asof join watched on watched.source = moments.source and moments.observed_at >= watched.observed_at
), dated as (
  select events.*, hours, is_news from events join moments using (source, observed_at)
), churn as (
  select gpu, dated.k, kind, listed_change * (heard.hours - dated.hours) as listed_hours,
    offered_change * (heard.hours - dated.hours) as offered_hours,
    case when is_news then came::integer - went::integer else 0 end as net, (is_news and taken)::integer as taken
  from dated join heard on heard.k = dated.k and heard.source = dated.source
  union all
  select gpu, later.k, kind, listed * (later.hours - coalesce(heard.hours, 0)), offered * (later.hours - coalesce(heard.hours, 0)), 0, 0
  from (
    select gpu, source, kind, k, count(*) as listed, count(*) filter (offered) as offered
    from live where purchase = $purchase group by gpu, source, kind, k
  ) as held
  join heard as later on later.source = held.source and later.k = held.k + 1
  left join heard on heard.source = held.source and heard.k = held.k
), moves as (
  select id, k, case when sum(listed_hours) > 1e-9 then 24 * sum(net) / sum(listed_hours) end as net_new,
    case when sum(taken) filter (kind = 'marketplace') > 0
      then sum(offered_hours) filter (kind = 'marketplace') / sum(taken) filter (kind = 'marketplace') end as hours_to_disappear
  from churn join cells using (gpu) group by id, k
)
select gpus.id, epoch_ms(instants.at)::double as at, sold_out_share::double as sold_out_share,
  unknown_share::double as unknown_share, net_new::double as net_new, hours_to_disappear::double as hours_to_disappear,
  spot_discount::double as spot_discount, usd
from (select distinct id from cells) as gpus cross join instants
left join stock on stock.id = gpus.id and stock.k = instants.k
left join discounts on discounts.id = gpus.id and discounts.k = instants.k
left join moves on moves.id = gpus.id and moves.k = instants.k
where instants.k > 0 order by gpus.id, instants.at`;
