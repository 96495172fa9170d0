import { gateReach } from "../gate.ts";
import { groupBy } from "../group-by.ts";
import { faultOf } from "../headline-index.ts";
import type { IndexListing } from "../index-listing.ts";
import { cappedShares } from "../provider-cap.ts";
import type { DrawableCell } from "./drawn-headline.ts";

/** Share of the total weight by which a cumulative weight may miss one half and still count as half. */
const tolerance = 1e-12;

/**
 * `drawableCell` by the first version of the headline, in which every listing votes in the gate and weighs its GPUs.
 * Lays out a cell so that the headline of any draw of its providers takes one pass over its distinct prices: rows by
 * price, listings of a provider at one price being one row. Values are those of gate, cap and weighted median one
 * after the other. Listings that `headlineIndex` excludes for their price or number of GPUs are left out. Empty: no
 * providers.
 */
export const drawableCellOne = (listings: readonly IndexListing[]): DrawableCell => {
  const usable = listings.filter((listing) => faultOf(listing) === null);
  const providers = [...new Set(usable.map(({ provider }) => provider))].sort();
  const rows = rowsOf(usable, providers);
  const gpus = new Array<number>(providers.length).fill(0);
  for (let i = 0; i < rows.length; i++) gpus[rows.provider[i]!]! += rows.gpus[i]!;
  return { providers, gpus, headline: (counts) => headlineOf(rows, counts) };
};

interface Rows {
  readonly length: number;
  readonly price: Float64Array;
  readonly log: Float64Array;
  readonly gpus: Float64Array;
  readonly listings: Float64Array;
  readonly provider: Int32Array;
}

const rowsOf = (usable: readonly IndexListing[], providers: readonly string[]): Rows => {
  const place = new Map(providers.map((provider, i) => [provider, i]));
  const groups = [
    ...groupBy(usable, ({ provider, usdPerGpuHour }) => `${place.get(provider)}:${usdPerGpuHour}`).values(),
  ].sort((a, b) => a[0]!.usdPerGpuHour - b[0]!.usdPerGpuHour || (a[0]!.provider < b[0]!.provider ? -1 : 1));
  const price = Float64Array.from(groups, ([first]) => first!.usdPerGpuHour);
  return {
    length: groups.length,
    price,
    log: price.map((usd) => Math.log(usd)),
    gpus: Float64Array.from(groups, (group) => group.reduce((sum, { gpus }) => sum + gpus, 0)),
    listings: Float64Array.from(groups, (group) => group.length),
    provider: Int32Array.from(groups, ([first]) => place.get(first!.provider)!),
  };
};

const headlineOf = (rows: Rows, counts: readonly number[]): number | null => {
  const range = gatedRange(rows, counts);
  if (range === null) return null;
  const perGpu = weightPerGpu(rows, counts, range);
  let [total, cumulative] = [0, 0];
  for (let i = range[0]; i <= range[1]; i++) total += rows.gpus[i]! * perGpu[rows.provider[i]!]!;
  for (let i = range[0]; i <= range[1]; i++) {
    const weight = rows.gpus[i]! * perGpu[rows.provider[i]!]!;
    cumulative += weight;
    if (weight > 0 && cumulative >= total * (0.5 - tolerance)) return rows.price[i]!;
  }
  return null;
};

/** First and last row that pass the gate, those of providers not drawn between them included. */
const gatedRange = (rows: Rows, counts: readonly number[]): readonly [number, number] | null => {
  const times = (i: number): number => rows.listings[i]! * counts[rows.provider[i]!]!;
  let drawn = 0;
  for (let i = 0; i < rows.length; i++) drawn += times(i);
  if (drawn === 0) return null;
  const middles = [Math.floor((drawn - 1) / 2), Math.floor(drawn / 2)] as const;
  const centre = meanOfRanks(middles, (step) => {
    for (let i = 0; i < rows.length; i++) if (step(rows.log[i]!, times(i))) return;
  });
  const reach = gateReach(meanOfRanks(middles, (step) => outwards(rows, centre, times, step)));
  let [low, high] = [0, rows.length - 1];
  while (Math.abs(rows.log[low]! - centre) > reach) low++;
  while (Math.abs(rows.log[high]! - centre) > reach) high--;
  return [low, high];
};

/** Hands values with their number of copies on until it answers true. */
type Step = (value: number, copies: number) => boolean;

/** Mean of the values at two ranks (from 0) of rising values. */
const meanOfRanks = ([first, second]: readonly [number, number], each: (step: Step) => void): number => {
  let [seen, lower, upper] = [0, Number.NaN, Number.NaN];
  each((value, copies) => {
    seen += copies;
    if (Number.isNaN(lower) && seen > first) lower = value;
    if (seen > second) upper = value;
    return seen > second;
  });
  return (lower + upper) / 2;
};

/** Distances from the centre, nearest first. */
const outwards = (rows: Rows, centre: number, times: (i: number) => number, step: Step): void => {
  let right = 0;
  while (right < rows.length && rows.log[right]! < centre) right++;
  let left = right - 1;
  while (left >= 0 || right < rows.length) {
    const below = left >= 0 ? centre - rows.log[left]! : Number.POSITIVE_INFINITY;
    const above = right < rows.length ? rows.log[right]! - centre : Number.POSITIVE_INFINITY;
    const done = below <= above ? step(below, times(left--)) : step(above, times(right++));
    if (done) return;
  }
};

/** Weight of one GPU of each provider drawn: its capped share over its GPUs that passed, all copies together. */
const weightPerGpu = (
  rows: Rows,
  counts: readonly number[],
  [low, high]: readonly [number, number],
): number[] => {
  const held = new Array<number>(counts.length).fill(0);
  for (let i = low; i <= high; i++) held[rows.provider[i]!]! += rows.gpus[i]!;
  const copies = held.flatMap((gpus, p) => (gpus > 0 ? new Array<number>(counts[p]!).fill(p) : []));
  const shares = cappedShares(copies.map((p) => held[p]!));
  const weights = new Array<number>(counts.length).fill(0);
  for (const [c, p] of copies.entries()) weights[p]! += shares[c]! / held[p]!;
  return weights;
};
