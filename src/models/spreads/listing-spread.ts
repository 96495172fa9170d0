import { mean } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import { isPositive } from "../is-positive.ts";
import { clusteredMean } from "../statistics/clustered-mean.ts";
import type { Estimate } from "../statistics/estimate.ts";

/** A listing whose venue shows what it asks and the least it takes. */
export interface TwoSidedListing {
  readonly askUsdPerGpuHour: number;
  readonly bidUsdPerGpuHour: number;
  /** The machine; slices of one are averaged before machines are. */
  readonly host: string;
}

export interface ListingSpread extends Estimate<"empty" | "not_finite"> {
  /** Machines whose bid lies above their ask; they are in the mean. */
  readonly crossed: number;
  /** Listings left out for a price that is not finite and positive. */
  readonly excluded: number;
}

/**
 * Mean over machines of their spread between ask and minimum bid, each 2 (ask - bid) / (ask + bid), as a share of the
 * price; a machine listed in several sizes counts once, by the mean of these. `n` counts machines. Source: methods.md
 * 3. Empty, or nothing usable: null, `empty`. One machine: its spread with open bounds.
 */
export const listingSpread = (listings: readonly TwoSidedListing[]): ListingSpread => {
  const usable = listings.filter(
    ({ askUsdPerGpuHour, bidUsdPerGpuHour }) => isPositive(askUsdPerGpuHour) && isPositive(bidUsdPerGpuHour),
  );
  const machines = [...groupBy(usable, ({ host }) => host)].map(([host, slices]) => ({
    value: mean(slices.map(spreadOf)),
    cluster: host,
  }));
  return {
    ...clusteredMean(machines),
    crossed: machines.filter(({ value }) => value < 0).length,
    excluded: listings.length - usable.length,
  };
};

const spreadOf = ({ askUsdPerGpuHour: ask, bidUsdPerGpuHour: bid }: TwoSidedListing): number =>
  (2 * (ask - bid)) / (ask + bid);
