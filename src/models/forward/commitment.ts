import { quantileSorted } from "simple-statistics";
import { hoursAMonth } from "../../domain/time.ts";
import { isPositive } from "../is-positive.ts";
import { type Estimate, estimated, refused } from "../statistics/estimate.ts";
import { annuity } from "./annuity.ts";
import { effectiveLevelRate, type UpfrontTerms } from "./upfront.ts";

export interface Commitment extends UpfrontTerms {
  readonly gpus: number;
  /** Yearly cost of capital. */
  readonly annualRate: number;
  /** Part of the reserved hours that would be bought on spot otherwise, 0..1. */
  readonly utilisation: number;
}

export type CommitmentReason = "no_paths" | "bad_terms" | "bad_paths";

export interface CommitmentValue {
  /** Mean over paths of spot cost saved less contract cost, at the start, USD; the interval is that of the mean. */
  readonly npvUsd: Estimate<CommitmentReason>;
  /** What 90 % of paths lie between, USD. */
  readonly lowOutcomeUsd: number | null;
  readonly highOutcomeUsd: number | null;
  /** Contract rate with its upfront part at the cost of capital, USD per GPU-hour reserved. */
  readonly effectiveUsdPerGpuHour: number | null;
  /** Level spot price at which reserving and not reserving cost the same. */
  readonly breakEvenUsdPerGpuHour: number | null;
  /** Utilisation at which they do, at the mean of the paths; above 1: never. */
  readonly breakEvenUtilisation: number | null;
  /** Share of paths whose average is below the effective contract rate, 0..1. */
  readonly undercut: number | null;
  /** `close`: the interval of the mean spans 0. */
  readonly decision: "commit" | "wait" | "close" | null;
}

/**
 * Reserving GPUs against buying what is used on spot, path by path (a row a path, an entry a month, USD per
 * GPU-hour; longer paths are cut to the term), discounted monthly. Source: methods.md 7. Null with reason:
 * `no_paths`; a path shorter than the term, not finite or negative (`bad_paths`); `bad_terms`. One path: a value
 * without an interval, decided by its sign.
 */
export const commitmentValue = (
  commitment: Commitment,
  paths: readonly (readonly number[])[],
): CommitmentValue => {
  const { gpus, months, annualRate, utilisation } = commitment;
  const worth = annuity(months, annualRate);
  const effective = effectiveLevelRate(commitment, annualRate);
  const isSound = isPositive(gpus) && Number.isInteger(months) && utilisation >= 0 && utilisation <= 1;
  if (worth === null || effective === null || !isSound) return refuse("bad_terms", paths.length);
  if (paths.length === 0) return refuse("no_paths", 0);
  if (
    paths.some((path) => path.length < months || !path.every((price) => price >= 0 && Number.isFinite(price)))
  )
    return refuse("bad_paths", paths.length);
  const scale = gpus * hoursAMonth * worth;
  const levels = paths.map((path) => discountedAverage(path, months, annualRate, worth));
  const values = levels.map((level) => scale * (utilisation * level - effective));
  const npvUsd = meanOf(values);
  const sorted = [...values].sort((a, b) => a - b);
  const level = levels.reduce((sum, each) => sum + each, 0) / levels.length;
  return {
    npvUsd,
    lowOutcomeUsd: quantileSorted(sorted, 0.05),
    highOutcomeUsd: quantileSorted(sorted, 0.95),
    effectiveUsdPerGpuHour: effective,
    breakEvenUsdPerGpuHour: utilisation > 0 ? effective / utilisation : null,
    breakEvenUtilisation: level > 0 ? effective / level : null,
    undercut: paths.filter((path) => plainAverage(path, months) < effective).length / paths.length,
    decision: decide(npvUsd),
  };
};

/**
 * The share of demand days that should be covered by reserved GPUs: (spot - reserved) / spot, 0..1; 0 where
 * reserving is no cheaper. Source: methods.md 7 (newsvendor). Prices not finite, spot not positive or reserved
 * negative: null.
 */
export const criticalRatio = (spotUsdPerGpuHour: number, reservedUsdPerGpuHour: number): number | null => {
  const ratio = (spotUsdPerGpuHour - reservedUsdPerGpuHour) / spotUsdPerGpuHour;
  if (!(spotUsdPerGpuHour > 0 && reservedUsdPerGpuHour >= 0) || !Number.isFinite(ratio)) return null;
  return Math.max(0, ratio);
};

/**
 * GPUs to reserve for a demand that varies: the smallest number that covers it in a share of `ratio` of the cases.
 * Ratio 0: none. No demand given, a demand negative or not finite, or a ratio outside 0..1: null.
 */
export const gpusToReserve = (demand: readonly number[], ratio: number): number | null => {
  if (demand.length === 0 || !demand.every((gpus) => gpus >= 0 && Number.isFinite(gpus))) return null;
  if (!(ratio >= 0 && ratio <= 1)) return null;
  if (ratio === 0) return 0;
  const sorted = [...demand].sort((a, b) => a - b);
  return sorted[Math.ceil(ratio * sorted.length - 1e-9) - 1]!;
};

const discountedAverage = (
  path: readonly number[],
  months: number,
  annualRate: number,
  worth: number,
): number => {
  const step = 1 / (1 + annualRate / 12);
  let [discount, total] = [1, 0];
  for (let t = 0; t < months; t++) {
    discount *= step;
    total += discount * path[t]!;
  }
  return total / worth;
};

const plainAverage = (path: readonly number[], months: number): number =>
  path.slice(0, months).reduce((sum, price) => sum + price, 0) / months;

const meanOf = (values: readonly number[]): Estimate<CommitmentReason> => {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { value: mean, standardError: null, low: null, high: null, n, reason: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const estimate = estimated(mean, Math.sqrt(squares / (n - 1) / n), n, { degreesOfFreedom: n - 1 });
  return { ...estimate, reason: null };
};

const decide = ({ value, low, high }: Estimate): "commit" | "wait" | "close" => {
  if ((low ?? value!) > 0) return "commit";
  return (high ?? value!) < 0 ? "wait" : "close";
};

const refuse = (reason: CommitmentReason, n: number): CommitmentValue => ({
  npvUsd: refused(reason, n),
  lowOutcomeUsd: null,
  highOutcomeUsd: null,
  effectiveUsdPerGpuHour: null,
  breakEvenUsdPerGpuHour: null,
  breakEvenUtilisation: null,
  undercut: null,
  decision: null,
});
