import { capacity, costOfTaken, costPerGpu, groupsOf, type Row, type Taken } from "./blocks.ts";

/** A cover that is quick to find and near the cheapest, and a cost per GPU near the marginal one. */
export interface QuickCover {
  readonly taken: readonly Taken[];
  readonly cost: number;
  readonly marginal: number;
}

/** Covers that differ by less than this part of their cost count as equally cheap. */
const tie = 1e-12;

/** Blocks of one row a machine, with what is left of the need. */
interface Draft {
  readonly taken: Map<Row | string, Taken>;
  left: number;
}

const keyOf = (row: Row): Row | string => row.machine ?? row;

/** The cheaper of two quick covers of rows sorted by cost per GPU; null where the rows cannot cover the need. */
export const quickCover = (sorted: readonly Row[], need: number): QuickCover | null => {
  const first = inOrder(sorted, need);
  if (first === null) return null;
  const marginal = Math.max(...first.map(({ row }) => costPerGpu(row)));
  const second = fitted(sorted, need, marginal);
  const taken = second !== null && costOfTaken(second) < costOfTaken(first) ? second : first;
  return { taken, cost: costOfTaken(taken), marginal };
};

/** Takes rows as they come until the need is met; of a machine the row that gives most of those met so far. */
const inOrder = (sorted: readonly Row[], need: number): readonly Taken[] | null => {
  const draft: Draft = { taken: new Map(), left: need };
  for (const row of sorted) {
    const before = draft.taken.get(keyOf(row));
    const had = before ? before.blocks * before.row.block : 0;
    const blocks = Math.min(row.blocks, Math.ceil((draft.left + had) / row.block));
    if (blocks * row.block <= had) continue;
    draft.taken.set(keyOf(row), { row, blocks });
    draft.left -= blocks * row.block - had;
    if (draft.left <= 0) return [...draft.taken.values()];
  }
  return null;
};

/**
 * Takes each machine as it pays best when a GPU is worth `worth`, as far as whole blocks fit, then whatever else fits,
 * then the cheapest single row that closes the gap. Null where none closes it.
 */
const fitted = (sorted: readonly Row[], need: number, worth: number): readonly Taken[] | null => {
  const best = bestRows(sorted, worth);
  const draft: Draft = { taken: new Map(), left: need };
  for (const row of sorted) if (best.get(keyOf(row)) === row) takeFitting(draft, row);
  for (const row of sorted) takeFitting(draft, row);
  const closing = draft.left > 0 ? cheapestToClose(sorted, draft) : undefined;
  if (draft.left > 0 && !closing) return null;
  return [...draft.taken.values(), ...(closing ? [closing] : [])];
};

const bestRows = (rows: readonly Row[], worth: number): ReadonlyMap<Row | string, Row> => {
  const best = new Map<Row | string, Row>();
  const gain = (row: Row): number => worth * capacity(row) - row.costPerBlock * row.blocks;
  for (const row of rows) {
    const known = best.get(keyOf(row));
    if (gain(row) > (known ? gain(known) : 0)) best.set(keyOf(row), row);
  }
  return best;
};

const takeFitting = (draft: Draft, row: Row): void => {
  const blocks = Math.min(row.blocks, Math.floor(draft.left / row.block));
  if (blocks < 1 || draft.taken.has(keyOf(row))) return;
  draft.taken.set(keyOf(row), { row, blocks });
  draft.left -= blocks * row.block;
};

const cheapestToClose = (rows: readonly Row[], { taken, left }: Draft): Taken | undefined => {
  let best: Taken | undefined;
  for (const row of rows) {
    const blocks = Math.ceil(left / row.block);
    if (blocks > row.blocks || taken.has(keyOf(row))) continue;
    if (!best || blocks * row.costPerBlock < best.blocks * best.row.costPerBlock) best = { row, blocks };
  }
  return best;
};

/**
 * The rows that a cover cheaper than `quick` can contain. By Lagrangian bound: with every GPU credited at the
 * marginal cost, no cover costs less than the credit for the need plus what each machine loses at best; a row whose
 * use lifts this bound to the cost of the quick cover is of no use. Nothing that could be cheaper is lost.
 */
export const worthTrying = (
  rows: readonly Row[],
  need: number,
  { cost, marginal }: QuickCover,
): readonly Row[] => {
  const net = (row: Row): number => row.costPerBlock - marginal * row.block;
  const groups = groupsOf(rows);
  const losses = groups.map((group) =>
    group.reduce((least, row) => Math.min(least, net(row) * row.blocks), 0),
  );
  const bound = losses.reduce((sum, loss) => sum + loss, marginal * need);
  return groups.flatMap((group, i) => {
    const others = bound - losses[i]!;
    return group.filter((row) => others + Math.min(net(row), net(row) * row.blocks) < cost * (1 - tie));
  });
};
