import { median } from "simple-statistics";
import type { BookOffer } from "../../domain/book.ts";
import { groupBy } from "../group-by.ts";
import { clusteredMean } from "../statistics/clustered-mean.ts";
import type { Estimate } from "../statistics/estimate.ts";

/** What a term costs more or less than the same by the hour. */
export interface TermDifferential extends Estimate<"empty" | "not_finite"> {
  readonly months: number;
}

/**
 * Mean of ln(reserved / on-demand) by length of the term, in log points, over reserved offers whose provider also
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
    if (usd === undefined || offer.termMonths === null) return [];
    const value = Math.log(offer.usdPerGpuHour / usd);
    return [{ months: Math.round(offer.termMonths), value, cluster: offer.provider }];
  });
  return [...groupBy(matched, ({ months }) => months)]
    .filter(([months]) => months > 0)
    .sort(([a], [b]) => a - b)
    .map(([months, values]) => ({ months, ...clusteredMean(values) }));
};

const sameThing = ({ provider, gpu, gpuCount, region }: BookOffer): string =>
  `${provider}\n${gpu}\n${gpuCount}\n${region}`;
