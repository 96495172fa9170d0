import {
  type Book,
  type BookOffer,
  gpusBehind,
  isCutByPrice,
  isOfOpenArchive,
  isSeenInPart,
} from "../domain/book.ts";
import { mergeSlices } from "./machines.ts";
import { byPrice } from "./offers-of.ts";

/** One listing of the stack, the GPUs behind it, and those behind all listings up to it. */
export interface StackStep {
  readonly usdPerGpuHour: number;
  readonly gpus: number;
  readonly cumulativeGpus: number;
  readonly listingId: string;
  readonly provider: string;
}

export interface StackLeg {
  readonly listingId: string;
  readonly provider: string;
  readonly usdPerGpuHour: number;
  readonly gpus: number;
}

export interface StackWalk {
  readonly gpus: number;
  /** Average price over the GPUs taken, USD per GPU-hour. */
  readonly vwap: number;
  /** Price of the last GPU taken. */
  readonly marginal: number;
  /** How far the average lies above the best price, in basis points. */
  readonly slippageBps: number;
  readonly legs: readonly StackLeg[];
}

/**
 * The merit order: offers by price (USD per GPU-hour, ties by listing id) with cumulative GPUs. Slices of one
 * machine count once, as its free GPUs at its cheapest row; a listing that does not tell them is as many GPUs as its
 * package, by the stack's own rule and unlike the index. List prices and statistics may be among the offers;
 * it is the caller who says so. Source: methods.md 2. Empty: empty. One offer: one step. Offers that are sold out
 * or whose price is not finite and positive are no step.
 */
export const supplyStack = (offers: readonly BookOffer[]): StackStep[] => {
  const usable = offers.filter(
    (offer) => Number.isFinite(offer.usdPerGpuHour) && offer.usdPerGpuHour > 0 && gpusBehind(offer) > 0,
  );
  let cumulativeGpus = 0;
  return mergeSlices(usable.sort(byPrice)).rows.map(({ offer, gpus }) => {
    cumulativeGpus += gpus;
    const { usdPerGpuHour, listingId, provider } = offer;
    return { usdPerGpuHour, gpus, cumulativeGpus, listingId, provider };
  });
};

/**
 * Takes `gpus` GPUs from the cheapest step up, single GPUs out of every step (cover.ts respects block sizes).
 * Null: `insufficient_supply`, or `gpus` is not finite and positive. Source: methods.md 2.
 */
export const walkStack = (steps: readonly StackStep[], gpus: number): StackWalk | null => {
  if (!Number.isFinite(gpus) || gpus <= 0) return null;
  const legs: StackLeg[] = [];
  let left = gpus;
  for (const { listingId, provider, usdPerGpuHour, gpus: free } of steps) {
    if (left <= 0) break;
    const taken = Math.min(free, left);
    legs.push({ listingId, provider, usdPerGpuHour, gpus: taken });
    left -= taken;
  }
  const [best, last] = [legs[0], legs.at(-1)];
  if (left > 0 || !best || !last) return null;
  const vwap = legs.reduce((usd, leg) => usd + leg.gpus * leg.usdPerGpuHour, 0) / gpus;
  return {
    gpus,
    vwap,
    marginal: last.usdPerGpuHour,
    slippageBps: (vwap / best.usdPerGpuHour - 1) * 1e4,
    legs,
  };
};

/**
 * Smallest price at which supply reaches `demand` GPUs, in USD per GPU-hour. Null: `insufficient_supply`, no steps,
 * or a demand that is not finite and positive. Source: methods.md 2.
 */
export const clearingPrice = (steps: readonly StackStep[], demand: number): number | null => {
  if (!Number.isFinite(demand) || demand <= 0) return null;
  return steps.find((step) => step.cumulativeGpus >= demand)?.usdPerGpuHour ?? null;
};

/**
 * The price (USD per GPU-hour) from which on the stack is blind: the highest price that a source showed in the cell
 * whose last good pull was cut in the order of price, the lowest of these where there are several such sources. Null:
 * none of them has an offer here. A pull that was cut in another order or lost a part is blind at any price
 * (`blindSources`); so may archives be that do not say whether they are whole (`openArchives`).
 */
export const truncatedAbove = (offers: readonly BookOffer[], book: Book): number | null => {
  const highest = new Map<string, number>();
  for (const offer of offers) {
    const { source, usdPerGpuHour } = offer;
    if (!isSeenInPart(offer, book) || !isCutByPrice(offer, book) || !Number.isFinite(usdPerGpuHour)) continue;
    highest.set(source, Math.max(highest.get(source) ?? 0, usdPerGpuHour));
  }
  return highest.size === 0 ? null : Math.min(...highest.values());
};

/**
 * Sources of these offers whose last good pull did not see all of this market, and might have missed an offer at any
 * price: it lost a part, or was cut in another order than that of price. By id; empty gives empty.
 */
export const blindSources = (offers: readonly BookOffer[], book: Book): string[] => {
  const isBlind = (offer: BookOffer): boolean =>
    isSeenInPart(offer, book) && !isCutByPrice(offer, book) && !isOfOpenArchive(offer, book);
  return [...new Set(offers.filter(isBlind).map(({ source }) => source))].sort();
};

/** Archives behind the offers that do not say whether they show everything, by id. */
export const openArchives = (offers: readonly BookOffer[], book: Book): string[] =>
  [...new Set(offers.filter((offer) => isOfOpenArchive(offer, book)).map(({ source }) => source))].sort();
