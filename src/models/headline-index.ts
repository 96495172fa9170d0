import { max } from "simple-statistics";
import { type HeadlineRule, headlineRules, minProviders, presentVersion } from "./headline-rules.ts";
import type { IndexListing } from "./index-listing.ts";
import { isPositive } from "./is-positive.ts";
import { cappedShares } from "./provider-cap.ts";
import { type Depth, noDepth, shareOfProvider, sumDepth } from "./provider-depth.ts";

export interface ExcludedListing {
  readonly id: string;
  readonly reason: "bad_price" | "bad_gpus" | "gate";
}

/** What a provider weighs in a cell. */
export interface ProviderWeight {
  readonly provider: string;
  /** GPUs that it weighs before the cap. */
  readonly gpus: number;
  /** Its part of the index after the cap, 0..1. */
  readonly weight: number;
}

/** A listing that counts, with its part of the index, 0..1. */
export interface WeighedListing {
  readonly listing: IndexListing;
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
  /** By name. */
  readonly weights: readonly ProviderWeight[];
  /** What counts, by price. */
  readonly listings: readonly WeighedListing[];
  readonly excluded: readonly ExcludedListing[];
}

/** A listing of more GPUs than this is an error; the sums of others stay finite without it. */
export const mostGpus = 1e12;

/**
 * The headline: outlier gate in which every provider votes once, providers weighed by the free GPUs they tell (the
 * median of the others where they tell none) and capped at 25 %, each weight spread over the provider's listings by
 * told stock, else by region and type, then the weighted median, in USD per GPU-hour. Published with at least 3
 * providers and either 8 machines or 5 providers, else `value` is null and `reason` says why; counts and weights are
 * there all the same. The order of listings does not matter. `version` 1 is the rule that older values were published
 * by. Source: methods.md 1.1. Empty: null, `empty`. One listing: null, `too_few_providers`. A price or GPU count that
 * is not finite and positive, or a count above 1e12, leaves the cell and is named in `excluded`.
 */
export const headlineIndex = (listings: readonly IndexListing[], version = presentVersion): HeadlineIndex => {
  const rule = headlineRules[version];
  const { kept, excluded } = gated([...listings].sort(byPrice), rule);
  const { weights, weighed } = weigh(kept, rule);
  const nMachines = countMachines(kept);
  const reason = whyNot(weights.length, nMachines, rule);
  return {
    value: reason === null ? rule.median(weighed.map(pointOf)) : null,
    reason,
    nProviders: weights.length,
    nListings: kept.length,
    nMachines,
    hhi: weights.length === 0 ? null : weights.reduce((sum, { weight }) => sum + weight * weight, 0),
    topProviderShare: weights.length === 0 ? null : max(weights.map(({ weight }) => weight)),
    weights,
    listings: weighed,
    excluded: excluded.sort((a, b) => compare(a.id, b.id)),
  };
};

/** Why a listing's numbers cannot be used; null where they can. */
export const faultOf = ({
  usdPerGpuHour,
  gpus,
  freeGpus = null,
}: IndexListing): "bad_price" | "bad_gpus" | null => {
  if (!isPositive(usdPerGpuHour)) return "bad_price";
  const counts = freeGpus === null ? [gpus] : [gpus, freeGpus];
  return counts.every((count) => isPositive(count) && count <= mostGpus) ? null : "bad_gpus";
};

const gated = (
  sorted: readonly IndexListing[],
  { passes }: HeadlineRule,
): { kept: IndexListing[]; excluded: ExcludedListing[] } => {
  const excluded: ExcludedListing[] = [];
  const leave = (isOut: boolean, { id }: IndexListing, reason: ExcludedListing["reason"]): boolean => {
    if (isOut) excluded.push({ id, reason });
    return !isOut;
  };
  const usable = sorted.filter((listing) => {
    const fault = faultOf(listing);
    return fault === null || leave(true, listing, fault);
  });
  const passed = passes(usable);
  return { kept: usable.filter((listing, i) => leave(!passed[i], listing, "gate")), excluded };
};

const weigh = (kept: readonly IndexListing[], { depth, gpus: weigher }: HeadlineRule) => {
  const depthOf = new Map<string, Depth>();
  for (const listing of kept)
    depthOf.set(listing.provider, sumDepth(depthOf.get(listing.provider) ?? noDepth, depth(listing)));
  const providers = [...depthOf.keys()].sort(compare);
  const gpus = weigher(providers.map((provider) => depthOf.get(provider)!));
  const shares = cappedShares(gpus);
  const shareOf = new Map(providers.map((provider, i) => [provider, shares[i]!]));
  const weighed = kept.map((listing): WeighedListing => {
    const share = shareOfProvider(depth(listing), depthOf.get(listing.provider)!);
    return { listing, weight: share * shareOf.get(listing.provider)! };
  });
  const weights = providers.map((provider, i) => ({ provider, gpus: gpus[i]!, weight: shares[i]! }));
  return { weights, weighed };
};

const pointOf = ({ listing, weight }: WeighedListing) => ({ value: listing.usdPerGpuHour, weight });

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

const whyNot = (nProviders: number, nMachines: number, { isWide }: HeadlineRule): HeadlineReason | null => {
  if (nMachines === 0) return "empty";
  if (nProviders < minProviders) return "too_few_providers";
  return isWide(nMachines, nProviders) ? null : "too_few_listings";
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byPrice = (a: IndexListing, b: IndexListing): number =>
  a.usdPerGpuHour - b.usdPerGpuHour ||
  compare(a.id, b.id) ||
  compare(a.provider, b.provider) ||
  a.gpus - b.gpus ||
  (a.freeGpus ?? 0) - (b.freeGpus ?? 0);
