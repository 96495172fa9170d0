import { mean, min, sampleStandardDeviation } from "simple-statistics";
import { isPositive } from "../is-positive.ts";
import { type WeightedValue, weightedMedian } from "../weighted-median.ts";
import type { VoteQuote } from "./votes.ts";

/** A provider's price today with its daily prices before today, oldest first. */
export interface VoteCandidate {
  readonly provider: string;
  readonly usdPerGpuHour: number;
  readonly weight: number;
  readonly history: readonly number[];
}

/**
 * What screening found: `outlier` far from its own recent mean, `jump` a large move that hardly anybody shares.
 * Both stay in the index, whose middle third they cannot move far; the word goes into the record.
 */
export type VoteStatus = "ok" | "outlier" | "jump";

export interface ScreenedVote extends VoteQuote {
  /** Mean of the recent daily prices; null where fewer than two are known. */
  readonly recentMean: number | null;
  readonly status: VoteStatus;
}

/** Daily prices before today that count. */
export const voteHistoryDays = 20;
const leastReach = 0.03;
const jump = 0.25;
const sharedMove = 0.1;
const enoughOthers = 2;
/** Keeps a move of exactly 10 or 25 % on its side. */
const slack = 1e-12;

/**
 * Votes from prices and their history: deviation (n - 1) and mean of the last 20 daily prices before today (fewer
 * than two: deviation 0, so that the floor of the vote alone counts, and no outlier check), `outlier` where the
 * price is more than 3 max(deviation, 3 % of the mean) from that mean, else `jump` where it moved by 25 % or more
 * since the day before and fewer than two others moved by 10 %. USD per GPU-hour. Source: methods.md 1.4. Empty
 * gives empty; history that is not finite and positive does not count.
 */
export const screenVotes = (candidates: readonly VoteCandidate[]): ScreenedVote[] => {
  const moves = candidates.map(moveOf);
  const movers = moves.filter((move) => move >= sharedMove).length;
  return candidates.map((candidate, i) => {
    const recent = recentOf(candidate);
    const isKnown = recent.length >= 2;
    const deviation = isKnown ? sampleStandardDeviation(recent) : 0;
    const recentMean = isKnown ? mean(recent) : null;
    const { provider, usdPerGpuHour, weight } = candidate;
    const isFar =
      recentMean !== null &&
      Math.abs(usdPerGpuHour - recentMean) > 3 * Math.max(deviation, leastReach * recentMean);
    const others = movers - (moves[i]! >= sharedMove ? 1 : 0);
    const isAlone = moves[i]! >= jump && others < enoughOthers;
    return {
      provider,
      usdPerGpuHour,
      weight,
      deviation,
      recentMean,
      status: isFar ? "outlier" : isAlone ? "jump" : "ok",
    };
  });
};

const recentOf = ({ history }: VoteCandidate): number[] => history.filter(isPositive).slice(-voteHistoryDays);

/** Size of the move since the last known day, as a share; 0 where there is none. */
const moveOf = (candidate: VoteCandidate): number => {
  const before = recentOf(candidate).at(-1);
  return before === undefined ? 0 : Math.abs(candidate.usdPerGpuHour / before - 1) + slack;
};

/**
 * The one price of a provider: its lowest listing, or for an order book (a marketplace) the median of its asks
 * weighted by GPUs. USD per GPU-hour. Source: methods.md 1.4. Nothing usable: null.
 */
export const providerPrice = (
  listings: readonly { readonly usdPerGpuHour: number; readonly gpus: number }[],
  isOrderBook: boolean,
): number | null => {
  const usable = listings.filter(({ usdPerGpuHour, gpus }) => isPositive(usdPerGpuHour) && isPositive(gpus));
  if (usable.length === 0) return null;
  if (!isOrderBook) return min(usable.map(({ usdPerGpuHour }) => usdPerGpuHour));
  const points: WeightedValue[] = usable.map(({ usdPerGpuHour, gpus }) => ({
    value: usdPerGpuHour,
    weight: gpus,
  }));
  return weightedMedian(points);
};
