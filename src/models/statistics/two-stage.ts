import { Matrix } from "ml-matrix";
import {
  dot,
  type LeastSquaresFit,
  type LeastSquaresReason,
  leastSquares,
  sandwich,
} from "./least-squares.ts";

/** Least first-stage F at which an instrument is strong enough for its estimate to be printed. */
export const leastFirstStageF = 10;

export interface InstrumentData {
  /** Explained variable, an entry an observation. */
  readonly y: readonly number[];
  /** The one regressor that may be correlated with the error. */
  readonly endogenous: readonly number[];
  /** Exogenous regressors, a row an observation, the constant among them. */
  readonly exogenous: readonly (readonly number[])[];
  /** Instruments that are not regressors, a row an observation. */
  readonly instruments: readonly (readonly number[])[];
}

export interface TwoStageFit {
  /** Coefficient of the endogenous regressor, then those of the exogenous ones in their order. */
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  /** y - x b with the endogenous regressor itself, not its projection. */
  readonly residuals: readonly number[];
  readonly n: number;
  readonly degreesOfFreedom: number;
  /** Classical F of the excluded instruments in the first stage. */
  readonly firstStageF: number;
}

export type TwoStage =
  | { readonly fit: TwoStageFit; readonly reason: null }
  | { readonly fit: null; readonly reason: LeastSquaresReason };

/**
 * Two-stage least squares with one endogenous regressor: regressors projected on the instruments in the bread,
 * residuals from the regressors themselves, HC1 standard errors with n / (n - k) (or classical ones). A weak
 * instrument is not refused here but by the caller (`firstStageF` below `leastFirstStageF`). Source: methods.md 2.
 * Null with the reason of the stage that failed: `empty`, `bad_shape`, `not_finite`, `too_few_rows` (one point
 * too), `collinear` (also: instruments that explain nothing at all).
 */
export const twoStage = (data: InstrumentData, covariance: "classical" | "hc1" = "hc1"): TwoStage => {
  const { y, endogenous, exogenous, instruments } = data;
  if (exogenous.length !== y.length || instruments.length !== y.length || (instruments[0]?.length ?? 0) === 0)
    return { fit: null, reason: y.length === 0 ? "empty" : "bad_shape" };
  const first = leastSquares(endogenous, joined(exogenous, instruments));
  if (first.fit === null) return first;
  const projected = endogenous.map((value, i) => value - first.fit.residuals[i]!);
  const second = leastSquares(
    y,
    exogenous.map((row, i) => [projected[i]!, ...row]),
  );
  if (second.fit === null) return second;
  return { fit: describe(data, projected, first.fit, second.fit, covariance), reason: null };
};

const describe = (
  data: InstrumentData,
  projected: readonly number[],
  first: LeastSquaresFit,
  { coefficients, bread, degreesOfFreedom, n }: LeastSquaresFit,
  kind: "classical" | "hc1",
): TwoStageFit => {
  const { y, endogenous, exogenous } = data;
  const residuals = y.map((value, i) => value - dot([endogenous[i]!, ...exogenous[i]!], coefficients));
  const rows = new Matrix(exogenous.map((row, i) => [projected[i]!, ...row]));
  const inner = new Matrix(bread.map((row) => [...row]));
  const covariance =
    kind === "hc1"
      ? sandwich(
          inner,
          rows,
          residuals.map((residual) => residual ** 2),
        ).mul(n / degreesOfFreedom)
      : inner.mul(dot(residuals, residuals) / degreesOfFreedom);
  return {
    coefficients,
    standardErrors: covariance.diagonal().map(Math.sqrt),
    residuals,
    n,
    degreesOfFreedom,
    firstStageF: firstStageF(data, first.squaredResiduals, first.degreesOfFreedom),
  };
};

/** F of the instruments in the regression of the endogenous regressor on everything exogenous. */
const firstStageF = (
  { endogenous, exogenous, instruments }: InstrumentData,
  unrestricted: number,
  degreesOfFreedom: number,
): number => {
  const restricted = leftAfter(endogenous, exogenous);
  const extra = instruments[0]!.length;
  return (dot(restricted, restricted) - unrestricted) / extra / (unrestricted / degreesOfFreedom);
};

/**
 * What the columns of x, which must be independent, leave unexplained of y; y itself where there are no columns.
 */
export const leftAfter = (y: readonly number[], x: readonly (readonly number[])[]): readonly number[] =>
  (x[0]?.length ?? 0) === 0 ? y : leastSquares(y, x).fit!.residuals;

/** Rows side by side. */
export const joined = (
  left: readonly (readonly number[])[],
  right: readonly (readonly number[])[],
): number[][] => left.map((row, i) => [...row, ...right[i]!]);
