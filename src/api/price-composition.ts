import type { Bucket, Statistic } from "../store/read-history.ts";
import { priceStatistics } from "../store/read-history.ts";
import { type Static, Type } from "../typebox.ts";
import { flag, number, text } from "./schema.ts";

/** How a statistic moved since the bucket before, and how much of it comes from who is in it. */
export const compositionSchema = Type.Object({
  change: number(
    "Of the first price statistic asked for (else the median) since the bucket before, as a share",
  ),
  matched_change: number("Geometric mean over the listings that are in both buckets, less one"),
  matched: Type.Integer({ description: "Listings that are in both" }),
  composition: number("What comers and goers added: (1 + change) / (1 + matched_change) - 1"),
  composition_step: flag("Composition is over 2 % either way: a step of who is in it, not of prices"),
  composition_reason: text(
    "no_bucket_before: this or the last has no price; no_match: no listing is in both",
  ),
});
export type Composition = Static<typeof compositionSchema>;

/** Smaller differences are what a median does when a few prices move. */
const stepShare = 0.02;

/** The statistic whose change is told: the first of these that is a price, else the median. */
export const leadingStatistic = (stats: readonly Statistic[]): Statistic =>
  stats.find((name) => (priceStatistics as readonly string[]).includes(name)) ?? "median";

/** Compositions of buckets in the order of time, of one series or several told apart by `key`. Empty gives empty. */
export const compositionsOf = (buckets: readonly Bucket[], stat: Statistic): readonly Composition[] => {
  const before = new Map<string | null, number | null>();
  return buckets.map((bucket) => {
    const last = before.get(bucket.key) ?? null;
    before.set(bucket.key, bucket[stat]);
    return compositionOf(bucket, bucket[stat], last);
  });
};

const compositionOf = (
  { matched, matchedLogChange }: Bucket,
  value: number | null,
  last: number | null,
): Composition => {
  const change = value === null || last === null ? null : value / last - 1;
  // The engine adds up in parallel: beyond twelve digits a mean depends on the order.
  const matchedChange =
    matchedLogChange === null ? null : Number(Math.expm1(matchedLogChange).toPrecision(12));
  const composition =
    change === null || matchedChange === null ? null : (1 + change) / (1 + matchedChange) - 1;
  return {
    ...{ change, matched_change: matchedChange, matched, composition },
    composition_step: composition === null ? null : Math.abs(composition) > stepShare,
    composition_reason: change === null ? "no_bucket_before" : matchedChange === null ? "no_match" : null,
  };
};
