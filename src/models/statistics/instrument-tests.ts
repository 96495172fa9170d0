import { chiSquaredTail, fTail } from "./distributions.ts";
import { dot, leastSquares } from "./least-squares.ts";
import { type InstrumentData, joined, leftAfter, type TwoStageFit } from "./two-stage.ts";

/** A test of a null hypothesis: its statistic and how often chance alone exceeds it. */
export interface TestResult {
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** Of the denominator of an F; null for a chi-squared. */
  readonly denominatorDegreesOfFreedom: number | null;
  readonly pValue: number;
}

/**
 * Sargan's test (the J test under equal variances) that all instruments are uncorrelated with the error: n times
 * the share of the 2SLS residuals that everything exogenous explains, chi-squared with (instruments - 1) degrees.
 * Null with one instrument, where nothing can be tested, and where residuals are all 0.
 */
export const sarganTest = (data: InstrumentData, { residuals }: TwoStageFit): TestResult | null => {
  const degreesOfFreedom = (data.instruments[0]?.length ?? 0) - 1;
  const total = dot(residuals, residuals);
  if (degreesOfFreedom < 1 || total === 0) return null;
  const left = leftAfter(residuals, joined(data.exogenous, data.instruments));
  const statistic = residuals.length * (1 - dot(left, left) / total);
  return {
    statistic,
    degreesOfFreedom,
    denominatorDegreesOfFreedom: null,
    pValue: chiSquaredTail(statistic, degreesOfFreedom),
  };
};

/**
 * Durbin, Wu and Hausman's test that the regressor is exogenous after all (so that least squares would do): F of
 * the first-stage residual added to the regression. Null where there are too few rows or that residual is
 * collinear.
 */
export const durbinWuHausmanTest = (data: InstrumentData): TestResult | null => {
  const { y, endogenous, exogenous, instruments } = data;
  const left = leastSquares(endogenous, joined(exogenous, instruments)).fit?.residuals;
  if (!left) return null;
  const regressors = exogenous.map((row, i) => [endogenous[i]!, ...row]);
  const restricted = leastSquares(y, regressors).fit;
  const full = leastSquares(
    y,
    regressors.map((row, i) => [left[i]!, ...row]),
  ).fit;
  if (!restricted || !full || full.squaredResiduals === 0) return null;
  const gain = restricted.squaredResiduals - full.squaredResiduals;
  const statistic = gain / (full.squaredResiduals / full.degreesOfFreedom);
  return {
    statistic,
    degreesOfFreedom: 1,
    denominatorDegreesOfFreedom: full.degreesOfFreedom,
    pValue: fTail(statistic, 1, full.degreesOfFreedom),
  };
};
