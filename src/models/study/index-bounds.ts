import type { MethodologyVersion } from "../headline-rules.ts";
import { headlineInterval } from "../index/headline-uncertainty.ts";
import type { PriceMethod } from "../index/index-value.ts";
import { listingsBehind } from "../index/median-receipts.ts";
import type { Receipt } from "../index/receipts.ts";
import { quotesBehind } from "../index/vote-receipts.ts";
import { voteIndexInterval } from "../index/votes.ts";

/** A value of an index as far as its bounds depend on it. */
export interface BoundedCell {
  readonly method: PriceMethod;
  readonly receipts: readonly Receipt[];
  /** Version of the methodology that the receipts were made under; default the present one. */
  readonly version?: MethodologyVersion;
}

export interface Bounds {
  readonly low: number | null;
  readonly high: number | null;
}

const replicates = 500;
const seed = 1;

/**
 * Bounds of index values by drawing providers with replacement, one a cell in the order given, in USD per GPU-hour;
 * open where a cell has one provider. A cell equal to the last one of its method is not drawn again. Empty gives empty.
 */
export const indexBounds = (cells: readonly BoundedCell[]): Bounds[] => {
  const last = new Map<PriceMethod, { readonly key: string; readonly bounds: Bounds }>();
  return cells.map((cell) => {
    const key = JSON.stringify([cell.version, cell.receipts]);
    const before = last.get(cell.method);
    if (before?.key === key) return before.bounds;
    const bounds = boundsOf(cell);
    last.set(cell.method, { key, bounds });
    return bounds;
  });
};

const boundsOf = ({ method, receipts, version }: BoundedCell): Bounds => {
  const options = { seed, replicates };
  const { low, high } =
    method === "weighted_median"
      ? headlineInterval(receipts.flatMap(listingsBehind), options, version)
      : voteIndexInterval(quotesBehind(receipts, version), options);
  return { low, high };
};
