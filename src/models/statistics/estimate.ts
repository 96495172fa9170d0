import { normalQuantile, studentQuantile } from "./distributions.ts";

/** Confidence of every interval where nothing else is said. */
export const intervalLevel = 0.95;

/** A number with its uncertainty, or null with the reason why there is none. */
export interface Estimate<Reason extends string = string> {
  readonly value: number | null;
  /** In the unit of the value; null where the interval does not come from one. */
  readonly standardError: number | null;
  /** Bounds of the interval; null: not bounded on that side, or no value. */
  readonly low: number | null;
  readonly high: number | null;
  /** Observations behind the value, or found before it was refused. */
  readonly n: number;
  readonly reason: Reason | null;
}

/** No value, and why. */
export const refused = <Reason extends string>(reason: Reason, n: number): Estimate<Reason> => ({
  value: null,
  standardError: null,
  low: null,
  high: null,
  n,
  reason,
});

export interface IntervalOptions {
  /** Degrees of freedom of the standard error; normal where not given. */
  readonly degreesOfFreedom?: number;
  /** Confidence, 0..1. */
  readonly level?: number;
}

/**
 * Value -+ quantile x standard error: Student's t with the degrees of freedom given, else normal. Unit: that of the
 * value. Value or error not finite, error negative: refused with `not_finite`.
 */
export const estimated = (
  value: number,
  standardError: number,
  n: number,
  { degreesOfFreedom, level = intervalLevel }: IntervalOptions = {},
): Estimate<"not_finite"> => {
  if (!Number.isFinite(value) || !Number.isFinite(standardError) || standardError < 0)
    return refused("not_finite", n);
  const tail = (1 + level) / 2;
  const quantile =
    degreesOfFreedom === undefined ? normalQuantile(tail) : studentQuantile(tail, degreesOfFreedom);
  const reach = quantile * standardError;
  return { value, standardError, low: value - reach, high: value + reach, n, reason: null };
};

/** Value and bounds that do not come from a standard error, such as those of a bootstrap. */
export const bounded = (
  value: number,
  low: number | null,
  high: number | null,
  n: number,
): Estimate<never> => ({
  value,
  standardError: null,
  low,
  high,
  n,
  reason: null,
});
