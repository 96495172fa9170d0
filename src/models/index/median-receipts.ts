import { groupBy } from "../group-by.ts";
import type { HeadlineIndex } from "../headline-index.ts";
import { gpusBehindListing, type IndexListing } from "../index-listing.ts";
import type { Receipt } from "./receipts.ts";

/**
 * Listings of a cell as receipts of its headline: a row a provider, price, status and whether they tell their stock.
 * Weights are those that the prices have in the value, 0 for what does not count. Empty gives empty.
 */
export const medianReceipts = (
  listings: readonly IndexListing[],
  headline: Pick<HeadlineIndex, "listings" | "excluded">,
): Receipt[] => {
  const reasons = new Map(headline.excluded.map(({ id, reason }) => [id, reason]));
  const weights = new Map(headline.listings.map(({ listing, weight }) => [listing.id, weight]));
  const groups = groupBy(listings, ({ id, provider, usdPerGpuHour, freeGpus = null }) =>
    JSON.stringify([provider, usdPerGpuHour, reasons.get(id) ?? "ok", freeGpus === null]),
  );
  return [...groups.values()].map((group) => ({
    ...sumsOf(group),
    provider: group[0]!.provider,
    usdPerGpuHour: group[0]!.usdPerGpuHour,
    deviation: null,
    weight: sum(group, ({ id }) => weights.get(id) ?? 0),
    status: reasons.get(group[0]!.id) ?? "ok",
  }));
};

/** What receipts keep of listings, added up. */
export const sumsOf = (group: readonly IndexListing[]) => {
  const telling = group.flatMap(({ freeGpus = null }) => (freeGpus === null ? [] : [freeGpus]));
  return {
    listings: group.length,
    gpus: sum(group, gpusBehindListing),
    freeGpus: telling.length === 0 ? null : telling.reduce((total, free) => total + free, 0),
    packageGpus: sum(group, ({ gpus }) => gpus),
    parts: sum(group, ({ part = 1 }) => part),
  };
};

/** Listings that stand for a receipt; they share its GPUs. */
export const listingsBehind = (receipt: Receipt): IndexListing[] => {
  const { provider, usdPerGpuHour, listings, gpus, freeGpus = null } = receipt;
  const { packageGpus = gpus, parts = listings } = receipt;
  return Array.from({ length: listings }, (_, i) => ({
    id: `${provider} ${usdPerGpuHour} ${i}`,
    provider,
    usdPerGpuHour,
    gpus: packageGpus / listings,
    freeGpus: freeGpus === null ? null : freeGpus / listings,
    machine: null,
    part: parts / listings,
  }));
};

const sum = (group: readonly IndexListing[], of: (listing: IndexListing) => number): number =>
  group.reduce((total, listing) => total + of(listing), 0);
