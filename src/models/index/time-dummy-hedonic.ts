import { studentQuantile } from "../statistics/distributions.ts";
import { intervalLevel } from "../statistics/estimate.ts";
import { type LeastSquaresFit, leastSquares } from "../statistics/least-squares.ts";
import {
  basePoint,
  type IndexPoint,
  isPriced,
  noPoint,
  type PricedObservation,
  periodsOf,
  pointOf,
} from "./priced-observation.ts";
import { independentColumns, type TraitColumn, traitColumns } from "./trait-columns.ts";

/** What a trait adds to the logarithm of the price, everything else equal. */
export interface TraitEffect {
  readonly trait: string;
  /** Level of a trait told in words, `missing` for numbers not told, null for one unit of a number. */
  readonly level: string | null;
  /** Level it is measured against; null for numbers. */
  readonly base: string | null;
  readonly logPoints: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

export interface HedonicIndex {
  /** A point a period that has observations, the first one the base. */
  readonly points: readonly IndexPoint[];
  readonly effects: readonly TraitEffect[];
  /** Traits (with `=level`) that cannot be told apart from others or from time, and so have no effect. */
  readonly dropped: readonly string[];
  readonly n: number;
  readonly excluded: number;
  readonly degreesOfFreedom: number;
  readonly rSquared: number | null;
  readonly reason: "empty" | "not_identified" | null;
}

/**
 * Time-dummy hedonic index: ln p = a + d_t + x'b by least squares weighted by GPUs, index exp(d_t - se^2 / 2)
 * against the first period, with classical standard errors. All prices times a factor change no point; the order of
 * observations does not matter. Source: methods.md 1.2; de Haan 2010. Observations whose price, GPUs or period
 * cannot be used are counted in `excluded`. Empty: no points, `empty`. One period: 1. Too few observations for the
 * traits: `not_identified` in every point but the base.
 */
export const timeDummyHedonic = (observations: readonly PricedObservation[]): HedonicIndex => {
  const used = observations.filter(isPriced);
  const excluded = observations.length - used.length;
  const periods = periodsOf(used);
  const roots = used.map(({ gpus }) => Math.sqrt(gpus));
  const time = timeColumns(used, periods);
  const traits = traitColumns(used);
  const kept = independentColumns([...time, ...traits.map(({ values }) => values)], roots);
  const columns = kept
    .filter((position) => position >= time.length)
    .map((position) => traits[position - time.length]!);
  const all = [...time, ...columns.map(({ values }) => values)];
  const rows = used.map((_, i) => all.map((column) => column[i]!));
  const logs = used.map(({ usdPerGpuHour }) => Math.log(usdPerGpuHour));
  const { fit } = leastSquares(logs, rows, { weights: used.map(({ gpus }) => gpus) });
  const counts = periods.map((period) => used.filter((each) => each.period === period).length);
  return {
    points: pointsOf(periods, counts, fit),
    effects: fit ? columns.map((column, j) => effectOf(column, fit, time.length + j)) : [],
    dropped: traits.filter((column) => !columns.includes(column)).map(nameOf),
    n: used.length,
    excluded,
    degreesOfFreedom: fit?.degreesOfFreedom ?? 0,
    rSquared: fit?.rSquared ?? null,
    reason: used.length === 0 ? "empty" : fit || periods.length === 1 ? null : "not_identified",
  };
};

/** The constant, then a dummy for every period but the first. */
const timeColumns = (used: readonly PricedObservation[], periods: readonly number[]): number[][] =>
  periods.map((period, t) => used.map((each) => (t === 0 || each.period === period ? 1 : 0)));

const pointsOf = (
  periods: readonly number[],
  counts: readonly number[],
  fit: LeastSquaresFit | null,
): IndexPoint[] =>
  periods.map((period, t) => {
    const n = counts[t]!;
    if (t === 0) return basePoint(period, n);
    if (fit === null) return noPoint(period, "not_identified", n);
    const [logLevel, standardError] = [fit.coefficients[t]!, fit.standardErrors[t]!];
    return pointOf({ period, n, logLevel }, standardError, fit.degreesOfFreedom, standardError ** 2 / 2);
  });

const effectOf = (
  { trait, level, base }: TraitColumn,
  fit: LeastSquaresFit,
  position: number,
): TraitEffect => {
  const [logPoints, standardError] = [fit.coefficients[position]!, fit.standardErrors[position]!];
  const reach = studentQuantile((1 + intervalLevel) / 2, fit.degreesOfFreedom) * standardError;
  return { trait, level, base, logPoints, standardError, low: logPoints - reach, high: logPoints + reach };
};

const nameOf = ({ trait, level }: TraitColumn): string => (level === null ? trait : `${trait}=${level}`);
