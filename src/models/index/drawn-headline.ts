import { gateOf, medianLog, passesGate } from "../gate.ts";
import { groupBy } from "../group-by.ts";
import { faultOf } from "../headline-index.ts";
import { headlineRules, presentVersion } from "../headline-rules.ts";
import { gpusBehindListing, type IndexListing } from "../index-listing.ts";
import { cappedShares } from "../provider-cap.ts";
import { type Depth, noDepth, shareOfProvider, sumDepth } from "../provider-depth.ts";
import { geometricMean, isBelowHalf, isHalf } from "../weighted-median.ts";
import { drawableCellOne } from "./drawn-headline-one.ts";

/** A cell laid out for being drawn many times: what it costs to sort is paid once. */
export interface DrawableCell {
  /** By name. */
  readonly providers: readonly string[];
  /** GPUs behind each provider. */
  readonly gpus: readonly number[];
  /** The headline of providers taken `counts` times each, a copy being a provider of its own; null: nobody is left. */
  readonly headline: (counts: readonly number[]) => number | null;
}

const rule = headlineRules[presentVersion];

/**
 * Lays out a cell so that the headline of any draw of its providers takes one pass over its distinct prices: rows by
 * price, listings of a provider at one price being one row. Values are those of gate, cap and weighted median one
 * after the other. Listings that `headlineIndex` excludes for their price or number of GPUs are left out. Empty: no
 * providers. `version` 1 is the rule that older values were published by.
 */
export const drawableCell = (listings: readonly IndexListing[], version = presentVersion): DrawableCell => {
  if (version === 1) return drawableCellOne(listings);
  const usable = listings.filter((listing) => faultOf(listing) === null);
  const own = [...groupBy(usable, ({ provider }) => provider)].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = rowsOf(own.map(([, group]) => group));
  const logs = own.map(([, group]) => medianLog(group));
  return {
    providers: own.map(([provider]) => provider),
    gpus: own.map(([, group]) => group.reduce((sum, listing) => sum + gpusBehindListing(listing), 0)),
    headline: (counts) => headlineOf(rows, logs, counts),
  };
};

interface Rows {
  readonly length: number;
  readonly price: Float64Array;
  readonly log: Float64Array;
  readonly provider: Int32Array;
  readonly depth: readonly Depth[];
}

const rowsOf = (own: readonly (readonly IndexListing[])[]): Rows => {
  const rows = own
    .flatMap((group, provider) =>
      [...groupBy(group, ({ usdPerGpuHour }) => usdPerGpuHour)].map(([price, alike]) => ({
        ...{ provider, price, depth: alike.map(rule.depth).reduce(sumDepth) },
      })),
    )
    .sort((a, b) => a.price - b.price || a.provider - b.provider);
  const price = Float64Array.from(rows, (row) => row.price);
  return {
    length: rows.length,
    price,
    log: price.map((usd) => Math.log(usd)),
    provider: Int32Array.from(rows, ({ provider }) => provider),
    depth: rows.map(({ depth }) => depth),
  };
};

const headlineOf = (rows: Rows, logs: readonly number[], counts: readonly number[]): number | null => {
  const copies = counts.flatMap((count, provider) => new Array<number>(count).fill(provider));
  if (copies.length === 0) return null;
  const gate = gateOf(copies.map((provider) => logs[provider]!));
  let [low, high] = [0, rows.length - 1];
  while (low <= high && !passesGate(rows.log[low]!, gate)) low++;
  while (high > low && !passesGate(rows.log[high]!, gate)) high--;
  return middleOf(rows, weightsOf(rows, copies, counts.length, [low, high]), low);
};

/** What the rows of a range weigh, all copies of a provider together; 0 for those that are not drawn. */
const weightsOf = (
  { provider, depth }: Rows,
  copies: readonly number[],
  providers: number,
  [low, high]: readonly [number, number],
): Float64Array => {
  const held = new Array<Depth>(providers).fill(noDepth);
  for (let i = low; i <= high; i++) held[provider[i]!] = sumDepth(held[provider[i]!]!, depth[i]!);
  const present = copies.filter((p) => held[p] !== noDepth);
  const shares = cappedShares(rule.gpus(present.map((p) => held[p]!)));
  const shareOf = new Float64Array(providers);
  for (const [c, p] of present.entries()) shareOf[p]! += shares[c]!;
  const weights = new Float64Array(Math.max(0, high - low + 1));
  for (let i = low; i <= high; i++) {
    const share = shareOf[provider[i]!]!;
    if (share > 0) weights[i - low] = share * shareOfProvider(depth[i]!, held[provider[i]!]!);
  }
  return weights;
};

/** The price at half of the weights of the rows from `first` on; the geometric mean of two where it lies between. */
const middleOf = ({ price }: Rows, weights: Float64Array, first: number): number | null => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let [cumulative, below]: [number, number | null] = [0, null];
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue;
    if (below !== null) return geometricMean(below, price[first + i]!);
    cumulative += weight;
    if (isBelowHalf(cumulative, total)) continue;
    if (!isHalf(cumulative, total)) return price[first + i]!;
    below = price[first + i]!;
  }
  return below;
};
