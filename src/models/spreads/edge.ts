import { type Estimate, refused } from "../statistics/estimate.ts";
import { meanOfSeries } from "../statistics/long-run-variance.ts";
import { type Bar, type LogBar, logBars, type SpreadReason } from "./bars.ts";

/** An EDGE estimate; `signed` carries the sign of the squared spread, negative only by chance. */
export interface EdgeSpread extends Estimate<SpreadReason> {
  readonly signed: number | null;
}

/**
 * EDGE, the efficient estimator of the effective spread from open, high, low and close, as a share of the price:
 * two moments of log returns, weighted by their variances, corrected for how often prices sit at the edge of a bar.
 * Bars in time order; a missing price takes out the terms it belongs to. `n` counts pairs of bars with all terms.
 * Source: Ardia, Guidotti, Kroencke 2024; methods.md 3. Interval: that of the squared spread (autocorrelation
 * allowed for, probabilities taken as known), rooted; it does not hold the bias of about +2 % of the spread that
 * few trades a bar (20 in simulations) bring; open with fewer than 2 such pairs. Null: fewer than 3 bars or a moment
 * of which gaps leave no term (`too_few_bars`, so empty and one point too); bars that hardly ever move
 * (`prices_do_not_move`). The caller gates on trades.
 */
export const edgeSpread = (bars: readonly Bar[]): EdgeSpread => {
  if (bars.length < 3) return { ...refused("too_few_bars", Math.max(0, bars.length - 1)), signed: null };
  const logs = logBars(bars);
  const pairs = logs.slice(1).map((bar, i) => termsOf(logs[i]!, bar));
  const moments = momentsOf(pairs);
  if (moments === null) return { ...refused("prices_do_not_move", pairs.length), signed: null };
  return combine(moments);
};

/** Returns between the prices of two bars, and whether prices moved (1, 0, NaN where not known). */
interface Terms {
  readonly returns: readonly [number, number, number, number, number];
  readonly moved: number;
  readonly openAtHigh: number;
  readonly openAtLow: number;
  readonly closeAtHigh: number;
  readonly closeAtLow: number;
}

const termsOf = (before: LogBar, { open, high, low, middle }: LogBar): Terms => {
  const { close } = before;
  const moved = Number.isNaN(high + low + close) ? Number.NaN : Number(high !== low || low !== close);
  const differ = (a: number, b: number): number =>
    Number.isNaN(a + b) ? Number.NaN : moved * Number(a !== b);
  return {
    returns: [middle - open, open - before.middle, middle - close, close - before.middle, open - close],
    moved,
    openAtHigh: differ(open, high),
    openAtLow: differ(open, low),
    closeAtHigh: differ(close, before.high),
    closeAtLow: differ(close, before.low),
  };
};

/** The two unbiased series of squared spreads. */
const momentsOf = (pairs: readonly Terms[]): readonly [number[], number[]] | null => {
  const movedShare = meanKnown(pairs.map(({ moved }) => moved));
  const open =
    meanKnown(pairs.map((pair) => pair.openAtHigh)) + meanKnown(pairs.map((pair) => pair.openAtLow));
  const close =
    meanKnown(pairs.map((pair) => pair.closeAtHigh)) + meanKnown(pairs.map((pair) => pair.closeAtLow));
  const moves = pairs.reduce((sum, { moved }) => sum + (moved || 0), 0);
  if (moves < 2 || !(open > 0) || !(close > 0)) return null;
  const demeaned = (which: 0 | 2 | 4): number[] => {
    const centre = meanKnown(pairs.map(({ returns }) => returns[which])) / movedShare;
    return pairs.map(({ returns, moved }) => returns[which] - moved * centre);
  };
  const [d1, d3, d5] = [demeaned(0), demeaned(2), demeaned(4)];
  const first = pairs.map(
    ({ returns: [, r2, , r4] }, i) => (-4 / open) * d1[i]! * r2 - (4 / close) * d3[i]! * r4,
  );
  const second = pairs.map(
    ({ returns: [, , , r4, r5] }, i) => (-4 / open) * d1[i]! * r5 - (4 / close) * d5[i]! * r4,
  );
  return [first, second];
};

const combine = ([first, second]: readonly [number[], number[]]): EdgeSpread => {
  const [e1, e2] = [meanKnown(first), meanKnown(second)];
  const [v1, v2] = [
    meanKnown(first.map((x) => x * x)) - e1 ** 2,
    meanKnown(second.map((x) => x * x)) - e2 ** 2,
  ];
  const share = v1 + v2 > 0 ? v2 / (v1 + v2) : 0.5;
  const square = share * e1 + (1 - share) * e2;
  const value = Math.sqrt(Math.abs(square));
  const terms = first.map((x, i) => share * x + (1 - share) * second[i]!).filter((x) => !Number.isNaN(x));
  if (Number.isNaN(value)) return { ...refused("too_few_bars", terms.length), signed: null };
  const { standardError, low, high } = meanOfSeries(terms);
  const root = (bound: number): number => Math.sqrt(Math.max(0, bound));
  return {
    value,
    signed: Math.sign(square) * value,
    standardError: standardError !== null && value > 0 ? standardError / (2 * value) : null,
    low: low === null ? null : Math.min(value, root(low)),
    high: high === null ? null : Math.max(value, root(high)),
    n: terms.length,
    reason: null,
  };
};

/** Mean of what is known; NaN where nothing is. */
const meanKnown = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};
