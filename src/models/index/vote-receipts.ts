import { groupBy } from "../group-by.ts";
import type { HeadlineIndex, WeighedListing } from "../headline-index.ts";
import { type MethodologyVersion, presentVersion } from "../headline-rules.ts";
import { providerDepths } from "../provider-depth.ts";
import { sumsOf } from "./median-receipts.ts";
import type { Receipt } from "./receipts.ts";
import { providerPrice, screenVotes } from "./vote-screen.ts";
import type { VoteQuote } from "./votes.ts";

/** Daily prices of a provider before today, oldest first; none is fine. */
export type PriceHistory = (provider: string) => readonly number[];

/** A price a provider with its vote, by name, from the listings of a cell that count. Empty gives empty. */
export const voteReceipts = (headline: Pick<HeadlineIndex, "listings">, history: PriceHistory): Receipt[] => {
  const sellers = sellersOf(headline).map(({ provider, usdPerGpuHour, rows }) => ({
    ...{ provider, usdPerGpuHour, ...sumsOf(rows.map(({ listing }) => listing)) },
  }));
  const weights = voteWeights(sellers.map(({ freeGpus }) => freeGpus));
  const votes = screenVotes(
    sellers.map(({ provider, usdPerGpuHour }, i) => ({
      ...{ provider, usdPerGpuHour, weight: weights[i]!, history: history(provider) },
    })),
  );
  return votes.map(({ deviation, weight, status }, i) => ({ ...sellers[i]!, deviation, weight, status }));
};

/** The votes of receipts that count, their weights from what the providers tell; in version 1 as they were written. */
export const quotesBehind = (
  receipts: readonly Receipt[],
  version: MethodologyVersion = presentVersion,
): VoteQuote[] => {
  const counted = receipts.filter(({ status }) => status !== "gate");
  if (version === 1) return counted.map(quoteOf);
  const weights = voteWeights(counted.map(({ freeGpus = null }) => freeGpus));
  return counted.map((receipt, i) => ({ ...quoteOf(receipt), weight: weights[i]! }));
};

export const quoteOf = ({ provider, usdPerGpuHour, deviation, weight }: Receipt): VoteQuote => ({
  provider,
  usdPerGpuHour,
  deviation: deviation ?? 0,
  weight,
});

/** GPUs that providers weigh, as shares of their sum; they are not capped. */
const voteWeights = (told: readonly (number | null)[]): number[] => {
  const gpus = providerDepths(told);
  const total = gpus.reduce((sum, each) => sum + each, 0);
  return gpus.map((each) => each / total);
};

export interface ProviderPrice {
  readonly provider: string;
  readonly usdPerGpuHour: number;
}

/**
 * One price a provider from the listings of a cell that count, by name: its lowest, or where it names machines, and so
 * is a market of many sellers, the median of its asks by what they weigh. USD per GPU-hour. Empty gives empty.
 */
export const providerPrices = (headline: Pick<HeadlineIndex, "listings">): ProviderPrice[] =>
  sellersOf(headline).map(({ provider, usdPerGpuHour }) => ({ provider, usdPerGpuHour }));

interface Seller extends ProviderPrice {
  readonly rows: readonly WeighedListing[];
}

const sellersOf = ({ listings }: Pick<HeadlineIndex, "listings">): Seller[] => {
  const groups = [...groupBy(listings, ({ listing }) => listing.provider)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return groups.map(([provider, rows]) => {
    const asks = rows.map(({ listing, weight }) => ({ usdPerGpuHour: listing.usdPerGpuHour, gpus: weight }));
    const isOrderBook = rows.some(({ listing }) => listing.machine !== null);
    return { provider, usdPerGpuHour: providerPrice(asks, isOrderBook)!, rows };
  });
};
