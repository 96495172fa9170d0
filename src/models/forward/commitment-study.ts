import type { Purchase } from "../../domain/purchase.ts";
import { normalQuantile } from "../statistics/distributions.ts";
import { bounded, type Estimate } from "../statistics/estimate.ts";
import { type BelievedWalk, believedPaths, believedWalk, expectedPath } from "./believed-walk.ts";
import { type Commitment, type CommitmentReason, commitmentValue, criticalRatio } from "./commitment.ts";
import { type DatedPrice, estimateWalk, type WalkEstimate } from "./spot-walk.ts";

export interface CommitmentStudyInput {
  readonly commitment: Commitment;
  /** What the commitment is held against. */
  readonly purchase: Purchase;
  readonly startUsdPerGpuHour: number;
  /** Daily prices up to the start, in any order. */
  readonly history: readonly DatedPrice[];
  readonly seed: number;
}

export interface CommitmentStudy {
  /** What the history alone says. */
  readonly history: WalkEstimate;
  readonly walk: BelievedWalk;
  /** At the start, USD; its bounds are the values at the ends of the middle 90 % of trends. */
  readonly npvUsd: Estimate<CommitmentReason>;
  /** `close`: those bounds span 0. Null: the history is too short for a decision. */
  readonly decision: "commit" | "wait" | "close" | null;
  /** Share of paths whose average over the term is below the effective contract rate, 0..1. */
  readonly undercut: number | null;
  readonly breakEvenUsdPerGpuHour: number | null;
  readonly breakEvenUtilisation: number | null;
  readonly effectiveUsdPerGpuHour: number | null;
  readonly criticalRatio: number | null;
  /** Average over the term that is expected, discounted as the contract is, USD per GPU-hour. */
  readonly expectedUsdPerGpuHour: number | null;
  /** What 90 % of paths lie between, USD. */
  readonly lowOutcomeUsd: number | null;
  readonly highOutcomeUsd: number | null;
}

export const pathCount = 5000;

/** Part of the trends that the bounds of the value hold. */
export const trendLevel = 0.9;

/**
 * A commitment against the prices it replaces: its value at the expected price, how that value changes with the
 * trend, and what 5,000 paths make of it. USD, decided by the seed. Source: methods.md 7. A history of fewer than 8
 * weekly changes: values from what is usual, and no decision. A start or terms that make no sense: nulls, the reason
 * in `npvUsd`.
 */
export const studyCommitment = (input: CommitmentStudyInput): CommitmentStudy => {
  const { commitment, startUsdPerGpuHour: start, purchase, seed } = input;
  const history = estimateWalk(input.history);
  const walk = believedWalk(history, purchase);
  const valueAt = (errors: number | null) =>
    commitmentValue(commitment, [expectedPath(start, walk, commitment.months, errors)]);
  const mean = valueAt(null);
  const reach = normalQuantile((1 + trendLevel) / 2);
  const [low, high] = [valueAt(-reach).npvUsd.value, valueAt(reach).npvUsd.value];
  const { value } = mean.npvUsd;
  const npvUsd = value === null ? mean.npvUsd : bounded(value, low, high, history.changes);
  const { undercut, lowOutcomeUsd, highOutcomeUsd } = commitmentValue(
    commitment,
    believedPaths(start, walk, commitment.months, pathCount, seed),
  );
  const { breakEvenUsdPerGpuHour, breakEvenUtilisation, effectiveUsdPerGpuHour: effective } = mean;
  const expected = breakEvenUtilisation === null ? null : effective! / breakEvenUtilisation;
  return {
    history,
    walk,
    npvUsd,
    decision: history.driftPerMonth.value === null ? null : decide(npvUsd),
    undercut,
    breakEvenUsdPerGpuHour,
    breakEvenUtilisation,
    effectiveUsdPerGpuHour: effective,
    criticalRatio: expected === null ? null : criticalRatio(expected, effective!),
    expectedUsdPerGpuHour: expected,
    lowOutcomeUsd,
    highOutcomeUsd,
  };
};

const decide = ({ low, high }: Estimate): CommitmentStudy["decision"] => {
  if (low === null || high === null) return null;
  if (low > 0) return "commit";
  return high < 0 ? "wait" : "close";
};
