import { beliefOf, type SourceClass } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import type { Parameters } from "./database.ts";

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

/** A GPU that is read with one of the ids that a query for it covers. */
export interface TightnessMember {
  readonly id: string;
  readonly gpu: string;
}

/**
 * CTEs that end in `spells`, `pulled`, `instants` and `live`: the whole cards of sources that sell them, on purchases
 * that match the condition, from tick to tick; the good pulls of their sources; and the listings that were live at
 * each instant. Instant k is $origin + k steps; k = 0 is the start of the first step.
 */
export const listingSpells = (purchases: string): string => `
cells as (
  select unnest($ids::json::varchar[]) as id, unnest($members::json::varchar[]) as gpu
), venues as (
  select unnest(from_json($venues, '[{"source":"varchar","kind":"varchar","rank":"integer"}]'), recursive := true)
), mine as (
  select listing_no, listings.source, provider, gpu, gpu_count, region, tier, purchase, available_is,
    coalesce(machine_id, offer_id) as item, kind, case when kind is null then 1000000 else rank end as rank
  from listings left join venues on venues.source = listings.source
  where gpu in (select gpu from cells) and flags = '' and gpu_share >= 1 and (kind is null or rank is not null)
    and ${purchases} and ($region::varchar is null or region = $region)
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
  select source, observed_at, max(every_minutes) as every_minutes, max(current_until) as current_until,
    arg_max(status, recorded_at) = 'complete' as complete, arg_max(parser_version, recorded_at) as parser
  from pulls
  where status not in ('failed', 'empty') and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
    and source in (select distinct source from mine)
  group by source, observed_at
), instants as (
  select k, make_timestamp_ms($origin::bigint + k * $step::bigint) as at from range($steps::bigint + 1) as steps(k)
), live as (
  select * exclude (until), unnest(range(
    greatest(0, ceil((epoch_ms(observed_at) - $origin::bigint) / $step::double))::bigint,
    least($steps::bigint + 1, coalesce(ceil((epoch_ms(until) - $origin::bigint) / $step::double)::bigint, $steps::bigint + 1))
  )) as k
  from spells where listed
)`;

/** What `listingSpells` binds; `purchase` is for its condition. */
export const listingSpellsParameters = (
  { region, purchase, kinds, first, step, to, asOf }: TightnessFilter,
  members: readonly TightnessMember[],
): Parameters => ({
  ids: JSON.stringify(members.map(({ id }) => id)),
  members: JSON.stringify(members.map(({ gpu }) => gpu)),
  venues: JSON.stringify(venuesOf(kinds)),
  ...{ region, purchase, step },
  origin: first - step,
  steps: Math.floor((to - first) / step) + 1,
  start: formatInstant(first - step),
  to: formatInstant(to),
  as_of: formatInstant(asOf),
});

/** Kinds of sources that sell, or show what others sell. */
const selling: ReadonlySet<SourceClass> = new Set(["direct", "marketplace", "aggregator", "import"]);

/** Sources by the order in which they are believed, then by id; rank null: never. */
const venuesOf = (kinds: TightnessFilter["kinds"]) =>
  [...kinds]
    .sort(([a, x], [b, y]) => beliefOf[x] - beliefOf[y] || (a < b ? -1 : 1))
    .map(([source, kind], rank) => ({ source, kind, rank: selling.has(kind) ? rank : null }));
