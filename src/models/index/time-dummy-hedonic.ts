import { studentQuantile } from "../statistics/distributions.ts";
import { intervalLevel } from "../statistics/estimate.ts";
import type { NormalFit } from "../statistics/normal-equations.ts";
import { fitHedonic, type HedonicFit, hedonicPoints } from "./hedonic-fit.ts";
import { type HedonicPanel, hedonicPanel } from "./hedonic-panel.ts";
import { type IndexPoint, isPriced, type PricedObservation } from "./priced-observation.ts";
import type { TraitColumn } from "./trait-columns.ts";

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
 * traits: `not_identified` in every point but the base; so is a period where what was seen never stood beside what was
 * seen in the base, directly or by way of others.
 */
export const timeDummyHedonic = (observations: readonly PricedObservation[]): HedonicIndex => {
  const used = observations.filter(isPriced);
  const panel = hedonicPanel(used, ({ period }) => period);
  const all = panel.clusters.map(() => 1);
  const fitted = fitHedonic(panel, all);
  const { kept, bases, fit } = fitted;
  const entered = new Set([...kept, ...bases]);
  return {
    points: hedonicPoints(panel, fitted),
    effects: fit ? effectsOf(panel, fitted, fit) : [],
    dropped: panel.traits.filter((_, i) => !entered.has(panel.periods.length + i)).map(nameOf),
    n: used.length,
    excluded: observations.length - used.length,
    degreesOfFreedom: fit?.degreesOfFreedom ?? 0,
    rSquared: fit && rSquaredOf(used, fit),
    reason: used.length === 0 ? "empty" : fit || panel.periods.length === 1 ? null : "not_identified",
  };
};

const effectsOf = (
  { periods, traits }: HedonicPanel,
  { kept, bases }: HedonicFit,
  fit: NormalFit,
): TraitEffect[] => {
  const traitAt = (column: number): TraitColumn => traits[column - periods.length]!;
  const baseOf = new Map(bases.map((column) => [traitAt(column).trait, traitAt(column).level]));
  const quantile = studentQuantile((1 + intervalLevel) / 2, fit.degreesOfFreedom);
  return kept
    .filter((column) => column >= periods.length)
    .map((column) => {
      const { trait, level } = traitAt(column);
      const [logPoints, standardError] = [fit.coefficients.get(column)!, fit.standardErrorOf([[column, 1]])];
      const reach = quantile * standardError;
      const bounds = { low: logPoints - reach, high: logPoints + reach };
      return { trait, level, base: baseOf.get(trait) ?? null, logPoints, standardError, ...bounds };
    });
};

/** Null where prices do not vary. */
const rSquaredOf = (used: readonly PricedObservation[], { squaredResiduals }: NormalFit): number | null => {
  const sumOf = (value: (log: number) => number): number =>
    used.reduce((sum, { usdPerGpuHour, gpus }) => sum + gpus * value(Math.log(usdPerGpuHour)), 0);
  const mean = sumOf((log) => log) / sumOf(() => 1);
  const variation = sumOf((log) => (log - mean) ** 2);
  return variation > 0 ? 1 - squaredResiduals / variation : null;
};

const nameOf = ({ trait, level }: TraitColumn): string => (level === null ? trait : `${trait}=${level}`);
