import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import { goodPulls } from "./good-pulls.ts";
import type { Bucket, Grid } from "./read-history.ts";

interface KnownTick {
  readonly at: Instant;
  readonly isLive: boolean;
  readonly usd: number | null;
  readonly gpus: number | null;
}

interface GoodPull {
  readonly at: Instant;
  readonly currentUntil: Instant;
}

/**
 * `readBuckets` for a single listing, from two plain reads: joining instants, ticks and pulls in SQL takes the engine
 * longer to plan than the answer takes to find.
 */
export const readBucketsOfOne = async (database: Database, filter: Grid): Promise<Bucket[]> => {
  const [ticks, pulls] = await Promise.all([readKnown(database, filter), readGood(database, filter)]);
  const tickAt = lastBefore(ticks);
  const pullAt = lastBefore(pulls);
  const buckets: Bucket[] = [];
  for (let at = filter.first; at <= filter.to; at += filter.step) {
    const [tick, pull] = [tickAt(at), pullAt(at)];
    const isListed = tick?.isLive === true;
    const isFresh = pull !== null && at < pull.currentUntil;
    buckets.push(bucketOf(at, isListed && isFresh ? tick : null, isListed && !isFresh ? 1 : 0));
  }
  return buckets;
};

const bucketOf = (at: Instant, tick: KnownTick | null, stale: number): Bucket => {
  const usd = tick?.usd ?? null;
  const prices = { min: usd, p25: usd, median: usd, p75: usd, max: usd, mean: usd };
  return { at, ...prices, gpus: tick?.gpus ?? null, offers: tick === null ? null : 1, stale };
};

/** The last of rows that rise in time at or before instants that rise. */
const lastBefore = <T extends { readonly at: Instant }>(
  rising: readonly T[],
): ((at: Instant) => T | null) => {
  let next = 0;
  return (at) => {
    while (next < rising.length && rising[next]!.at <= at) next++;
    return rising[next - 1] ?? null;
  };
};

const readKnown = async (
  database: Database,
  { listings, to, asOf, doubted = false }: Grid,
): Promise<KnownTick[]> => {
  const found = await rows(
    database.reader,
    `select epoch_ms(observed_at)::double as at, arg_max_null(state, recorded_at)::varchar as state,
       arg_max_null(usd_per_gpu_hour, recorded_at) as usd, arg_max_null(ticks.flags, recorded_at) as flags,
       coalesce(arg_max_null(available_gpus, recorded_at), any_value(gpu_count)) as gpus
     from ticks join listings using (listing_no) where listing_no = $listing
       and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
     group by observed_at order by observed_at`,
    { listing: listings[0]!, to: formatInstant(to), as_of: formatInstant(asOf) },
  );
  return found.map((row) => ({
    at: row.at as number,
    isLive: row.state === "live" && (doubted || row.flags === ""),
    usd: row.usd as number | null,
    gpus: row.gpus as number | null,
  }));
};

const readGood = async (database: Database, { listings, to, asOf }: Grid): Promise<GoodPull[]> => {
  const found = await rows(
    database.reader,
    `select epoch_ms(observed_at)::double as at, epoch_ms(current_until)::double as until
     from (${goodPulls(`recorded_at <= $as_of::timestamp and observed_at <= $to::timestamp
       and source = (select source from listings where listing_no = $listing)`)}) order by observed_at`,
    { listing: listings[0]!, to: formatInstant(to), as_of: formatInstant(asOf) },
  );
  return found.map((row) => ({ at: row.at as number, currentUntil: row.until as number }));
};
