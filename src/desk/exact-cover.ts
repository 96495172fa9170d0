import { groupBy } from "../models/group-by.ts";
import { costOfTaken, groupsOf, type Row, type Taken } from "./blocks.ts";
import { quickCover, worthTrying } from "./cover-bound.ts";
import { type Choice, prunedChoices, simplified } from "./machine-choices.ts";

/** What a step of the programme added: for a need of q GPUs, which rows, and how many GPUs they cover. */
interface Stage {
  readonly takenFor: (need: number) => { readonly taken: readonly Taken[]; readonly gpus: number };
}

/**
 * The cheapest blocks that cover at least `need` GPUs; null where the rows cannot. Expects rows by cost per GPU. At
 * most one row of a machine is used, as its rows are the same GPUs. A quick cover sets a bound that leaves few rows
 * worth trying; over these runs a dynamic programme on the GPUs still needed: rows of one block size cheapest first
 * (their cost is convex, so nothing is lost), machines with several rows one by one. Time grows with need squared per
 * block size, and with need times the rows of such machines.
 */
export const exactCover = (sorted: readonly Row[], need: number): readonly Taken[] | null => {
  const quick = quickCover(sorted, need);
  if (quick === null) return null;
  const best = bestOf(worthTrying(sorted, need, quick), need);
  return best !== null && costOfTaken(best) < quick.cost ? best : quick.taken;
};

const bestOf = (rows: readonly Row[], need: number): readonly Taken[] | null => {
  const cost = new Float64Array(need + 1).fill(Number.POSITIVE_INFINITY);
  cost[0] = 0;
  const groups = groupsOf(rows).map(simplified);
  const single = groups.flatMap((group) => (group.length === 1 ? group : []));
  const several = groups.filter((group) => group.length > 1);
  const stages = [
    ...bySize(single).map((same) => addSize(cost, same)),
    ...prunedChoices(several, need, smallestBlock(rows)).map((choices) => addMachine(cost, choices)),
  ];
  return cost[need] === Number.POSITIVE_INFINITY ? null : tracedBack(stages, need);
};

const smallestBlock = (rows: readonly Row[]): number =>
  rows.reduce((least, row) => Math.min(least, row.block), Number.POSITIVE_INFINITY);

const tracedBack = (stages: readonly Stage[], need: number): readonly Taken[] => {
  let left = need;
  return stages.toReversed().flatMap((stage) => {
    const { taken, gpus } = stage.takenFor(left);
    left = Math.max(0, left - gpus);
    return taken;
  });
};

const bySize = (rows: readonly Row[]): readonly (readonly Row[])[] =>
  [...groupBy(rows, (row) => row.block)]
    .sort(([a], [b]) => a - b)
    .map(([, same]) => same.sort((a, b) => a.costPerBlock - b.costPerBlock));

/** Adds the rows of one block size to `cost` in place: for each need the best number of cheapest blocks. */
const addSize = (cost: Float64Array, rows: readonly Row[]): Stage => {
  const need = cost.length - 1;
  const block = rows[0]!.block;
  const { blocks, prefix } = cheapestBlocks(rows, Math.ceil(need / block));
  const chosen = new Int32Array(need + 1);
  for (let q = need; q > 0; q--) {
    const most = Math.min(blocks.length, Math.ceil(q / block));
    let best = cost[q]!;
    for (let k = 1; k <= most; k++) {
      const total = prefix[k]! + cost[Math.max(0, q - k * block)]!;
      if (total < best) {
        best = total;
        chosen[q] = k;
      }
    }
    cost[q] = best;
  }
  const takenFor = (q: number) => ({ taken: tally(blocks.slice(0, chosen[q])), gpus: chosen[q]! * block });
  return { takenFor };
};

const cheapestBlocks = (rows: readonly Row[], most: number): { blocks: Row[]; prefix: number[] } => {
  const blocks: Row[] = [];
  const prefix = [0];
  for (const row of rows) {
    for (let k = 0; k < row.blocks && blocks.length < most; k++) {
      blocks.push(row);
      prefix.push(prefix.at(-1)! + row.costPerBlock);
    }
  }
  return { blocks, prefix };
};

const tally = (blocks: readonly Row[]): readonly Taken[] => {
  const counts = new Map<Row, number>();
  for (const row of blocks) counts.set(row, (counts.get(row) ?? 0) + 1);
  return [...counts].map(([row, count]) => ({ row, blocks: count }));
};

/** Adds one machine to `cost` in place: none of its rows, or the best single choice. */
const addMachine = (cost: Float64Array, choices: readonly Choice[]): Stage => {
  const chosen = new Int16Array(cost.length);
  for (let q = cost.length - 1; q > 0; q--) {
    let best = cost[q]!;
    for (let i = 0; i < choices.length; i++) {
      const choice = choices[i]!;
      const total = choice.cost + cost[q > choice.gpus ? q - choice.gpus : 0]!;
      if (total < best) {
        best = total;
        chosen[q] = i + 1;
      }
    }
    cost[q] = best;
  }
  const takenFor = (q: number) => {
    const choice = choices[chosen[q]! - 1];
    return choice ? { taken: [choice], gpus: choice.gpus } : { taken: [], gpus: 0 };
  };
  return { takenFor };
};
