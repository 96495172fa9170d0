import type { HedonicIndex, TraitEffect } from "../index/time-dummy-hedonic.ts";

/** What a level of a trait costs more or less than another, everything else equal. */
export interface Differential {
  readonly level: string;
  /** What it is measured against. */
  readonly base: string;
  /** Difference of log prices with its bounds; all three turn into shares of the price by exp(x) - 1. */
  readonly logPoints: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  /** exp(logPoints) - 1: 0.1 is 10 % dearer. */
  readonly share: number;
}

/**
 * Differentials of one trait of a hedonic fit: of grades (form factor, tier, region, term), or of providers, which
 * is the cross-provider basis. Levels by name, `base` being the level with the most GPUs; numbers (reliability)
 * answer with one row a unit, level `+1`, and one for those that do not tell, `missing` against `told`. Source:
 * methods.md 3. Trait unknown, without a second level, or not told apart from others: empty.
 */
export const differentials = ({ effects }: Pick<HedonicIndex, "effects">, trait: string): Differential[] =>
  effects.filter((effect) => effect.trait === trait).map(differentialOf);

const differentialOf = ({ level, base, logPoints, standardError, low, high }: TraitEffect): Differential => ({
  level: level ?? "+1",
  base: base ?? (level === null ? "+0" : "told"),
  logPoints,
  standardError,
  low,
  high,
  share: Math.expm1(logPoints),
});
