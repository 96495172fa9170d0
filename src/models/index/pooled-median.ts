import { mean, median, sampleStandardDeviation } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import { isPositive } from "../is-positive.ts";

export interface DailyPrice {
  /** Any key of the day; prices of one day are screened together. */
  readonly day: string;
  readonly usdPerGpuHour: number;
}

export interface PooledMedian {
  /** USD per GPU-hour; null where no day has enough prices. */
  readonly value: number | null;
  /** Prices that were pooled. */
  readonly n: number;
  /** Days with enough prices. */
  readonly days: number;
  readonly reason: "too_few_prices" | null;
}

const fewestADay = 8;
const cutShare = 0.1;
const widest = 2.5;

/**
 * The rule of the open CRI index, kept as a reference and not our headline: on every day with at least 8 prices
 * drop those more than 2.5 standard deviations (n - 1, of all) from the mean that cuts a tenth, at least one, at
 * each end; pool the days; median. USD per GPU-hour. Source: methods.md 1 (index.ccir). A price that is not finite
 * and positive does not count. Empty or too few on every day: null, `too_few_prices`.
 */
export const pooledMedian = (prices: readonly DailyPrice[]): PooledMedian => {
  const usable = prices.filter(({ usdPerGpuHour }) => isPositive(usdPerGpuHour));
  const days = [...groupBy(usable, ({ day }) => day).values()].filter((day) => day.length >= fewestADay);
  const pooled = days.flatMap((day) => withoutFar(day.map(({ usdPerGpuHour }) => usdPerGpuHour)));
  return {
    value: pooled.length > 0 ? median(pooled) : null,
    n: pooled.length,
    days: days.length,
    reason: pooled.length > 0 ? null : "too_few_prices",
  };
};

const withoutFar = (prices: readonly number[]): number[] => {
  const cut = Math.max(1, Math.floor(cutShare * prices.length));
  const centre = mean([...prices].sort((a, b) => a - b).slice(cut, prices.length - cut));
  const reach = widest * sampleStandardDeviation([...prices]);
  return prices.filter((price) => Math.abs(price - centre) <= reach);
};
