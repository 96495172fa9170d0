import type { Bar } from "../../../src/models/spreads/bars.ts";
import { type Random, randomNormal } from "../../../src/models/statistics/random.ts";

/** Rows of open, high, low, close as bars. */
export const barsOf = (rows: readonly (readonly (number | null)[])[]): Bar[] =>
  rows.map(([open = null, high = null, low = null, close = null]) => ({ open, high, low, close }));

/** Eight bars made up for tests. */
export const eightBars = barsOf([
  [1.0, 1.02, 0.99, 1.01],
  [1.01, 1.03, 1.01, 1.03],
  [1.02, 1.02, 1.0, 1.0],
  [1.01, 1.02, 1.0, 1.0],
  [1.0, 1.04, 1.0, 1.03],
  [1.03, 1.04, 1.01, 1.02],
  [1.02, 1.02, 1.02, 1.02],
  [1.01, 1.03, 1.0, 1.01],
]);

/**
 * Bars of `trades` trades each at bid or ask with equal chance around a log random walk, the spread a share of the
 * price, the volatility that of one bar.
 */
export const simulatedBars = (
  random: Random,
  count: number,
  { trades, spread, volatility }: { trades: number; spread: number; volatility: number },
): Bar[] => {
  let middle = 0;
  return Array.from({ length: count }, () => {
    const prices = Array.from({ length: trades }, () => {
      middle += (volatility / Math.sqrt(trades)) * randomNormal(random);
      return Math.exp(middle + (random() < 0.5 ? spread / 2 : -spread / 2));
    });
    return { open: prices[0]!, high: Math.max(...prices), low: Math.min(...prices), close: prices.at(-1)! };
  });
};
