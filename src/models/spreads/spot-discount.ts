import { expectedHours, type InterruptibleJob } from "../expected-hours.ts";
import { isPositive } from "../is-positive.ts";
import { clusteredMean } from "../statistics/clustered-mean.ts";
import type { Estimate } from "../statistics/estimate.ts";

/** The same machine or instance in the same region, bought in two ways. */
export interface SpotPair {
  readonly onDemandUsdPerGpuHour: number;
  readonly spotUsdPerGpuHour: number;
  /** What pairs depend on together, such as the provider or the region. */
  readonly cluster: string;
  /** Interruptions an hour of spot there. */
  readonly hazardPerHour?: number;
}

/** The job that interruptions are weighed with. */
export type DiscountJob = Omit<InterruptibleJob, "hazardPerHour">;

/**
 * Mean of 1 - spot / on-demand over matched pairs, as a share (negative where spot is dearer, which is real); the
 * interval takes pairs of one cluster for dependent and ends at 1, beyond which spot would be paid for. Source: methods.md 3. Pairs whose prices are not finite and
 * positive are left out. Empty: null, `empty`. One cluster: the mean with open bounds.
 */
export const spotDiscount = (pairs: readonly SpotPair[]): Estimate<"empty" | "not_finite"> => {
  const discount = clusteredMean(
    pairs.filter(isPriced).map(({ onDemandUsdPerGpuHour, spotUsdPerGpuHour, cluster }) => ({
      value: 1 - spotUsdPerGpuHour / onDemandUsdPerGpuHour,
      cluster,
    })),
  );
  return { ...discount, high: discount.high === null ? null : Math.min(1, discount.high) };
};

/**
 * What on-demand costs more than spot once interruptions are counted: mean of on-demand / (spot E[T] / W) - 1, as a
 * share, with the expected hours of the job at each pair's hazard, which are taken as known. Pairs without a hazard,
 * or with one at which the job is never done, are left out. Source: methods.md 3 and 6. Empty, or no pair with a hazard: null, `empty`. One cluster: the mean
 * with open bounds.
 */
export const spotRiskPremium = (
  pairs: readonly SpotPair[],
  job: DiscountJob,
): Estimate<"empty" | "not_finite"> =>
  clusteredMean(
    pairs.filter(isPriced).flatMap((pair) => {
      const effective = effectiveSpotPrice(pair.spotUsdPerGpuHour, pair.hazardPerHour ?? Number.NaN, job);
      return effective === null
        ? []
        : [{ value: pair.onDemandUsdPerGpuHour / effective - 1, cluster: pair.cluster }];
    }),
  );

/**
 * What an hour of work costs on spot: the price times the expected hours an hour of work. Null where these are not
 * known or not finite.
 */
export const effectiveSpotPrice = (
  spotUsdPerGpuHour: number,
  hazardPerHour: number,
  job: DiscountJob,
): number | null => {
  const hours = expectedHours({ ...job, hazardPerHour });
  const usd = (spotUsdPerGpuHour * (hours ?? Number.POSITIVE_INFINITY)) / job.workHours;
  return Number.isFinite(usd) ? usd : null;
};

const isPriced = ({ onDemandUsdPerGpuHour, spotUsdPerGpuHour }: SpotPair): boolean =>
  [onDemandUsdPerGpuHour, spotUsdPerGpuHour].every(isPositive);
