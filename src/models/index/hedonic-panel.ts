import { groupBy } from "../group-by.ts";
import { type Products, productsOf, type SparseRow } from "../statistics/normal-equations.ts";
import { type PricedObservation, periodsOf } from "./priced-observation.ts";
import { numberOf, type TraitColumn, type TraitColumns, traitColumns } from "./trait-columns.ts";

/** Observations laid out for many fits, each of some clusters of them; columns are periods, traits, then ln p. */
export interface HedonicPanel {
  readonly periods: readonly number[];
  /** Observations of each period. */
  readonly counts: readonly number[];
  readonly traits: readonly TraitColumn[];
  readonly clusters: readonly Cluster[];
  /** Columns of the levels of each trait in words. */
  readonly words: readonly (readonly number[])[];
  readonly gaps: readonly Gap[];
}

/** What fits need to know of the observations of one cluster. */
export interface Cluster {
  readonly n: number;
  /** Weighted by GPUs; a number that is not told is 0. */
  readonly products: Products;
  /** One a gap: numbers told and their sum against the origin. */
  readonly told: readonly { readonly count: number; readonly total: number }[];
}

/** Columns of a trait whose number is not always told. */
export interface Gap {
  readonly trait: string;
  readonly origin: number;
  readonly number: number;
  readonly missing: number;
}

/**
 * Lays out priced observations (`isPriced`) with a cluster a value of `keyOf`, in the order of their first
 * observations. Empty: no periods, no clusters.
 */
export const hedonicPanel = (
  used: readonly PricedObservation[],
  keyOf: (observation: PricedObservation) => number | string,
): HedonicPanel => {
  const periods = periodsOf(used);
  const byPeriod = groupBy(used, ({ period }) => period);
  const traits = traitColumns(used);
  const rowOf = rowMaker(periods, traits, used[0]?.usdPerGpuHour ?? 1);
  const gaps = gapsOf(traits.columns, periods.length);
  const clusters = [...groupBy(used, keyOf).values()].map((own) => ({
    n: own.length,
    products: productsOf(own.map(rowOf)),
    told: gaps.map((gap) => toldOf(own, gap)),
  }));
  const counts = periods.map((period) => byPeriod.get(period)!.length);
  return {
    periods,
    counts,
    traits: traits.columns,
    clusters,
    gaps,
    words: wordsOf(traits.columns, periods.length),
  };
};

/** Logarithms are taken against one of the prices, so that their squares are small. */
const rowMaker = (
  periods: readonly number[],
  { columns: traits, entriesOf }: TraitColumns,
  usd: number,
): ((observation: PricedObservation) => SparseRow) => {
  const place = new Map(periods.map((period, t) => [period, t]));
  return (observation) => {
    const [columns, values] = [[place.get(observation.period)!], [1]];
    const put = (column: number, value: number): void => {
      columns.push(column);
      values.push(value);
    };
    entriesOf(observation, (column, value) => put(periods.length + column, value));
    put(periods.length + traits.length, Math.log(observation.usdPerGpuHour / usd));
    return { weight: observation.gpus, columns, values };
  };
};

const gapsOf = (traits: readonly TraitColumn[], first: number): Gap[] =>
  traits.flatMap(({ trait, level, isWord, origin }, i) =>
    !isWord && level === null && traits[i + 1]?.trait === trait
      ? [{ trait, origin, number: first + i, missing: first + i + 1 }]
      : [],
  );

const wordsOf = (traits: readonly TraitColumn[], first: number): number[][] => {
  const words = traits.map((column, i) => ({ ...column, at: first + i })).filter(({ isWord }) => isWord);
  return [...groupBy(words, ({ trait }) => trait).values()].map((levels) => levels.map(({ at }) => at));
};

const toldOf = (own: readonly PricedObservation[], { trait, origin }: Gap): Cluster["told"][number] => {
  const told = own.map(({ traits }) => numberOf(traits[trait], origin)).filter((number) => number !== null);
  return { count: told.length, total: told.reduce((sum, number) => sum + number, 0) };
};
