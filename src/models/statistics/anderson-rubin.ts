import { fQuantileAbove } from "./distributions.ts";
import { intervalLevel } from "./estimate.ts";
import { dot } from "./least-squares.ts";
import { type InstrumentData, leftAfter } from "./two-stage.ts";

/**
 * The values of the endogenous regressor's coefficient that an F test of the instruments does not reject.
 * `interval`: from low to high. `outside`: everything up to `low` and from `high` on. `all`: the data say nothing.
 * `empty`: the instruments contradict each other.
 */
export type ConfidenceSet =
  | { readonly kind: "interval" | "outside"; readonly low: number; readonly high: number }
  | { readonly kind: "all" | "empty" };

/**
 * Anderson and Rubin's confidence set, valid however weak the instruments are, under equal variances. Unit: that of
 * the coefficient. Expects data that `twoStage` accepts. Source: Anderson, Rubin 1949, as a quadratic inequality in
 * the coefficient.
 */
export const andersonRubinSet = (
  { y, endogenous, exogenous, instruments }: InstrumentData,
  level = intervalLevel,
): ConfidenceSet => {
  const [price, amount] = [leftAfter(endogenous, exogenous), leftAfter(y, exogenous)];
  const columns = instruments[0]!.map((_, j) => instruments.map((row) => row[j]!));
  const left = columns.map((column) => leftAfter(column, exogenous));
  const z = y.map((_, i) => left.map((column) => column[i]!));
  const [count, freedom] = [columns.length, y.length - columns.length - (exogenous[0]?.length ?? 0)];
  const [priceLeft, amountLeft] = [leftAfter(price, z), leftAfter(amount, z)];
  const bar = (fQuantileAbove(1 - level, count, freedom) * count) / freedom;
  const form = (
    a: readonly number[],
    b: readonly number[],
    aLeft: readonly number[],
    bLeft: readonly number[],
  ) => dot(a, b) - (1 + bar) * dot(aLeft, bLeft);
  return notAbove(
    form(price, price, priceLeft, priceLeft),
    form(price, amount, priceLeft, amountLeft),
    form(amount, amount, amountLeft, amountLeft),
  );
};

/** The b for which square b^2 - 2 cross b + constant <= 0. */
const notAbove = (square: number, cross: number, constant: number): ConfidenceSet => {
  const discriminant = cross * cross - square * constant;
  if (square > 0 && discriminant < 0) return { kind: "empty" };
  if (square <= 0 && discriminant <= 0) return { kind: "all" };
  const root = Math.sqrt(discriminant);
  const ends = [(cross - root) / square, (cross + root) / square].sort((a, b) => a - b);
  return { kind: square > 0 ? "interval" : "outside", low: ends[0]!, high: ends[1]! };
};
