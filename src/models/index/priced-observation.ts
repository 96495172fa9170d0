import { studentQuantile } from "../statistics/distributions.ts";
import { intervalLevel } from "../statistics/estimate.ts";

/** A price seen in a period, with what it was the price of. */
export interface PricedObservation {
  /** Whole number that rises with time, such as the day. */
  readonly period: number;
  /** What is the same thing when it is seen again: a machine, or a SKU. */
  readonly item: string;
  readonly provider: string;
  readonly usdPerGpuHour: number;
  /** Weight in a hedonic fit. */
  readonly gpus: number;
  /**
   * What makes it worth more or less: numbers enter as they are, words as one effect a level, null as not known.
   */
  readonly traits: Readonly<Record<string, number | string | null>>;
}

/** Why a point of an index of matched or adjusted prices has no value. */
export type IndexPointReason = "no_observations" | "not_connected" | "not_identified" | "chain_broken";

/** An index in one period, base period = 1. */
export interface IndexPoint {
  readonly period: number;
  readonly value: number | null;
  /** Logarithm against the base before any correction for its own error; what windows are joined by. */
  readonly logLevel: number | null;
  /** Of the logarithm of the value against the base; null where nothing is left over to judge it by. */
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Observations of the period that entered. */
  readonly n: number;
  readonly reason: IndexPointReason | null;
}

/** A point without a value. */
export const noPoint = (period: number, reason: IndexPointReason, n = 0): IndexPoint => ({
  period,
  value: null,
  logLevel: null,
  standardError: null,
  low: null,
  high: null,
  n,
  reason,
});

/** Whether price, weight and period can enter a fit. */
export const isPriced = ({ usdPerGpuHour, gpus, period }: PricedObservation): boolean =>
  Number.isFinite(usdPerGpuHour) &&
  usdPerGpuHour > 0 &&
  Number.isFinite(gpus) &&
  gpus > 0 &&
  Number.isInteger(period);

/** Distinct periods, rising. */
export const periodsOf = (observations: readonly Pick<PricedObservation, "period">[]): number[] =>
  [...new Set(observations.map(({ period }) => period))].sort((a, b) => a - b);

/** The first period, against which the others are measured. */
export const basePoint = (period: number, n: number): IndexPoint => ({
  period,
  value: 1,
  logLevel: 0,
  standardError: 0,
  low: 1,
  high: 1,
  n,
  reason: null,
});

/** A point from the logarithm of its value, open where the error is not known. */
export const pointOf = (
  { period, n, logLevel }: Pick<IndexPoint, "period" | "n"> & { readonly logLevel: number },
  standardError: number | null,
  degreesOfFreedom: number,
  correction = 0,
): IndexPoint => {
  const value = Math.exp(logLevel - correction);
  const point = { period, value, logLevel, standardError, n, reason: null };
  if (standardError === null) return { ...point, low: null, high: null };
  const reach = Math.exp(studentQuantile((1 + intervalLevel) / 2, degreesOfFreedom) * standardError);
  return { ...point, low: value / reach, high: value * reach };
};
