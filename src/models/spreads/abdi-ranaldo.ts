import type { Estimate } from "../statistics/estimate.ts";
import {
  type Bar,
  type LogBar,
  logBars,
  meanSpread,
  ofPairs,
  rootOfMean,
  type SpreadReason,
} from "./bars.ts";

/** Squared spread that two bars imply: 4 (c1 - m1)(c1 - m), suffix 1 the bar before. */
const squaredSpread = (before: LogBar, bar: LogBar): number =>
  4 * (before.close - before.middle) * (before.close - bar.middle);

/**
 * Abdi and Ranaldo's effective spread as a share of the price, from close, high and low of bars in time order: root
 * of the mean squared spread of neighbouring bars, 0 where that mean is negative. Pairs with a missing price are
 * left out. Source: Abdi, Ranaldo 2017; methods.md 3. Null: fewer than 2 pairs left (`too_few_bars`).
 */
export const abdiRanaldoSpread = (bars: readonly Bar[]): Estimate<SpreadReason> =>
  rootOfMean(ofPairs(logBars(bars), squaredSpread));

/**
 * The same with negative squares set to 0 pair by pair and the roots averaged ("AR2"), which is never 0 but biased
 * upwards. Null: fewer than 2 pairs left (`too_few_bars`).
 */
export const abdiRanaldoTwoDaySpread = (bars: readonly Bar[]): Estimate<SpreadReason> =>
  meanSpread(ofPairs(logBars(bars), squaredSpread).map((square) => Math.sqrt(Math.max(0, square))));
