import { groupBy } from "../group-by.ts";
import { type Estimate, estimated, refused } from "./estimate.ts";

/** A value with what it shares its error with, such as a provider. */
export interface ClusteredValue {
  readonly value: number;
  readonly cluster: string;
}

/**
 * Mean of values with an interval that takes values of one cluster for dependent: cluster-robust error with factor
 * G / (G - 1), Student's t with G - 1 degrees. Unit: that of the values; `n` counts values. Source: Liang, Zeger
 * 1986. Empty: null, `empty`. A value that is not finite: null, `not_finite`. One cluster (one point too): the
 * mean, no error, open bounds.
 */
export const clusteredMean = (values: readonly ClusteredValue[]): Estimate<"empty" | "not_finite"> => {
  const n = values.length;
  if (n === 0) return refused("empty", 0);
  const mean = values.reduce((sum, { value }) => sum + value, 0) / n;
  const clusters = [...groupBy(values, ({ cluster }) => cluster).values()];
  const count = clusters.length;
  if (!Number.isFinite(mean)) return refused("not_finite", n);
  if (count === 1) return { value: mean, standardError: null, low: null, high: null, n, reason: null };
  const squares = clusters.reduce(
    (sum, rows) => sum + rows.reduce((own, { value }) => own + value - mean, 0) ** 2,
    0,
  );
  const standardError = Math.sqrt((squares * count) / (count - 1)) / n;
  return estimated(mean, standardError, n, { degreesOfFreedom: count - 1 });
};
