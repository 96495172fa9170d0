import { type ExcludedListing, type HeadlineIndex, headlineIndex } from "../headline-index.ts";
import { type MethodologyVersion, presentVersion } from "../headline-rules.ts";
import type { IndexListing } from "../index-listing.ts";
import { listingsBehind, medianReceipts } from "./median-receipts.ts";
import type { Receipt } from "./receipts.ts";
import { receiptsOne } from "./receipts-one.ts";
import { type PriceHistory, quoteOf, quotesBehind, voteReceipts } from "./vote-receipts.ts";
import { type VoteIndex, voteIndex } from "./votes.ts";

/** Methods whose values are in USD per GPU-hour and come from the listings of one instant. */
export const priceMethods = ["weighted_median", "votes"] as const;
export type PriceMethod = (typeof priceMethods)[number];

/** A value of an index with everything it takes to compute it again. */
export interface IndexValue {
  readonly value: number | null;
  readonly reason: string | null;
  readonly nProviders: number;
  readonly nListings: number;
  readonly nMachines: number;
  readonly hhi: number | null;
  readonly topProviderShare: number | null;
  /** Listings that the gate dropped or whose numbers cannot be used. */
  readonly dropped: readonly ExcludedListing[];
  readonly receipts: readonly Receipt[];
}

/**
 * The index of a cell by one of the methods, with its receipts: for the weighted median a row a provider and price,
 * for votes a row a provider. USD per GPU-hour. Prices that the gate drops take no part in votes. Source: methods.md
 * 1.1, 1.4, 1.6. Empty: null, `empty`. `version` 1 takes listings of that version (`indexCell`).
 */
export const indexValue = (
  method: PriceMethod,
  listings: readonly IndexListing[],
  history: PriceHistory,
  version: MethodologyVersion = presentVersion,
): IndexValue => {
  const headline = headlineIndex(listings, version);
  if (version === 1) {
    const { of, receipts } = receiptsOne(method, listings, headline, history);
    return described(headline, of, receipts);
  }
  return method === "weighted_median"
    ? described(headline, headline, medianReceipts(listings, headline))
    : byVotes(headline, history);
};

/**
 * The value that receipts give, computed from nothing else, by the version of the methodology that they were made
 * under. In any order; null where they give none.
 */
export const valueOfReceipts = (
  method: PriceMethod,
  receipts: readonly Receipt[],
  version: MethodologyVersion = presentVersion,
): number | null =>
  method === "weighted_median"
    ? headlineIndex(receipts.flatMap(listingsBehind), version).value
    : voteIndex(quotesBehind(receipts, version)).value;

const described = (
  { nListings, nMachines, excluded: dropped }: HeadlineIndex,
  { value, reason, nProviders, hhi, topProviderShare }: HeadlineIndex | VoteIndex,
  receipts: readonly Receipt[],
): IndexValue => ({
  value,
  reason,
  nProviders,
  nListings,
  nMachines,
  hhi,
  topProviderShare,
  dropped,
  receipts,
});

const byVotes = (headline: HeadlineIndex, history: PriceHistory): IndexValue => {
  const receipts = voteReceipts(headline, history);
  return described(headline, voteIndex(receipts.map(quoteOf)), receipts);
};
