import type { OfferFlag } from "../domain/offer.ts";
import type { TickState } from "../domain/purchase.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { eachChunk, type Parameters } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { splitFlags } from "./listing-columns.ts";

/** The last word of the tape on one listing. Prices are null unless it is live. */
export interface ListingState {
  readonly listingNo: number;
  readonly changedAt: Instant;
  readonly state: TickState;
  readonly usdPerGpuHour: number | null;
  readonly priceRaw: number | null;
  readonly fxRate: number | null;
  readonly fxDate: string | null;
  readonly availableGpus: number | null;
  /** Doubts about the price. */
  readonly flags: readonly OfferFlag[];
}

export interface StateFilter {
  /** Market time; default the end of the tape. */
  readonly at?: Instant;
  /** Knowledge time; default all that is known. */
  readonly asOf?: Instant;
  /** A subquery of listing numbers to look at. Never from outside. */
  readonly listings?: string;
}

/** The state of each listing at a market time as known at a knowledge time, in one scan of the tape. */
export const readStates = async (
  connection: DuckDBConnection,
  filter: StateFilter = {},
): Promise<ListingState[]> => {
  const conditions = [
    ...(filter.at === undefined ? [] : ["observed_at <= $at::timestamp"]),
    ...(filter.asOf === undefined ? [] : ["recorded_at <= $as_of::timestamp"]),
    ...(filter.listings === undefined ? [] : [`listing_no in (${filter.listings})`]),
  ];
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const known = filter.asOf === undefined ? "" : "where recorded_at <= $as_of::timestamp";
  const parameters: Parameters = {
    ...(filter.at === undefined ? {} : { at: formatInstant(filter.at) }),
    ...(filter.asOf === undefined ? {} : { as_of: formatInstant(filter.asOf) }),
  };
  const states: ListingState[] = [];
  await eachChunk(
    connection,
    `with latest as (select listing_no, max(observed_at) as observed_at from ticks ${where} group by listing_no)
     select listing_no, epoch_ms(observed_at)::double, arg_max_null(state, recorded_at)::varchar,
       arg_max_null(usd_per_gpu_hour, recorded_at), arg_max_null(price_raw, recorded_at),
       arg_max_null(fx_rate, recorded_at), arg_max_null(fx_date, recorded_at)::varchar,
       arg_max_null(available_gpus, recorded_at), arg_max_null(flags, recorded_at)
     from ticks join latest using (listing_no, observed_at) ${known} group by listing_no, observed_at`,
    parameters,
    (columns, count) => {
      for (let row = 0; row < count; row++) {
        states.push({
          listingNo: columns[0]![row] as number,
          changedAt: columns[1]![row] as number,
          state: columns[2]![row] as TickState,
          usdPerGpuHour: columns[3]![row] as number | null,
          priceRaw: columns[4]![row] as number | null,
          fxRate: columns[5]![row] as number | null,
          fxDate: columns[6]![row] as string | null,
          availableGpus: columns[7]![row] as number | null,
          flags: splitFlags((columns[8]![row] as string | null) ?? ""),
        });
      }
    },
  );
  return states;
};
