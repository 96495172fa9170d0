import type { BookOffer } from "../domain/book.ts";
import { groupBy } from "../models/group-by.ts";
import { machineKey } from "../models/machines.ts";

/** An offer as it is sold: so many blocks of so many GPUs. */
export interface Row {
  readonly offer: BookOffer;
  /** GPUs in a block. */
  readonly block: number;
  /** Blocks for sale. */
  readonly blocks: number;
  readonly costPerBlock: number;
  /** The venue counts its free GPUs (exactly or at least so many). */
  readonly stockKnown: boolean;
  /** Rows with the same key are the same GPUs; null stands alone. */
  readonly machine: string | null;
}

/** Blocks taken of a row. */
export interface Taken {
  readonly row: Row;
  readonly blocks: number;
}

/**
 * Rows for covering `need` GPUs, in the order of the offers; offers that sell no block are left out. A block is
 * the least that can be rented. Free GPUs not told: a named machine has the GPUs of the offer, anything else as
 * many as are needed. `costOf`: USD per GPU-hour as it counts in the comparison.
 */
export const rowsOf = (
  offers: readonly BookOffer[],
  need: number,
  costOf: (offer: BookOffer) => number,
): readonly Row[] =>
  offers.flatMap((offer) => {
    const block = Math.min(offer.minGpus, offer.gpuCount);
    if (!(block >= 1)) return [];
    const most = Math.ceil(need / block);
    const blocks = Math.min(most, Math.floor(forSale(offer, most * block) / block));
    if (blocks < 1) return [];
    const costPerBlock = costOf(offer) * block;
    return [{ offer, block, blocks, costPerBlock, stockKnown: isCounted(offer), machine: machineKey(offer) }];
  });

const forSale = (offer: BookOffer, needed: number): number =>
  offer.availableGpus ?? (offer.machineId === null ? needed : offer.gpuCount);

const isCounted = (offer: BookOffer): boolean =>
  offer.availableGpus !== null && (offer.availableIs === "exact" || offer.availableIs === "floor");

/** GPUs that a row can sell. */
export const capacity = (row: Row): number => row.block * row.blocks;

export const costOfTaken = (taken: readonly Taken[]): number =>
  taken.reduce((sum, { row, blocks }) => sum + blocks * row.costPerBlock, 0);

export const costPerGpu = (row: Row): number => row.costPerBlock / row.block;

/** Order of rows everywhere: cost per GPU, ties by listing id. */
export const byCost = (a: Row, b: Row): number =>
  costPerGpu(a) - costPerGpu(b) || (a.offer.listingId < b.offer.listingId ? -1 : 1);

/** Rows by machine; a row without one is alone. Keeps the order of first appearance. */
export const groupsOf = (rows: readonly Row[]): readonly (readonly Row[])[] => [
  ...groupBy(rows, (row) => row.machine ?? row).values(),
];

/** The row of a machine that sells the most GPUs, the first such in the order given. */
export const largest = (group: readonly Row[]): Row =>
  group.reduce((best, row) => (capacity(row) > capacity(best) ? row : best));
