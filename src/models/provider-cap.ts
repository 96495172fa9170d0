import { isPositive } from "./is-positive.ts";

/** No provider may decide more than this part of an index. */
export const maxProviderWeight = 0.25;

/**
 * Shares of weight, one per provider in the order given, adding up to 1: min(G, K) normalised, with K the level
 * at which no provider holds more than `maxShare`. Where so few providers exist that the cap cannot hold (four or
 * fewer at 25 %) and it binds, all weigh the same, so that no share ever exceeds max(maxShare, 1/n).
 * `gpus`: GPUs of each provider. Source: methods.md 1.1. Empty: empty. One provider: 1.
 * A count that is not finite and positive weighs 0 and does not count as a provider.
 */
export const cappedShares = (gpus: readonly number[], maxShare = maxProviderWeight): number[] => {
  const held = gpus.map((count) => (isPositive(count) ? count : 0));
  const sorted = held.filter((count) => count > 0).sort((a, b) => b - a);
  if ((sorted[0] ?? 0) <= maxShare * sum(sorted)) return normalised(held);
  if (sorted.length * maxShare <= 1) return normalised(held.map((count) => (count > 0 ? 1 : 0)));
  const level = capLevel(sorted, maxShare);
  return normalised(held.map((count) => Math.min(count, level)));
};

/** K for GPUs sorted downwards: the first k capped providers for which the next one already lies below K. */
const capLevel = (sorted: readonly number[], maxShare: number): number => {
  let level = sorted[0] ?? 0;
  for (let capped = 1; capped * maxShare < 1; capped++) {
    level = (maxShare * sum(sorted.slice(capped))) / (1 - maxShare * capped);
    if ((sorted[capped] ?? 0) <= level) return level;
  }
  return level;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const normalised = (weights: readonly number[]): number[] => {
  const total = sum(weights);
  return weights.map((weight) => (total > 0 ? weight / total : 0));
};
