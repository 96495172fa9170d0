import { groupBy } from "../group-by.ts";
import {
  type ExcludedListing,
  type HeadlineIndex,
  headlineIndex,
  type IndexListing,
} from "../headline-index.ts";
import type { Receipt } from "./receipts.ts";
import { providerPrice, screenVotes } from "./vote-screen.ts";
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

/** Daily prices of a provider before today, oldest first; none is fine. */
export type PriceHistory = (provider: string) => readonly number[];

/**
 * The index of a cell by one of the methods, with its receipts: for the weighted median a row a provider and price,
 * for votes a row a provider. USD per GPU-hour. Prices that the gate drops take no part in votes. Source: methods.md
 * 1.1, 1.4, 1.6. Empty: null, `empty`.
 */
export const indexValue = (
  method: PriceMethod,
  listings: readonly IndexListing[],
  history: PriceHistory,
): IndexValue => {
  const headline = headlineIndex(listings);
  return method === "weighted_median"
    ? described(headline, headline, medianReceipts(listings, headline))
    : byVotes(listings, headline, history);
};

/** The value that receipts give, computed from nothing else. */
export const valueOfReceipts = (method: PriceMethod, receipts: readonly Receipt[]): number | null =>
  method === "weighted_median"
    ? headlineIndex(receipts.flatMap(listingsBehind)).value
    : voteIndex(receipts.filter(({ status }) => status !== "gate").map(quoteOf)).value;

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

const medianReceipts = (listings: readonly IndexListing[], headline: HeadlineIndex): Receipt[] => {
  const weightOf = new Map(headline.weights.map(({ provider, gpus, weight }) => [provider, weight / gpus]));
  return atOnePrice(listings, headline).map(({ status, ...row }) => ({
    ...row,
    deviation: null,
    weight: status === "ok" ? row.gpus * (weightOf.get(row.provider) ?? 0) : 0,
    status,
  }));
};

interface PriceRow {
  readonly provider: string;
  readonly usdPerGpuHour: number;
  readonly listings: number;
  readonly gpus: number;
  readonly status: string;
}

/** Listings by provider and price, with why they do not count where they do not. */
const atOnePrice = (listings: readonly IndexListing[], { excluded }: HeadlineIndex): PriceRow[] => {
  const reasons = new Map(excluded.map(({ id, reason }) => [id, reason]));
  const groups = groupBy(listings, ({ id, provider, usdPerGpuHour }) =>
    JSON.stringify([provider, usdPerGpuHour, reasons.get(id) ?? "ok"]),
  );
  return [...groups.values()].map((group) => {
    const { id, provider, usdPerGpuHour } = group[0]!;
    const gpus = group.reduce((sum, each) => sum + each.gpus, 0);
    return { provider, usdPerGpuHour, listings: group.length, gpus, status: reasons.get(id) ?? "ok" };
  });
};

/** Listings that stand for a receipt; they share its GPUs. */
export const listingsBehind = ({ provider, usdPerGpuHour, listings, gpus }: Receipt): IndexListing[] =>
  Array.from({ length: listings }, (_, i) => ({
    id: `${provider} ${usdPerGpuHour} ${i}`,
    provider,
    usdPerGpuHour,
    gpus: gpus / listings,
    machine: null,
  }));

const quoteOf = ({ provider, usdPerGpuHour, deviation, weight }: Receipt) => ({
  provider,
  usdPerGpuHour,
  deviation: deviation ?? 0,
  weight,
});

const byVotes = (
  listings: readonly IndexListing[],
  headline: HeadlineIndex,
  history: PriceHistory,
): IndexValue => {
  const sellers = providerPrices(listings, headline);
  const total = sellers.reduce((sum, { gpus }) => sum + gpus, 0);
  const votes = screenVotes(
    sellers.map(({ provider, usdPerGpuHour, gpus }) => ({
      provider,
      usdPerGpuHour,
      weight: gpus / total,
      history: history(provider),
    })),
  );
  const receipts = votes.map(({ provider, usdPerGpuHour, deviation, weight, status }, i): Receipt => {
    const { listings: count, gpus } = sellers[i]!;
    return { provider, usdPerGpuHour, listings: count, gpus, deviation, weight, status };
  });
  return described(headline, voteIndex(receipts.map(quoteOf)), receipts);
};

export interface ProviderPrice {
  readonly provider: string;
  readonly usdPerGpuHour: number;
  readonly listings: number;
  readonly gpus: number;
}

/**
 * One price a provider from the listings that pass the gate, by name: its lowest, or where it names machines, and so
 * is a market of many sellers, the median of its asks by GPUs. USD per GPU-hour. Empty gives empty.
 */
export const providerPrices = (
  listings: readonly IndexListing[],
  { excluded }: Pick<HeadlineIndex, "excluded"> = headlineIndex(listings),
): ProviderPrice[] => {
  const dropped = new Set(excluded.map(({ id }) => id));
  const kept = listings.filter(({ id }) => !dropped.has(id));
  const groups = [...groupBy(kept, ({ provider }) => provider)].sort(([a], [b]) => (a < b ? -1 : 1));
  return groups.map(([provider, rows]) => ({
    provider,
    usdPerGpuHour: providerPrice(
      rows,
      rows.some(({ machine }) => machine !== null),
    )!,
    listings: rows.length,
    gpus: rows.reduce((sum, { gpus }) => sum + gpus, 0),
  }));
};
