import type { OfferFlag } from "../domain/offer.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import type { Catalog } from "./catalog.ts";
import { type Database, rows } from "./database.ts";
import { type Listing, splitFlags } from "./listing-columns.ts";

export interface Change {
  readonly at: Instant;
  /** `flagged`: its price came into doubt, with a new price or without; `unflagged`: it is believed again. */
  readonly kind: "new" | "gone" | "repriced" | "flagged" | "unflagged";
  readonly listing: Listing;
  /** Doubts about the price after the change. */
  readonly doubts: readonly OfferFlag[];
  /** USD per GPU-hour before and after; null on the side where it was not live. */
  readonly from: number | null;
  readonly to: number | null;
}

export interface ChangesFilter {
  readonly since: Instant;
  readonly until: Instant;
  readonly asOf: Instant;
  readonly gpus: ReadonlySet<string> | null;
  readonly provider: string | null;
  /** Rows to skip and to give, newest first. */
  readonly offset: number;
  readonly limit: number;
}

/** What came, went, changed its price or came into doubt in a span, newest first; free GPUs alone are left out. */
export const readChanges = async (
  database: Database,
  catalog: Catalog,
  filter: ChangesFilter,
): Promise<Change[]> => {
  const narrowed = filter.gpus !== null || filter.provider !== null;
  const wanted = narrowed
    ? catalog.byNo.filter(
        ({ offer }) =>
          (filter.gpus?.has(offer.gpu) ?? true) &&
          (filter.provider === null || offer.provider === filter.provider),
      )
    : null;
  if (wanted?.length === 0) return [];
  const only = wanted === null ? "" : "and listing_no in (select unnest($wanted::json::integer[]))";
  const found = await rows(
    database.reader,
    `with recent as (
       select distinct listing_no from ticks
       where observed_at > $since::timestamp and observed_at <= $until::timestamp and recorded_at <= $as_of::timestamp ${only}
     ), start as (
       select listing_no, max(observed_at) as observed_at from ticks join recent using (listing_no)
       where observed_at <= $since::timestamp and recorded_at <= $as_of::timestamp group by listing_no
     ), effective as (
       select ticks.listing_no, ticks.observed_at,
         arg_max_null(state, recorded_at) as state, arg_max_null(usd_per_gpu_hour, recorded_at) as usd,
         arg_max_null(flags, recorded_at) as flags
       from ticks join recent using (listing_no) left join start on start.listing_no = ticks.listing_no
       where ticks.observed_at >= coalesce(start.observed_at, $since::timestamp)
         and ticks.observed_at <= $until::timestamp and recorded_at <= $as_of::timestamp
       group by ticks.listing_no, ticks.observed_at
     ), stepped as (
       select *, lag(state) over past as was_state, lag(usd) over past as was_usd, lag(flags) over past as was_flags
       from effective window past as (partition by listing_no order by observed_at)
     )
     select epoch_ms(observed_at)::double as at, listing_no, was_usd, usd, flags,
       case when state = 'live' and was_state is distinct from 'live' then 'new'
            when state <> 'live' then 'gone'
            when flags <> '' and flags <> was_flags then 'flagged'
            when usd is distinct from was_usd then 'repriced' else 'unflagged' end as kind
     from stepped
     where observed_at > $since::timestamp
       and ((state = 'live') is distinct from (was_state = 'live') or (state = 'live' and (usd is distinct from was_usd or flags is distinct from was_flags)))
       and not (was_state is null and state <> 'live')
     order by observed_at desc, listing_no limit $limit offset $offset`,
    {
      since: formatInstant(filter.since),
      until: formatInstant(filter.until),
      as_of: formatInstant(filter.asOf),
      limit: filter.limit,
      offset: filter.offset,
      ...(wanted === null ? {} : { wanted: JSON.stringify(wanted.map(({ listingNo }) => listingNo)) }),
    },
  );
  return found.map((row) => ({
    at: row.at as number,
    kind: row.kind as Change["kind"],
    listing: catalog.byNo[row.listing_no as number]!,
    doubts: splitFlags(row.flags as string),
    from: row.kind === "new" ? null : (row.was_usd as number | null),
    to: row.usd as number | null,
  }));
};
