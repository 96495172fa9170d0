import { min } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import type { HeadlineIndex } from "../headline-index.ts";
import type { IndexListing } from "../index-listing.ts";
import { lowerWeightedMedian } from "../weighted-median.ts";
import type { Receipt } from "./receipts.ts";
import { type PriceHistory, quoteOf } from "./vote-receipts.ts";
import { screenVotes } from "./vote-screen.ts";
import { type VoteIndex, voteIndex } from "./votes.ts";

/**
 * Receipts as the first version of the methodology wrote them, to the last digit, so that a value which is published
 * again under it has the digest that it had; with what they are of.
 */
export const receiptsOne = (
  method: "weighted_median" | "votes",
  listings: readonly IndexListing[],
  headline: HeadlineIndex,
  history: PriceHistory,
): { readonly of: HeadlineIndex | VoteIndex; readonly receipts: readonly Receipt[] } => {
  if (method === "weighted_median") return { of: headline, receipts: medianReceiptsOne(listings, headline) };
  const receipts = voteReceiptsOne(listings, headline, history);
  return { of: voteIndex(receipts.map(quoteOf)), receipts };
};

const medianReceiptsOne = (
  listings: readonly IndexListing[],
  { weights, excluded }: HeadlineIndex,
): Receipt[] => {
  const perGpu = new Map(weights.map(({ provider, gpus, weight }) => [provider, weight / gpus]));
  const reasons = new Map(excluded.map(({ id, reason }) => [id, reason]));
  const groups = groupBy(listings, ({ id, provider, usdPerGpuHour }) =>
    JSON.stringify([provider, usdPerGpuHour, reasons.get(id) ?? "ok"]),
  );
  return [...groups.values()].map((group) => {
    const { id, provider, usdPerGpuHour } = group[0]!;
    const [gpus, status] = [gpusOf(group), reasons.get(id) ?? "ok"];
    const weight = status === "ok" ? gpus * (perGpu.get(provider) ?? 0) : 0;
    return { provider, usdPerGpuHour, listings: group.length, gpus, deviation: null, weight, status };
  });
};

const voteReceiptsOne = (
  listings: readonly IndexListing[],
  headline: HeadlineIndex,
  history: PriceHistory,
): Receipt[] => {
  const sellers = sellersOne(listings, headline);
  const total = sellers.reduce((sum, { gpus }) => sum + gpus, 0);
  const votes = screenVotes(
    sellers.map(({ provider, usdPerGpuHour, gpus }) => ({
      ...{ provider, usdPerGpuHour, weight: gpus / total, history: history(provider) },
    })),
  );
  return votes.map(({ deviation, weight, status }, i) => ({ ...sellers[i]!, deviation, weight, status }));
};

/**
 * One price a provider from the listings that pass the gate of version 1, by name: its lowest, or where it names
 * machines the median of its asks by GPUs, the lower of two. USD per GPU-hour. Empty gives empty.
 */
export const sellersOne = (
  listings: readonly IndexListing[],
  { excluded }: Pick<HeadlineIndex, "excluded">,
) => {
  const dropped = new Set(excluded.map(({ id }) => id));
  const kept = groupBy(
    listings.filter(({ id }) => !dropped.has(id)),
    ({ provider }) => provider,
  );
  return [...kept]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([provider, rows]) => ({
      ...{ provider, usdPerGpuHour: priceOf(rows), listings: rows.length, gpus: gpusOf(rows) },
    }));
};

const priceOf = (rows: readonly IndexListing[]): number =>
  rows.some(({ machine }) => machine !== null)
    ? lowerWeightedMedian(rows.map(({ usdPerGpuHour, gpus }) => ({ value: usdPerGpuHour, weight: gpus })))!
    : min(rows.map(({ usdPerGpuHour }) => usdPerGpuHour));

const gpusOf = (rows: readonly IndexListing[]): number => rows.reduce((sum, { gpus }) => sum + gpus, 0);
