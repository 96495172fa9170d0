import { max } from "simple-statistics";
import { isPositive } from "../is-positive.ts";
import { clusterBootstrap } from "../statistics/cluster-bootstrap.ts";
import type { Estimate } from "../statistics/estimate.ts";

/** What a provider asks today and how much it usually moves. */
export interface VoteQuote {
  readonly provider: string;
  readonly usdPerGpuHour: number;
  /** Standard deviation of its recent daily prices, USD per GPU-hour; 0 where not known. */
  readonly deviation: number;
  /** Any unit; normalised to a sum of 1, and not capped. */
  readonly weight: number;
}

export interface VoteIndex {
  /** USD per GPU-hour: mean of the vote mass between one third and two thirds. */
  readonly value: number | null;
  readonly reason: "empty" | "too_few_providers" | null;
  /** How far the quartiles of the votes lie from the value at most, USD per GPU-hour. */
  readonly band: number | null;
  /** Smallest votes with a quarter, a half and three quarters of the mass at or below them. */
  readonly lowerQuartile: number | null;
  readonly median: number | null;
  readonly upperQuartile: number | null;
  readonly weightedAverage: number | null;
  readonly nProviders: number;
  /** Sum of squared weight shares, 0..1, and the largest share; null where there is no provider. */
  readonly hhi: number | null;
  readonly topProviderShare: number | null;
  /** Providers whose numbers cannot vote, by name. */
  readonly excluded: readonly string[];
}

export const minVoteProviders = 3;
/** A vote spreads at least this share of its price to either side. */
export const leastVoteSpread = 0.03;
/** Prices, deviations and weights above this cannot vote: their sums would not be finite. */
const mostAmount = 1e300;
/** Share by which cumulative weight may miss an edge and still count as there. */
const tolerance = 1e-12;

/**
 * The settlement-grade index: every provider casts a third of its weight on each of p - s, p and p + s with s =
 * max(deviation, 3 % of p); the value is the mean of the mass between one third and two thirds, a vote that
 * straddles an edge counting by the part inside. USD per GPU-hour. Order does not matter; all prices and deviations
 * times a factor move the value by that factor. Source: methods.md 1.4 (Computable GPU Index methodology). Empty:
 * null, `empty`; fewer than 3 providers (one, so): null, `too_few_providers`, the rest there all the same. Price or
 * weight not finite and positive, deviation negative or not finite, or any of them above 1e300: `excluded`.
 */
export const voteIndex = (quotes: readonly VoteQuote[]): VoteIndex => {
  const usable = quotes.filter(canVote);
  const shares = normalised(usable);
  const votes = castVotes(usable, shares);
  const [lowerQuartile, median, upperQuartile] = [0.25, 0.5, 0.75].map((q) => percentile(votes, q)) as Three;
  const nProviders = new Set(usable.map(({ provider }) => provider)).size;
  const isWide = nProviders >= minVoteProviders;
  const value = isWide ? middleThird(votes) : null;
  const isEmpty = usable.length === 0;
  return {
    value,
    reason: isWide ? null : isEmpty ? "empty" : "too_few_providers",
    band: value === null ? null : Math.max(value - lowerQuartile!, upperQuartile! - value),
    lowerQuartile,
    median,
    upperQuartile,
    weightedAverage: isEmpty
      ? null
      : usable.reduce((sum, { usdPerGpuHour }, i) => sum + usdPerGpuHour * shares[i]!, 0),
    nProviders,
    hhi: isEmpty ? null : shares.reduce((sum, share) => sum + share * share, 0),
    topProviderShare: isEmpty ? null : max(shares),
    excluded: quotes.filter((quote) => !canVote(quote)).map(({ provider }) => provider),
  };
};

/**
 * The value of `voteIndex` with the interval that drawing providers with replacement gives it. `n` counts
 * providers. Null where `voteIndex` is (`undefined`, or `empty`).
 */
export const voteIndexInterval = (
  quotes: readonly VoteQuote[],
  options: { readonly seed: number; readonly replicates?: number; readonly level?: number },
): Estimate<"empty" | "undefined"> => {
  const usable = quotes.filter(canVote);
  if (usable.length > 0 && usable.length < minVoteProviders)
    return clusterBootstrap(usable.length, () => null, options);
  return clusterBootstrap(
    usable.length,
    (counts) => {
      const drawn = usable.map((quote, i) => ({ ...quote, weight: quote.weight * counts[i]! }));
      const present = drawn.filter(({ weight }) => weight > 0);
      return middleThird(castVotes(present, normalised(present)));
    },
    options,
  );
};

type Three = [number | null, number | null, number | null];

interface Vote {
  readonly usdPerGpuHour: number;
  readonly share: number;
}

const canVote = ({ usdPerGpuHour, weight, deviation }: VoteQuote): boolean =>
  isPositive(usdPerGpuHour) &&
  isPositive(weight) &&
  deviation >= 0 &&
  [usdPerGpuHour, weight, deviation].every((each) => each <= mostAmount);

const normalised = (quotes: readonly VoteQuote[]): number[] => {
  const total = quotes.reduce((sum, { weight }) => sum + weight, 0);
  return quotes.map(({ weight }) => weight / total);
};

const castVotes = (quotes: readonly VoteQuote[], shares: readonly number[]): Vote[] =>
  quotes
    .flatMap(({ usdPerGpuHour, deviation }, i) => {
      const spread = Math.max(deviation, leastVoteSpread * usdPerGpuHour);
      return [-spread, 0, spread].map((move) => ({
        usdPerGpuHour: usdPerGpuHour + move,
        share: shares[i]! / 3,
      }));
    })
    .sort((a, b) => a.usdPerGpuHour - b.usdPerGpuHour || a.share - b.share);

const middleThird = (votes: readonly Vote[]): number => {
  let [cumulative, mass, sum] = [0, 0, 0];
  for (const { usdPerGpuHour, share } of votes) {
    const inside = Math.max(0, Math.min(cumulative + share, 2 / 3) - Math.max(cumulative, 1 / 3));
    cumulative += share;
    mass += inside;
    sum += inside * usdPerGpuHour;
  }
  return sum / mass;
};

const percentile = (votes: readonly Vote[], q: number): number | null => {
  let cumulative = 0;
  for (const { usdPerGpuHour, share } of votes) {
    cumulative += share;
    if (cumulative >= q - tolerance) return usdPerGpuHour;
  }
  return null;
};
