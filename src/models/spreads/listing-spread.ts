import { isPositive } from "../is-positive.ts";
import { clusteredMean } from "../statistics/clustered-mean.ts";
import type { Estimate } from "../statistics/estimate.ts";

/** A listing whose venue shows what it asks and the least it takes. */
export interface TwoSidedListing {
  readonly askUsdPerGpuHour: number;
  readonly bidUsdPerGpuHour: number;
  /** Whose machine it is; listings of one host count as dependent. */
  readonly host: string;
}

export interface ListingSpread extends Estimate<"empty" | "not_finite"> {
  /** Listings whose bid lies above their ask; they are in the mean. */
  readonly crossed: number;
  /** Listings left out for a price that is not finite and positive. */
  readonly excluded: number;
}

/**
 * Mean spread between ask and minimum bid, each 2 (ask - bid) / (ask + bid), as a share of the price; the interval
 * takes listings of one host for dependent. Source: methods.md 3. Empty, or nothing usable: null, `empty`. One
 * host: the mean with open bounds.
 */
export const listingSpread = (listings: readonly TwoSidedListing[]): ListingSpread => {
  const usable = listings.filter(
    ({ askUsdPerGpuHour, bidUsdPerGpuHour }) => isPositive(askUsdPerGpuHour) && isPositive(bidUsdPerGpuHour),
  );
  const spreads = usable.map(({ askUsdPerGpuHour: ask, bidUsdPerGpuHour: bid, host }) => ({
    value: (2 * (ask - bid)) / (ask + bid),
    cluster: host,
  }));
  return {
    ...clusteredMean(spreads),
    crossed: spreads.filter(({ value }) => value < 0).length,
    excluded: listings.length - usable.length,
  };
};
