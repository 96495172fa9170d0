import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";
import { goodPulls } from "./good-pulls.ts";
import type { Bucket, Grid } from "./read-history.ts";

interface KnownTick {
  readonly at: Instant;
  readonly isLive: boolean;
  readonly usd: number | null;
  /** Free, or of its package where that is not told; 0: sold out. */
  readonly gpus: number;
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
    const isFresh = pull !== null && at < pull.currentUntil;
    buckets.push(bucketOf(at, tick?.isLive ? tick : null, isFresh, filter.asAsked));
  }
  return withMoves(buckets);
};

const bucketOf = (at: Instant, listed: KnownTick | null, isFresh: boolean, asAsked = false): Bucket => {
  const isSoldOut = listed !== null && isFresh && listed.gpus === 0;
  const counted = isFresh && (asAsked || !isSoldOut) ? listed : null;
  const usd = counted?.usd ?? null;
  const available = counted === null ? null : Number(!isSoldOut);
  return {
    ...{ at, key: null },
    ...{ min: usd, p25: usd, median: usd, p75: usd, max: usd, mean: usd },
    ...{ gpus: counted?.gpus ?? null, offers: available, providers: available },
    ...{ stale: Number(listed !== null && !isFresh), soldOut: Number(isSoldOut) },
    ...{ matched: 0, matchedLogChange: null },
  };
};

/** How the one listing moved from bucket to bucket. */
const withMoves = (buckets: readonly Bucket[]): Bucket[] =>
  buckets.map((bucket, i) => {
    const before = buckets[i - 1]?.mean ?? null;
    if (before === null || bucket.mean === null) return bucket;
    return { ...bucket, matched: 1, matchedLogChange: Math.log(bucket.mean / before) };
  });

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
  { listings, to, asOf, asAsked = false }: Grid,
): Promise<KnownTick[]> => {
  const found = await rows(
    database.reader,
    `select epoch_ms(observed_at)::double as at, arg_max_null(state, recorded_at)::varchar as state,
       arg_max_null(usd_per_gpu_hour, recorded_at) as usd, arg_max_null(ticks.flags, recorded_at) as flags,
       arg_max_null(available_gpus, recorded_at) as free, any_value(gpu_count) as gpus
     from ticks join listings using (listing_no) where listing_no = $listing
       and observed_at <= $to::timestamp and recorded_at <= $as_of::timestamp
     group by observed_at order by observed_at`,
    { listing: listings[0]!, to: formatInstant(to), as_of: formatInstant(asOf) },
  );
  return found.map((row) => ({
    at: row.at as number,
    isLive: row.state === "live" && (asAsked || row.flags === ""),
    usd: row.usd as number | null,
    gpus: (row.free ?? row.gpus) as number,
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
