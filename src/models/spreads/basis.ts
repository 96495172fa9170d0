import { timeProductDummy } from "../index/time-product-dummy.ts";
import { type HalfLife, halfLife } from "./half-life.ts";

/** What providers asked on one day, USD per GPU-hour. */
export interface DailyPrices {
  /** Whole number that rises by one a day. */
  readonly period: number;
  readonly prices: ReadonlyMap<string, number>;
}

/** How a provider's price stands to the others over time. */
export interface BasisReversion extends HalfLife {
  readonly provider: string;
}

/**
 * Days in which half of a provider's deviation from its usual basis is gone: half-life of an AR(1) of ln p less the
 * level of the market that day, over the longest run of days without a gap. The level is the time-product dummy over
 * providers, which those who come and go do not move. One a provider, by name. Source: methods.md 3. A day with one
 * provider, or that nothing ties to the others, has no basis. Empty gives empty.
 */
export const basisReversions = (days: readonly DailyPrices[]): BasisReversion[] => {
  const shared = days.filter(({ prices }) => prices.size > 1);
  const levels = levelsOf(shared);
  const providers = [...new Set(days.flatMap(({ prices }) => [...prices.keys()]))].sort();
  return providers.map((provider) => ({
    provider,
    ...halfLife(longestRun(basesOf(shared, levels, provider))),
  }));
};

const levelsOf = (days: readonly DailyPrices[]): ReadonlyMap<number, number | null> => {
  const observations = days.flatMap(({ period, prices }) =>
    [...prices].map(([item, usdPerGpuHour]) => ({ period, item, usdPerGpuHour })),
  );
  return new Map(timeProductDummy(observations).map(({ period, logLevel }) => [period, logLevel]));
};

interface Basis {
  readonly period: number;
  readonly value: number;
}

const basesOf = (
  days: readonly DailyPrices[],
  levels: ReadonlyMap<number, number | null>,
  provider: string,
): Basis[] =>
  days.flatMap(({ period, prices }) => {
    const [own, level] = [prices.get(provider), levels.get(period) ?? null];
    return own === undefined || level === null ? [] : [{ period, value: Math.log(own) - level }];
  });

const longestRun = (bases: readonly Basis[]): number[] => {
  let [best, run]: [number[], number[]] = [[], []];
  bases.forEach(({ period, value }, i) => {
    run = i > 0 && period === bases[i - 1]!.period + 1 ? [...run, value] : [value];
    if (run.length > best.length) best = run;
  });
  return best;
};
