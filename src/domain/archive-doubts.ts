import { medianSorted } from "simple-statistics";
import type { OfferFlag } from "./offer.ts";
import { doubtsOf, nearFactor } from "./plausibility.ts";
import { day, type Instant } from "./time.ts";

/** A price of a listing in USD per GPU-hour and the pull that showed it. */
export interface ArchivePrice {
  readonly ord: number;
  readonly at: Instant;
  readonly usdPerGpuHour: number;
}

/** Prices that follow one another within a factor of 1.5 of the first of them. */
type Stretch = readonly [ArchivePrice, ...ArchivePrice[]];

export interface DoubtedPrices {
  readonly prices: Stretch;
  /** The last believed price before them; null when there was none. */
  readonly before: number | null;
  readonly flags: readonly OfferFlag[];
}

const historyMs = 30 * day;
const anyPrice = { low: 0, high: Number.POSITIVE_INFINITY };

/**
 * Jumps and outliers among the prices of one listing, oldest first, as `doubtsOf` has them. An archive knows what came
 * after: a price that stood (shown again, or one near it, after six hours; for an outlier after three days) is believed
 * from its start, and one that did not stand is in doubt all along. `before` is the last believed price ahead of the
 * archive, `othersOf` what other providers asked when a stretch began. Empty gives none.
 */
export const archiveDoubts = (
  prices: readonly ArchivePrice[],
  before: number | null,
  othersOf: (first: ArchivePrice) => number | null = () => null,
): DoubtedPrices[] => {
  const doubted: DoubtedPrices[] = [];
  const believed: ArchivePrice[] = [];
  let last = before;
  for (const stretch of stretchesOf(prices)) {
    const [first] = stretch;
    const flags = doubtsOf({
      usdPerGpuHour: first.usdPerGpuHour,
      observedAt: stretch.at(-1)!.at,
      band: anyPrice,
      onDemand: [],
      history: { before: last, since: first.at, ...summary(believed, first.at - historyMs) },
      others: othersOf(first),
    });
    if (flags.length > 0) doubted.push({ prices: stretch, before: last, flags });
    else {
      believed.push(...stretch);
      last = stretch.at(-1)!.usdPerGpuHour;
    }
  }
  return doubted;
};

const apart = (a: number, b: number): number => Math.abs(Math.log(a / b));

const stretchesOf = (prices: readonly ArchivePrice[]): Stretch[] => {
  const stretches: [ArchivePrice, ...ArchivePrice[]][] = [];
  for (const price of prices) {
    const current = stretches.at(-1);
    if (current && apart(price.usdPerGpuHour, current[0].usdPerGpuHour) <= Math.log(nearFactor))
      current.push(price);
    else stretches.push([price]);
  }
  return stretches;
};

/** Number of different prices since then, their median, and the median distance of their logs from its log. */
const summary = (believed: readonly ArchivePrice[], since: Instant) => {
  const recent: number[] = [];
  for (let i = believed.length - 1; i >= 0 && believed[i]!.at >= since; i--) {
    const { usdPerGpuHour } = believed[i]!;
    if (recent.at(-1) !== usdPerGpuHour) recent.push(usdPerGpuHour);
  }
  if (recent.length === 0) return { prices: 0, median: null, spread: null };
  const median = medianSorted(recent.sort((a, b) => a - b));
  const distances = recent.map((usd) => apart(usd, median)).sort((a, b) => a - b);
  return { prices: recent.length, median, spread: medianSorted(distances) };
};
