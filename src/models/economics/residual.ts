/** A launch that makes older GPUs worth less at once. */
export interface GenerationLaunch {
  /** Age of the GPU when it happens, in years. */
  readonly ageYears: number;
  /** Share of the value that it takes away, 0..1. */
  readonly drop: number;
}

export interface ResidualModel {
  /** Value when new, any currency. */
  readonly newValue: number;
  /** Continuous loss of value a year: 0.25 leaves exp(-0.25) after one. */
  readonly decayPerYear: number;
  readonly launches: readonly GenerationLaunch[];
}

/**
 * What a GPU is worth at an age: V0 exp(-d a) times (1 - J) for every generation launched by then, in the unit of
 * the value when new. Source: methods.md 7. Age, value or decay negative or not finite, or a drop outside 0..1:
 * null. Age 0: the value when new (unless a launch falls on that day).
 */
export const residualValue = (
  { newValue, decayPerYear, launches }: ResidualModel,
  ageYears: number,
): number | null => {
  if (![newValue, decayPerYear, ageYears].every((each) => Number.isFinite(each) && each >= 0)) return null;
  if (!launches.every(({ drop, ageYears: at }) => drop >= 0 && drop <= 1 && Number.isFinite(at))) return null;
  return launches
    .filter((launch) => launch.ageYears <= ageYears)
    .reduce((value, { drop }) => value * (1 - drop), newValue * Math.exp(-decayPerYear * ageYears));
};

/** Values at whole years from 0 to `years`; an invalid model or number of years answers with nothing. */
export const residualByAge = (
  model: ResidualModel,
  years: number,
): { readonly ageYears: number; readonly value: number }[] => {
  if (!Number.isInteger(years) || years < 0) return [];
  return Array.from({ length: years + 1 }, (_, ageYears) => ageYears).flatMap((ageYears) => {
    const value = residualValue(model, ageYears);
    return value === null ? [] : [{ ageYears, value }];
  });
};
