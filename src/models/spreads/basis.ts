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
 * mean ln p of the day's other providers, over the longest run of days without a gap. One a provider, by name.
 * Source: methods.md 3. A day with one provider has no basis. Empty gives empty.
 */
export const basisReversions = (days: readonly DailyPrices[]): BasisReversion[] => {
  const providers = [...new Set(days.flatMap(({ prices }) => [...prices.keys()]))].sort();
  return providers.map((provider) => ({ provider, ...halfLife(longestRun(basesOf(days, provider))) }));
};

interface Basis {
  readonly period: number;
  readonly value: number;
}

const basesOf = (days: readonly DailyPrices[], provider: string): Basis[] =>
  days.flatMap(({ period, prices }) => {
    const own = prices.get(provider);
    const others = [...prices].filter(([name]) => name !== provider).map(([, usd]) => Math.log(usd));
    if (own === undefined || others.length === 0) return [];
    return [{ period, value: Math.log(own) - others.reduce((sum, log) => sum + log, 0) / others.length }];
  });

const longestRun = (bases: readonly Basis[]): number[] => {
  let [best, run]: [number[], number[]] = [[], []];
  bases.forEach(({ period, value }, i) => {
    run = i > 0 && period === bases[i - 1]!.period + 1 ? [...run, value] : [value];
    if (run.length > best.length) best = run;
  });
  return best;
};
