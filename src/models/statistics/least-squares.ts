import { inverse, Matrix, QrDecomposition } from "ml-matrix";

export interface LeastSquaresOptions {
  /** One positive weight a row; all equal where not given. */
  readonly weights?: readonly number[];
  /** `hc1`: robust to unequal variances, with the factor n / (n - k). Default classical. */
  readonly covariance?: "classical" | "hc1";
}

export interface LeastSquaresFit {
  /** One a column of x. */
  readonly coefficients: readonly number[];
  readonly standardErrors: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  /** (x'wx)^-1. */
  readonly bread: readonly (readonly number[])[];
  /** y - x b, a row each, without weights. */
  readonly residuals: readonly number[];
  readonly n: number;
  readonly degreesOfFreedom: number;
  /** Weighted sum of squared residuals. */
  readonly squaredResiduals: number;
  /** Share of the weighted variance of y about its mean that the fit explains; null where y does not vary. */
  readonly rSquared: number | null;
}

export type LeastSquaresReason = "empty" | "bad_shape" | "not_finite" | "too_few_rows" | "collinear";

export type LeastSquares =
  | { readonly fit: LeastSquaresFit; readonly reason: null }
  | { readonly fit: null; readonly reason: LeastSquaresReason };

/**
 * Smallest norm of a column beside those before it, as a share of its own, at which it still says something new.
 */
export const leastIndependence = 1e-9;

/**
 * Ordinary or weighted least squares of y on the columns of x (a row an observation; write the constant as a
 * column) by QR, with classical or HC1 standard errors. Weights that are all multiplied by one number change
 * nothing but `squaredResiduals`. Source: methods.md 2 (HC1 = n / (n - k)). Null with reason: `empty`, rows of
 * unequal length or a weight that is not positive (`bad_shape`), a number or a coefficient that is not finite
 * (`not_finite`), no more rows than columns (`too_few_rows`, so one point too), `collinear`.
 */
export const leastSquares = (
  y: readonly number[],
  x: readonly (readonly number[])[],
  { weights, covariance = "classical" }: LeastSquaresOptions = {},
): LeastSquares => {
  const reason = faultOf(y, x, weights);
  if (reason !== null) return { fit: null, reason };
  const roots = weights?.map(Math.sqrt);
  const rows = new Matrix(x.map((row, i) => scaled(row, roots?.[i] ?? 1)));
  const target = y.map((value, i) => value * (roots?.[i] ?? 1));
  const solved = solve(rows, target);
  if (solved === null) return { fit: null, reason: "collinear" };
  if (!solved.coefficients.every(Number.isFinite)) return { fit: null, reason: "not_finite" };
  return { fit: describe(y, x, weights, rows, solved, covariance), reason: null };
};

interface Solution {
  readonly coefficients: readonly number[];
  /** (x'x)^-1 of the weighted rows. */
  readonly bread: Matrix;
}

const solve = (rows: Matrix, target: readonly number[]): Solution | null => {
  const norms = Array.from({ length: rows.columns }, (_, j) => norm(rows.getColumn(j)));
  if (norms.some((each) => each === 0)) return null;
  const unit = rows.clone().divRowVector(norms);
  const qr = new QrDecomposition(unit);
  const triangle = qr.upperTriangularMatrix;
  if (triangle.diagonal().some((value) => Math.abs(value) < leastIndependence)) return null;
  const root = inverse(triangle);
  const bread = root.mmul(root.transpose()).divRowVector(norms).divColumnVector(norms);
  const coefficients = qr
    .solve(Matrix.columnVector([...target]))
    .getColumn(0)
    .map((value, j) => value / norms[j]!);
  return { coefficients, bread };
};

const describe = (
  y: readonly number[],
  x: readonly (readonly number[])[],
  weights: readonly number[] | undefined,
  rows: Matrix,
  { coefficients, bread }: Solution,
  kind: "classical" | "hc1",
): LeastSquaresFit => {
  const n = y.length;
  const degreesOfFreedom = n - coefficients.length;
  const residuals = y.map((value, i) => value - dot(x[i]!, coefficients));
  const squared = residuals.map((residual, i) => residual * residual * (weights?.[i] ?? 1));
  const squaredResiduals = sum(squared);
  const covariance =
    kind === "classical"
      ? bread.clone().mul(squaredResiduals / degreesOfFreedom)
      : sandwich(bread, rows, squared).mul(n / degreesOfFreedom);
  const variation = variationOf(y, weights);
  return {
    coefficients,
    standardErrors: covariance.diagonal().map(Math.sqrt),
    covariance: covariance.to2DArray(),
    bread: bread.to2DArray(),
    residuals,
    n,
    degreesOfFreedom,
    squaredResiduals,
    rSquared: variation > 0 ? 1 - squaredResiduals / variation : null,
  };
};

/** Bread x' diag(squared) x bread: what unequal variances make of the covariance of coefficients. */
export const sandwich = (bread: Matrix, rows: Matrix, squared: readonly number[]): Matrix => {
  const meat = rows.transpose().mmul(rows.clone().mulColumnVector([...squared]));
  return bread.mmul(meat).mmul(bread);
};

const faultOf = (
  y: readonly number[],
  x: readonly (readonly number[])[],
  weights: readonly number[] | undefined,
): LeastSquaresReason | null => {
  if (y.length === 0) return "empty";
  const width = x[0]?.length ?? 0;
  if (width === 0 || x.length !== y.length || x.some((row) => row.length !== width)) return "bad_shape";
  if (weights && (weights.length !== y.length || weights.some((weight) => !(weight > 0)))) return "bad_shape";
  if (![y, ...x, weights ?? []].every((row) => row.every(Number.isFinite))) return "not_finite";
  return y.length > width ? null : "too_few_rows";
};

const variationOf = (y: readonly number[], weights: readonly number[] | undefined): number => {
  const total = weights ? sum(weights) : y.length;
  const mean = sum(y.map((value, i) => value * (weights?.[i] ?? 1))) / total;
  return sum(y.map((value, i) => (weights?.[i] ?? 1) * (value - mean) ** 2));
};

const scaled = (row: readonly number[], factor: number): number[] => row.map((value) => value * factor);

/** Sum of products of two rows of equal length. */
export const dot = (a: readonly number[], b: readonly number[]): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
};

/** By its largest value, so that squares of tiny and of huge values neither vanish nor overflow. */
const norm = (values: readonly number[]): number => {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  const shares = values.map((value) => value / largest);
  return largest * Math.sqrt(dot(shares, shares));
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
