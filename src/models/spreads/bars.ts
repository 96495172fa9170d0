import { type Estimate, refused } from "../statistics/estimate.ts";
import { meanOfSeries } from "../statistics/long-run-variance.ts";

/** Prices of one period; null where it has none. */
export interface Bar {
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
}

/** Logs of a bar's prices and the middle of its range; NaN where a price is missing. */
export interface LogBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly middle: number;
}

/** Why a spread could not be estimated from bars. */
export type SpreadReason = "too_few_bars" | "prices_do_not_move";

/** Logs of bars; a price that is not finite and positive counts as missing. */
export const logBars = (bars: readonly Bar[]): LogBar[] =>
  bars.map((bar) => {
    const [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map(logOf) as Four;
    return { open, high, low, close, middle: (high + low) / 2 };
  });

type Four = [number, number, number, number];

const logOf = (price: number | null): number =>
  price !== null && price > 0 ? finite(Math.log(price)) : Number.NaN;

const finite = (log: number): number => (Number.isFinite(log) ? log : Number.NaN);

/** What `each` says of every bar and the one before it, without what is missing. */
export const ofPairs = (bars: readonly LogBar[], each: (before: LogBar, bar: LogBar) => number): number[] =>
  bars
    .slice(1)
    .map((bar, i) => each(bars[i]!, bar))
    .filter((value) => !Number.isNaN(value));

/**
 * The spread whose square is the mean of a series of squared spreads, which may be negative by chance: root of the
 * mean where positive, else 0; the interval is that of the mean (autocorrelation allowed for), rooted. `n` counts
 * the terms. `too_few_bars`: fewer than two terms.
 */
export const rootOfMean = (squares: readonly number[]): Estimate<SpreadReason> => {
  const square = meanOfSeries(squares);
  if (square.value === null) return refused("too_few_bars", squares.length);
  const value = root(square.value);
  return {
    value,
    standardError: value > 0 ? square.standardError! / (2 * value) : null,
    low: root(square.low!),
    high: root(square.high!),
    n: squares.length,
    reason: null,
  };
};

/** The mean of spreads with its interval; `too_few_bars`: fewer than two. */
export const meanSpread = (spreads: readonly number[]): Estimate<SpreadReason> => {
  const mean = meanOfSeries(spreads);
  return mean.value === null ? refused("too_few_bars", spreads.length) : { ...mean, reason: null };
};

const root = (square: number): number => Math.sqrt(Math.max(0, square));
