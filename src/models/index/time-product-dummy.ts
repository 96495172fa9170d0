import { inverse, Matrix } from "ml-matrix";
import { groupBy } from "../group-by.ts";
import {
  basePoint,
  type IndexPoint,
  isPriced,
  noPoint,
  type PricedObservation,
  periodsOf,
  pointOf,
} from "./priced-observation.ts";

/** A price of an item in a period; weights and traits play no part. */
export type MatchedObservation = Pick<PricedObservation, "period" | "item" | "usdPerGpuHour">;

/**
 * Time-product-dummy index: ln p = d_t + one effect an item by least squares without weights, index exp(d_t)
 * against the first period. Only items seen in two periods or more say something; one seen once moves nothing. All
 * prices times a factor change no point. Source: methods.md 1.2 (cross-check of the hedonic index). Prices that are
 * not finite and positive are left out. A period that no chain of items ties to the first: null, `not_connected`.
 * Empty: empty. One period: 1.
 */
export const timeProductDummy = (observations: readonly MatchedObservation[]): IndexPoint[] => {
  const used = observations.filter((each) => isPriced({ ...each, provider: "", gpus: 1, traits: {} }));
  const periods = periodsOf(used);
  const position = new Map(periods.map((period, t) => [period, t]));
  const items = [...groupBy(used, ({ item }) => item).values()].map((rows) =>
    rows.map(({ period, usdPerGpuHour }) => ({ t: position.get(period)!, log: Math.log(usdPerGpuHour) })),
  );
  const counts = new Array<number>(periods.length).fill(0);
  for (const { period } of used) counts[position.get(period)!]! += 1;
  const linked = linkedToFirst(items, periods.length);
  const column = columnsOf(linked);
  const solved = solve(
    items.filter((item) => linked[item[0]!.t]),
    column,
  );
  return periods.map((period, t) => {
    const n = counts[t]!;
    if (t === 0) return basePoint(period, n);
    return linked[t] ? pointAt(period, n, solved, column[t]!) : noPoint(period, "not_connected", n);
  });
};

type Item = readonly { readonly t: number; readonly log: number }[];

/** Which periods share an item with the first, or with one that does, and so on. */
const linkedToFirst = (items: readonly Item[], periods: number): boolean[] => {
  const linked = Array.from({ length: periods }, (_, t) => t === 0);
  for (let grew = true; grew; ) {
    grew = false;
    for (const item of items) {
      if (!item.some(({ t }) => linked[t]) || item.every(({ t }) => linked[t])) continue;
      for (const { t } of item) linked[t] = true;
      grew = true;
    }
  }
  return linked;
};

/** Position of a period's effect among the unknowns, -1 for the first period and those not linked to it. */
const columnsOf = (linked: readonly boolean[]): number[] => {
  let next = 0;
  return linked.map((each, t) => (each && t > 0 ? next++ : -1));
};

interface Solved {
  readonly effects: readonly number[];
  readonly standardErrors: readonly (number | null)[];
  readonly freedom: number;
}

/** Normal equations of the linked periods but the first, item effects taken out by subtracting item means. */
const solve = (inside: readonly Item[], column: readonly number[]): Solved => {
  const size = Math.max(...column, -1) + 1;
  if (size === 0) return { effects: [], standardErrors: [], freedom: 0 };
  const [left, right] = [Matrix.zeros(size, size), Matrix.zeros(size, 1)];
  for (const item of inside) addItem(item, column, left, right);
  const inverted = inverse(left);
  const effects = inverted.mmul(right).getColumn(0);
  const freedom = inside.reduce((sum, item) => sum + item.length, 0) - inside.length - size;
  const variance = freedom > 0 ? squaredResiduals(inside, column, effects) / freedom : null;
  const standardErrors = inverted
    .diagonal()
    .map((value) => (variance === null ? null : Math.sqrt(variance * value)));
  return { effects, standardErrors, freedom };
};

const addItem = (item: Item, column: readonly number[], left: Matrix, right: Matrix): void => {
  const mean = meanLog(item);
  for (const { t, log } of item) {
    const row = column[t]!;
    if (row < 0) continue;
    right.set(row, 0, right.get(row, 0) + log - mean);
    left.set(row, row, left.get(row, row) + 1);
    for (const other of item) {
      const at = column[other.t]!;
      if (at >= 0) left.set(row, at, left.get(row, at) - 1 / item.length);
    }
  }
};

const squaredResiduals = (
  items: readonly Item[],
  column: readonly number[],
  effects: readonly number[],
): number =>
  items.reduce((sum, item) => {
    const rests = item.map(({ t, log }) => log - (column[t]! >= 0 ? effects[column[t]!]! : 0));
    const mean = rests.reduce((total, rest) => total + rest, 0) / rests.length;
    return sum + rests.reduce((total, rest) => total + (rest - mean) ** 2, 0);
  }, 0);

const meanLog = (item: Item): number => item.reduce((sum, { log }) => sum + log, 0) / item.length;

const pointAt = (
  period: number,
  n: number,
  { effects, standardErrors, freedom }: Solved,
  at: number,
): IndexPoint => pointOf({ period, n, logLevel: effects[at]! }, standardErrors[at]!, freedom);
