import { max } from "simple-statistics";
import { madGate } from "./gate.ts";
import { isPositive } from "./is-positive.ts";
import { cappedShares } from "./provider-cap.ts";
import { weightedMedian } from "./weighted-median.ts";

/** One machine (or one listing where the machine is not named) of a cell. */
export interface IndexListing {
  readonly id: string;
  readonly provider: string;
  readonly usdPerGpuHour: number;
  readonly gpus: number;
  /** The provider's own machine id; null where it names none. */
  readonly machine: string | null;
}

export interface ExcludedListing {
  readonly id: string;
  readonly reason: "bad_price" | "bad_gpus" | "gate";
}

/** A provider's GPUs in the cell and its part of the index weight, 0..1. */
export interface ProviderWeight {
  readonly provider: string;
  readonly gpus: number;
  readonly weight: number;
}

export type HeadlineReason = "empty" | "too_few_providers" | "too_few_listings";

export interface HeadlineIndex {
  /** USD per GPU-hour; null together with a reason. */
  readonly value: number | null;
  readonly reason: HeadlineReason | null;
  readonly nProviders: number;
  readonly nListings: number;
  /** Distinct machines; a listing without a machine counts as one. */
  readonly nMachines: number;
  /** Sum of squared weight shares after the cap, 0..1; null in an empty cell. */
  readonly hhi: number | null;
  /** Largest weight share after the cap, 0..1; null in an empty cell. */
  readonly topProviderShare: number | null;
  readonly weights: readonly ProviderWeight[];
  readonly excluded: readonly ExcludedListing[];
}

export const minProviders = 3;
export const minMachines = 8;
/** A listing of more GPUs than this is an error; the sums of others stay finite without it. */
export const mostGpus = 1e12;

/**
 * The headline: MAD gate, provider weights capped at 25 %, each spread over the provider's listings by GPUs, then
 * the weighted median, in USD per GPU-hour. Published with at least 3 providers and 8 machines, else `value` is
 * null and `reason` says why; counts and weights are there all the same. The order of listings does not matter.
 * Source: methods.md 1.1. Empty: null, `empty`. One listing: null, `too_few_providers`. A price or GPU count that
 * is not finite and positive, or a count above 1e12, leaves the cell and is named in `excluded`.
 */
export const headlineIndex = (listings: readonly IndexListing[]): HeadlineIndex => {
  const { kept, excluded } = gated([...listings].sort(byPrice));
  const weights = providerWeights(kept);
  const nMachines = countMachines(kept);
  const reason = whyNot(weights.length, nMachines);
  return {
    value: reason === null ? weightedMedian(weighted(kept, weights)) : null,
    reason,
    nProviders: weights.length,
    nListings: kept.length,
    nMachines,
    hhi: weights.length === 0 ? null : weights.reduce((sum, { weight }) => sum + weight * weight, 0),
    topProviderShare: weights.length === 0 ? null : max(weights.map(({ weight }) => weight)),
    weights,
    excluded: excluded.sort((a, b) => compare(a.id, b.id)),
  };
};

const gated = (sorted: readonly IndexListing[]): { kept: IndexListing[]; excluded: ExcludedListing[] } => {
  const excluded: ExcludedListing[] = [];
  const usable = sorted.filter((listing) => {
    const reason = isPositive(listing.usdPerGpuHour)
      ? isPositive(listing.gpus) && listing.gpus <= mostGpus
        ? null
        : "bad_gpus"
      : "bad_price";
    if (reason !== null) excluded.push({ id: listing.id, reason });
    return reason === null;
  });
  const passes = madGate(usable.map((listing) => listing.usdPerGpuHour));
  const kept = usable.filter((listing, i) => {
    if (passes[i] !== true) excluded.push({ id: listing.id, reason: "gate" });
    return passes[i] === true;
  });
  return { kept, excluded };
};

const providerWeights = (kept: readonly IndexListing[]): ProviderWeight[] => {
  const gpusOf = new Map<string, number>();
  for (const { provider, gpus } of kept) gpusOf.set(provider, (gpusOf.get(provider) ?? 0) + gpus);
  const providers = [...gpusOf].sort(([a], [b]) => compare(a, b));
  const shares = cappedShares(providers.map(([, gpus]) => gpus));
  return providers.map(([provider, gpus], i) => ({ provider, gpus, weight: shares[i] ?? 0 }));
};

const weighted = (kept: readonly IndexListing[], weights: readonly ProviderWeight[]) => {
  const perGpu = new Map(weights.map(({ provider, gpus, weight }) => [provider, weight / gpus]));
  return kept.map(({ provider, usdPerGpuHour, gpus }) => ({
    value: usdPerGpuHour,
    weight: gpus * (perGpu.get(provider) ?? 0),
  }));
};

const countMachines = (kept: readonly IndexListing[]): number => {
  const machines = new Map<string, Set<string>>();
  let count = 0;
  for (const { provider, machine } of kept) {
    if (machine === null) {
      count++;
      continue;
    }
    const own = machines.get(provider);
    if (own) own.add(machine);
    else machines.set(provider, new Set([machine]));
  }
  for (const own of machines.values()) count += own.size;
  return count;
};

const whyNot = (nProviders: number, nMachines: number): HeadlineReason | null => {
  if (nMachines === 0) return "empty";
  if (nProviders < minProviders) return "too_few_providers";
  return nMachines < minMachines ? "too_few_listings" : null;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byPrice = (a: IndexListing, b: IndexListing): number =>
  a.usdPerGpuHour - b.usdPerGpuHour ||
  compare(a.id, b.id) ||
  compare(a.provider, b.provider) ||
  a.gpus - b.gpus;
