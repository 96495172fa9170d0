import { andersonRubinSet, type ConfidenceSet } from "../statistics/anderson-rubin.ts";
import { type Estimate, estimated, refused } from "../statistics/estimate.ts";
import { durbinWuHausmanTest, sarganTest, type TestResult } from "../statistics/instrument-tests.ts";
import { type LeastSquaresReason, leastSquares } from "../statistics/least-squares.ts";
import { type InstrumentData, leastFirstStageF, twoStage } from "../statistics/two-stage.ts";

export interface DemandData {
  /** ln of GPUs taken, an entry an observation. */
  readonly logQuantity: readonly number[];
  /** ln of the price. */
  readonly logPrice: readonly number[];
  /** What else moves demand, a row an observation, without the constant; rows may be empty. */
  readonly controls: readonly (readonly number[])[];
  /** What moves supply alone (outages, entry of capacity, power price), a row an observation. */
  readonly shifters: readonly (readonly number[])[];
}

export type ElasticityReason = LeastSquaresReason | "weak_instrument" | "not_finite";

export interface DemandElasticity extends Estimate<ElasticityReason> {
  /** Classical first-stage F of the supply shifters; null where there is no first stage. */
  readonly firstStageF: number | null;
  /** Values of the elasticity that the data do not reject, valid with weak shifters too. */
  readonly andersonRubin: ConfidenceSet | null;
  /** That all shifters are shifters of supply alone; null with one of them. */
  readonly sargan: TestResult | null;
  /** That price is exogenous after all. */
  readonly durbinWuHausman: TestResult | null;
  /** What least squares would have said, which mixes supply and demand. */
  readonly leastSquares: number | null;
}

/**
 * Price elasticity of demand e in ln Q = a - e ln P + g'X + u (positive where demand falls with price) by two-stage
 * least squares with supply shifters as instruments, HC1 errors. First-stage F below 10: null, `weak_instrument`,
 * the Anderson-Rubin set being there all the same. Source: methods.md 2; Graddy 2006. Null with the reason of the
 * regression for empty, one-point, collinear and non-finite input.
 */
export const demandElasticity = ({
  logQuantity,
  logPrice,
  controls,
  shifters,
}: DemandData): DemandElasticity => {
  const n = logQuantity.length;
  const exogenous = controls.map((row) => [1, ...row]);
  const data: InstrumentData = { y: logQuantity, endogenous: logPrice, exogenous, instruments: shifters };
  const { fit, reason } = twoStage(data);
  if (fit === null) return { ...refused(reason, n), ...nothing };
  const [coefficient, standardError] = [fit.coefficients[0]!, fit.standardErrors[0]!];
  const isWeak = fit.firstStageF < leastFirstStageF;
  const ordinary = leastSquares(
    logQuantity,
    exogenous.map((row, i) => [logPrice[i]!, ...row]),
  ).fit;
  const { degreesOfFreedom } = fit;
  return {
    ...(isWeak
      ? refused("weak_instrument" as const, n)
      : estimated(-coefficient, standardError, n, { degreesOfFreedom })),
    firstStageF: fit.firstStageF,
    andersonRubin: turned(andersonRubinSet(data)),
    sargan: sarganTest(data, fit),
    durbinWuHausman: durbinWuHausmanTest(data),
    leastSquares: ordinary === null ? null : -ordinary.coefficients[0]!,
  };
};

const nothing = {
  firstStageF: null,
  andersonRubin: null,
  sargan: null,
  durbinWuHausman: null,
  leastSquares: null,
} as const;

/** The set of -b for a set of b. */
const turned = (set: ConfidenceSet): ConfidenceSet =>
  "low" in set ? { kind: set.kind, low: -set.high, high: -set.low } : set;
