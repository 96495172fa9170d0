import type { BookOffer } from "../domain/book.ts";
import { groupBy } from "../models/group-by.ts";
import { byPrice } from "../models/offers-of.ts";
import { byCost, capacity, costOfTaken, groupsOf, largest, type Row, rowsOf, type Taken } from "./blocks.ts";
import { exactCover } from "./exact-cover.ts";
import { shortlist } from "./shortlist.ts";

/** The largest number of GPUs for which the cheapest cover is searched exactly. */
export const exactUpTo = 512;

export interface CoverOptions {
  /** All GPUs from one provider: the cheapest of the covers by provider. */
  readonly singleProvider?: boolean | undefined;
  /**
   * No provider above this part (0..1) of the GPUs asked for. Greedy: each provider offers its cheapest blocks up to
   * its cap, and the cheapest cover is found among these; a dearer mix of block sizes that would fit is not searched.
   */
  readonly maxProviderShare?: number | undefined;
  /** USD per GPU-hour as it counts in the comparison, for example with a minimum stay; default the price. */
  readonly costOf?: ((offer: BookOffer) => number) | undefined;
}

export interface CoverLeg {
  readonly offer: BookOffer;
  readonly gpus: number;
  /** False: the venue does not count its free GPUs, so that the leg only indicates. */
  readonly stockKnown: boolean;
}

export interface Cover {
  readonly reason: null;
  /** By price, ties by listing id. */
  readonly legs: readonly CoverLeg[];
  /** At least what was asked: hosts sold whole can give more. */
  readonly gpusRented: number;
  readonly usdPerHour: number;
}

export interface NoCover {
  readonly reason: "insufficient_supply";
  /** The most GPUs that could be had. */
  readonly available: number;
}

/**
 * The cheapest way to rent at least `gpus` GPUs, in USD per hour, in whole blocks and never one machine twice. Exact
 * up to 512 GPUs; above, whole machines in price order until 512 are left, then exact. Deterministic: the order of
 * `offers` does not matter. No offers: `insufficient_supply`. `gpus` must be a positive whole number.
 */
export const cover = (
  offers: readonly BookOffer[],
  gpus: number,
  {
    singleProvider = false,
    maxProviderShare = 1,
    costOf = (offer) => offer.usdPerGpuHour,
  }: CoverOptions = {},
): Cover | NoCover => {
  if (!singleProvider && maxProviderShare >= 1) {
    const few = rowsOf(shortlist(offers, gpus, costOf), gpus, costOf).toSorted(byCost);
    const found = cheapest(few, gpus);
    if (found) return asCover(found.taken);
  }
  const all = rowsOf(offers, gpus, costOf).toSorted(byCost);
  const rows = maxProviderShare < 1 ? cappedRows(all, Math.floor(maxProviderShare * gpus + 1e-9)) : all;
  const pools = singleProvider ? [...groupBy(rows, (row) => row.offer.provider).values()] : [rows];
  const found = pools.flatMap((pool) => cheapest(pool, gpus) ?? []);
  const best = found.reduce<Found | null>((a, b) => (a === null || b.cost < a.cost ? b : a), null);
  if (best) return asCover(best.taken);
  return { reason: "insufficient_supply", available: Math.max(0, ...pools.map(supply)) };
};

interface Found {
  readonly taken: readonly Taken[];
  readonly cost: number;
}

const cheapest = (rows: readonly Row[], need: number): Found | null => {
  if (supply(rows) < need) return null;
  const { taken: bulk, rest, left } = wholeMachines(rows, need);
  const fine = left > 0 ? exactCover(rest, left) : [];
  if (fine === null) return null;
  const taken = [...bulk, ...fine];
  return { taken, cost: costOfTaken(taken) };
};

/** GPUs that the rows can give together, one row a machine. */
const supply = (rows: readonly Row[]): number =>
  groupsOf(rows).reduce((sum, group) => sum + capacity(largest(group)), 0);

/** Takes machines whole, cheapest first, until at most 512 GPUs are left, and the rows that remain for these. */
const wholeMachines = (rows: readonly Row[], need: number): Bulk => {
  if (need <= exactUpTo) return { taken: [], rest: rows, left: need };
  const groups = groupsOf(rows).map((group) => ({ group, row: largest(group) }));
  const taken = new Map<readonly Row[], Taken>();
  let left = need;
  const take = (fitting: (row: Row) => number): void => {
    for (const { group, row } of groups.sort((a, b) => byCost(a.row, b.row))) {
      const had = taken.get(group)?.blocks ?? 0;
      const blocks = Math.min(row.blocks - had, fitting(row));
      if (blocks <= 0) continue;
      taken.set(group, { row, blocks: had + blocks });
      left -= blocks * row.block;
    }
  };
  // Blocks larger than the exact part first only where they fit whole; should that not do, where they overlap.
  const toReduce = (row: Row): number => Math.ceil((left - exactUpTo) / row.block);
  take((row) => (row.block <= exactUpTo ? toReduce(row) : Math.floor(left / row.block)));
  if (left > exactUpTo) take(toReduce);
  const rest = groups.flatMap(({ group }) => remaining(group, taken.get(group)));
  return { taken: [...taken.values()], rest: rest.sort(byCost), left };
};

interface Bulk {
  readonly taken: readonly Taken[];
  readonly rest: readonly Row[];
  readonly left: number;
}

/** What a machine still sells: all of its rows while untouched, then what is left of the one in use. */
const remaining = (group: readonly Row[], taken: Taken | undefined): readonly Row[] => {
  if (!taken) return group;
  const blocks = taken.row.blocks - taken.blocks;
  return blocks > 0 ? [{ ...taken.row, blocks }] : [];
};

/** Each provider's cheapest blocks up to `cap` GPUs, one row a machine. */
const cappedRows = (sorted: readonly Row[], cap: number): readonly Row[] => {
  const used = new Map<string, number>();
  const machines = new Set<string>();
  return sorted.flatMap((row) => {
    const provider = row.offer.provider;
    const soFar = used.get(provider) ?? 0;
    const blocks = Math.min(row.blocks, Math.floor((cap - soFar) / row.block));
    if (blocks < 1 || (row.machine !== null && machines.has(row.machine))) return [];
    used.set(provider, soFar + blocks * row.block);
    if (row.machine !== null) machines.add(row.machine);
    return [{ ...row, blocks }];
  });
};

const asCover = (taken: readonly Taken[]): Cover => {
  const byListing = new Map<string, CoverLeg>();
  for (const { row, blocks } of taken) {
    const { offer, stockKnown } = row;
    const gpus = blocks * row.block + (byListing.get(offer.listingId)?.gpus ?? 0);
    byListing.set(offer.listingId, { offer, gpus, stockKnown });
  }
  const legs = [...byListing.values()].sort((a, b) => byPrice(a.offer, b.offer));
  const gpusRented = legs.reduce((sum, leg) => sum + leg.gpus, 0);
  const usdPerHour = legs.reduce((sum, leg) => sum + leg.gpus * leg.offer.usdPerGpuHour, 0);
  return { reason: null, legs, gpusRented, usdPerHour };
};
