import { groupBy } from "../models/group-by.ts";
import { capacity, largest, type Row, type Taken } from "./blocks.ts";

/** One way to take GPUs from a machine with several rows. */
export interface Choice extends Taken {
  readonly gpus: number;
  readonly cost: number;
}

/** A machine whose one row covers whatever the others do, at no higher cost, is that row. */
export const simplified = (group: readonly Row[]): readonly Row[] => {
  if (group.length === 1) return group;
  const most = capacity(largest(group));
  const best = group.find((row) => capacity(row) === most && group.every((other) => beats(row, other)));
  return best ? [best] : group;
};

const beats = (row: Row, other: Row): boolean => {
  for (let blocks = 1; blocks <= other.blocks; blocks++) {
    const needed = Math.ceil((blocks * other.block) / row.block);
    if (needed * row.costPerBlock > blocks * other.costPerBlock) return false;
  }
  return true;
};

/**
 * The choices of each machine, without those that cannot matter: a cover without waste uses at most
 * ceil((need - gpus) / smallest block) machines beside one that gives `gpus`, so beyond that many cheaper machines
 * of the same size one is always free to take its place.
 */
export const prunedChoices = (
  groups: readonly (readonly Row[])[],
  need: number,
  smallest: number,
): readonly (readonly Choice[])[] => {
  const machines = groups.map((group) => cheapestBySize(group, need));
  const dearest = new Map<number, number>();
  for (const [gpus, same] of groupBy(machines.flat(), (choice) => choice.gpus)) {
    const useful = Math.max(0, Math.ceil((need - gpus) / smallest)) + 1;
    dearest.set(gpus, nthSmallest(same, useful));
  }
  return machines
    .map((choices) => choices.filter((choice) => choice.cost <= dearest.get(choice.gpus)!))
    .filter(({ length }) => length > 0);
};

const nthSmallest = (choices: readonly Choice[], n: number): number =>
  choices.length <= n
    ? Number.POSITIVE_INFINITY
    : Float64Array.from(choices, (choice) => choice.cost).sort()[n - 1]!;

/** One choice a size; sizes beyond the need are all the same size. */
const cheapestBySize = (group: readonly Row[], need: number): readonly Choice[] => {
  const choices: Choice[] = [];
  for (const row of group) {
    for (let blocks = 1; blocks <= row.blocks; blocks++) {
      const choice = {
        row,
        blocks,
        gpus: Math.min(need, blocks * row.block),
        cost: blocks * row.costPerBlock,
      };
      const same = choices.findIndex(({ gpus }) => gpus === choice.gpus);
      if (same < 0) choices.push(choice);
      else if (choice.cost < choices[same]!.cost) choices[same] = choice;
    }
  }
  return choices;
};
