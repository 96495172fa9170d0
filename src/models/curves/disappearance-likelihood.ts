import { Matrix } from "ml-matrix";
import { dot } from "../statistics/least-squares.ts";
import type { Surface } from "../statistics/newton.ts";

/** A time over which a listing was watched, as the likelihood sees it. */
export interface Exposure {
  readonly gapHours: number;
  readonly gone: boolean;
  /** Multipliers of the rental coefficients in the log rate. */
  readonly x: readonly number[];
}

/**
 * Log likelihood of exposures whose listings disappear at rate exp(x'b) + w and for unknown cause: gone with
 * probability 1 - exp(-gap rate). Parameters are b, then the root of w (so that 0 can be reached); without the last
 * one w is 0.
 */
export const logLikelihood = (exposures: readonly Exposure[], parameters: readonly number[]): Surface => {
  const size = parameters.length;
  const rentals = exposures[0]?.x.length ?? 0;
  const root = parameters[rentals] ?? 0;
  const slopes = new Float64Array(size);
  const score = new Array<number>(size).fill(0);
  const curvature = Array.from({ length: size }, () => new Float64Array(size));
  let value = 0;
  for (const exposure of exposures) {
    const { x } = exposure;
    const rental = Math.exp(dot(x, parameters));
    const own = termOf(exposure, rental + root * root);
    value += own.value;
    for (let j = 0; j < size; j++) slopes[j] = j < rentals ? x[j]! * rental : 2 * root;
    for (let j = 0; j < size; j++) {
      if (slopes[j] === 0) continue;
      score[j]! += own.first * slopes[j]!;
      const row = curvature[j]!;
      const scaled = own.second * slopes[j]!;
      const bend = j < rentals ? own.first * slopes[j]! : 0;
      for (let k = 0; k <= j; k++) row[k]! += scaled * slopes[k]! + bend * (x[k] ?? 0);
    }
    if (size > rentals) curvature[rentals]![rentals]! += 2 * own.first;
  }
  return { value, score, curvature: mirrored(curvature) };
};

/** A symmetric matrix from the part on and below its diagonal. */
const mirrored = (lower: readonly Float64Array[]): Matrix =>
  new Matrix(lower.map((_, j) => lower.map((_row, k) => (k <= j ? lower[j]![k]! : lower[k]![j]!))));

/** Term of one exposure and its derivatives by the total rate. */
const termOf = (
  { gapHours, gone }: Exposure,
  rate: number,
): { readonly value: number; readonly first: number; readonly second: number } => {
  const mean = gapHours * rate;
  if (!gone) return { value: -mean, first: -gapHours, second: 0 };
  const odds = 1 / Math.expm1(mean);
  return {
    value: Math.log(-Math.expm1(-mean)),
    first: gapHours * odds,
    second: -gapHours * gapHours * odds * (1 + odds),
  };
};
