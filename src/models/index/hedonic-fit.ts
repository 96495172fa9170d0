import { combined, type NormalSolution, type Products, solveNormal } from "../statistics/normal-equations.ts";
import type { Gap, HedonicPanel } from "./hedonic-panel.ts";
import { basePoint, type IndexPoint, noPoint, pointOf } from "./priced-observation.ts";
import type { TraitColumn } from "./trait-columns.ts";

export interface HedonicFit extends NormalSolution {
  /** Columns of the levels that the others of their trait are measured against. */
  readonly bases: readonly number[];
}

/**
 * ln p on time dummies and traits of clusters that are there `times` times each, weighted by GPUs. A number that is
 * not told is the mean of those told (copies of a cluster counted once), a trait in words is measured against its
 * level with most GPUs. Source: methods.md 1.2. No cluster: nothing kept, no fit.
 */
export const fitHedonic = ({ clusters, words, gaps }: HedonicPanel, times: readonly number[]): HedonicFit => {
  const drawn = clusters.filter((_, i) => times[i]! > 0);
  const products = combined(
    clusters.map((cluster) => cluster.products),
    times,
  );
  for (const [g, gap] of gaps.entries()) {
    const sumOf = (key: "count" | "total"): number => drawn.reduce((sum, { told }) => sum + told[g]![key], 0);
    fillGap(products, gap, sumOf("total") / sumOf("count"));
  }
  const bases = words.map((levels) => mostGpus(products, levels));
  const n = drawn.reduce((sum, cluster) => sum + cluster.n, 0);
  return { ...solveNormal(products, n, new Set(bases)), bases };
};

/** Share of a trait's effect that may be in the step of time between two periods. */
const mostConfused = 1e-6;

/** Whether a column says what something is; that it began to be told says nothing of what it was before. */
const isTold = ({ periods, traits }: HedonicPanel, bases: readonly number[], column: number): boolean => {
  const traitAt = (each: number): TraitColumn => traits[each - periods.length]!;
  const own = traitAt(column);
  const base = bases.map(traitAt).find(({ trait }) => trait === own.trait);
  return ![own, base].some((each) => each?.level === "missing" || each?.level === "unknown");
};

/** Puts the mean into a number's column where it is not told, which is where nothing else stands. */
const fillGap = ({ columns, sums }: Products, gap: Gap, mean: number): void => {
  const [number, missing] = [columns.indexOf(gap.number), columns.indexOf(gap.missing)];
  if (number < 0 || missing < 0) return;
  const at = (a: number, b: number): number => Math.max(a, b) * columns.length + Math.min(a, b);
  for (let other = 0; other < columns.length; other++)
    if (other !== number) sums[at(number, other)]! += mean * sums[at(missing, other)]!;
  sums[at(number, number)]! += mean ** 2 * sums[at(missing, missing)]!;
};

const mostGpus = ({ columns, sums }: Products, levels: readonly number[]): number => {
  const gpusOf = (level: number): number => {
    const place = columns.indexOf(level);
    return place < 0 ? 0 : sums[place * columns.length + place]!;
  };
  return levels.reduce((best, level) => (gpusOf(level) > gpusOf(best) ? level : best));
};

/** The index in every period of the clusters fitted, the first of them the base. */
export const hedonicPoints = (panel: HedonicPanel, fitted: HedonicFit): IndexPoint[] => {
  const [base, ...later] = fitted.kept.filter((column) => column < panel.periods.length);
  if (base === undefined) return [];
  const first = basePoint(panel.periods[base]!, panel.counts[base]!);
  return [first, ...later.map((t) => hedonicPoint(panel, fitted, base, t))];
};

/**
 * The index in the period at place `t` against another; `not_identified` where what was seen in one was never seen
 * beside what was seen in the other, so that time and quality cannot be told apart.
 */
export const hedonicPoint = (
  panel: HedonicPanel,
  { fit, repeated, bases }: HedonicFit,
  base: number,
  t: number,
): IndexPoint => {
  const [period, n] = [panel.periods[t]!, panel.counts[t]!];
  const isConfused = repeated.some(
    ({ column, of }) =>
      Math.abs((of.get(t) ?? 0) - (of.get(base) ?? 0)) > mostConfused && isTold(panel, bases, column),
  );
  if (fit === null || isConfused) return noPoint(period, "not_identified", n);
  const logLevel = fit.coefficients.get(t)! - fit.coefficients.get(base)!;
  const standardError = fit.standardErrorOf([
    [t, 1],
    [base, -1],
  ]);
  return pointOf({ period, n, logLevel }, standardError, fit.degreesOfFreedom, standardError ** 2 / 2);
};
