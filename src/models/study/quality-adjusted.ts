import type { PricedObservation } from "../index/priced-observation.ts";
import type { TraitEffect } from "../index/time-dummy-hedonic.ts";

/** Who sells is no quality: what a provider adds is its basis. */
const provider = "provider";

/**
 * Observations with their prices brought to the average listing's traits: p exp(-(x - xbar)'b), weighted by GPUs,
 * with the effects of a hedonic fit of these observations; the provider's own effect stays in the price. USD per
 * GPU-hour. Source: methods.md 2. No effects: prices as they are. Empty gives empty.
 */
export const qualityAdjusted = (
  observations: readonly PricedObservation[],
  effects: readonly TraitEffect[],
): PricedObservation[] => {
  const graded = effects
    .filter(({ trait }) => trait !== provider)
    .map((effect) => ({ effect, mean: effect.level === null ? meanOf(observations, effect.trait) : 0 }));
  const worths = observations.map((each) =>
    graded.reduce((sum, { effect, mean }) => sum + worthOf(each, effect, mean), 0),
  );
  const total = observations.reduce((sum, { gpus }) => sum + gpus, 0);
  const average = worths.reduce((sum, worth, i) => sum + worth * observations[i]!.gpus, 0) / total;
  return observations.map((each, i) => ({
    ...each,
    usdPerGpuHour: each.usdPerGpuHour * Math.exp(average - worths[i]!),
  }));
};

const isKnown = (value: number | string | null | undefined): value is number =>
  typeof value === "number" && Number.isFinite(value);

/** What stands for a number that is not told, as in the fit. */
const meanOf = (observations: readonly PricedObservation[], trait: string): number => {
  const known = observations.map(({ traits }) => traits[trait]).filter(isKnown);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** Log points that one effect adds to an observation. */
const worthOf = (
  { traits }: PricedObservation,
  { trait, level, logPoints }: TraitEffect,
  mean: number,
): number => {
  const value = traits[trait] ?? null;
  if (level === null) return (isKnown(value) ? value : mean) * logPoints;
  if (level === "missing") return isKnown(value) ? 0 : logPoints;
  return (value === null ? "unknown" : String(value)) === level ? logPoints : 0;
};
