import { median } from "simple-statistics";
import type { BookOffer } from "../../domain/book.ts";
import { tenorOf } from "../forward/tenor.ts";
import { groupBy } from "../group-by.ts";
import { clusteredMean } from "../statistics/clustered-mean.ts";
import type { Estimate } from "../statistics/estimate.ts";

/** What a term costs more or less than the same by the hour. */
export interface TermDifferential extends Estimate<"empty" | "not_finite"> {
  /** Tenor, as in the forward curve; below 1 where it is shorter than a month. */
  readonly months: number;
}

/**
 * Mean of ln(reserved / on-demand) by tenor (`tenorOf`), in log points, over reserved offers whose provider also
 * asks by the hour for the same card, size and region (the median of these asks); offers of one provider count as
 * dependent. Upfront payments are not discounted here (the forward curve does that). Source: methods.md 3. Nothing
 * matched: empty. One provider: the mean with open bounds.
 */
export const termDifferentials = (
  onDemand: readonly BookOffer[],
  reserved: readonly BookOffer[],
): TermDifferential[] => {
  const hourly = new Map(
    [...groupBy(onDemand, sameThing)].map(([key, offers]) => [
      key,
      median(offers.map(({ usdPerGpuHour }) => usdPerGpuHour)),
    ]),
  );
  const matched = reserved.flatMap((offer) => {
    const usd = hourly.get(sameThing(offer));
    const months = tenorOf(offer.termMonths);
    if (usd === undefined || months === null) return [];
    return [{ months, value: Math.log(offer.usdPerGpuHour / usd), cluster: offer.provider }];
  });
  return [...groupBy(matched, ({ months }) => months)]
    .sort(([a], [b]) => a - b)
    .map(([months, values]) => ({ months, ...clusteredMean(values) }));
};

const sameThing = ({ provider, gpu, gpuCount, region }: BookOffer): string =>
  `${provider}\n${gpu}\n${gpuCount}\n${region}`;
