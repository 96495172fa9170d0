import type { Estimate } from "../statistics/estimate.ts";
import { type Bar, type LogBar, logBars, meanSpread, ofPairs, type SpreadReason } from "./bars.ts";

const kk = 3 - 2 * Math.SQRT2;

/**
 * Corwin and Schultz's effective spread as a share of the price, from highs and lows of bars in time order (closes
 * correct for moves between bars): the mean over pairs of neighbours, which can be negative. Pairs with a missing
 * price are left out. Source: Corwin, Schultz 2012; methods.md 3. Null: fewer than 2 pairs left (`too_few_bars`).
 */
export const corwinSchultzSpread = (bars: readonly Bar[]): Estimate<SpreadReason> =>
  meanSpread(ofPairs(logBars(bars), pairSpread));

/** The same with negative pairs set to 0 before averaging ("CS2"). Null: fewer than 2 pairs left (`too_few_bars`). */
export const corwinSchultzPositiveSpread = (bars: readonly Bar[]): Estimate<SpreadReason> =>
  meanSpread(ofPairs(logBars(bars), pairSpread).map((spread) => Math.max(0, spread)));

const pairSpread = (before: LogBar, bar: LogBar): number => {
  const shift = Math.max(0, bar.low - before.close) + Math.min(0, bar.high - before.close);
  const [high, low] = [bar.high - shift, bar.low - shift];
  const beta = (before.high - before.low) ** 2 + (high - low) ** 2;
  const gamma = (Math.max(high, before.high) - Math.min(low, before.low)) ** 2;
  const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / kk - Math.sqrt(gamma / kk);
  return (2 * Math.expm1(alpha)) / (1 + Math.exp(alpha));
};
