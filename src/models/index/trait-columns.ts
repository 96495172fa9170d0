import { dot } from "../statistics/least-squares.ts";
import type { PricedObservation } from "./priced-observation.ts";

/** A column of a hedonic fit beside its time dummies. */
export interface TraitColumn {
  readonly trait: string;
  /** Level of a trait told in words, `missing` for numbers not told, null for the number itself. */
  readonly level: string | null;
  /** Level that the effect is measured against; null for numbers. */
  readonly base: string | null;
  readonly values: readonly number[];
}

const unknown = "unknown";

/**
 * Columns for the traits of observations: a number as it is (where it is not known: the mean, with a column of its
 * own that says so), a word as a dummy a level against the level with the most GPUs. Traits by name, levels by
 * name; a trait that never varies has no column. Empty gives empty.
 */
export const traitColumns = (observations: readonly PricedObservation[]): TraitColumn[] => {
  const traits = [...new Set(observations.flatMap(({ traits: own }) => Object.keys(own)))].sort();
  return traits.flatMap((trait) => {
    const values = observations.map(({ traits: own }) => own[trait] ?? null);
    return values.some((value) => typeof value === "string")
      ? levelColumns(trait, values, observations)
      : numberColumns(trait, values as (number | null)[]);
  });
};

const numberColumns = (trait: string, values: readonly (number | null)[]): TraitColumn[] => {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length === 0) return [];
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const isKnown = values.map((value) => value !== null && Number.isFinite(value));
  const column = values.map((value, i) => (isKnown[i] ? value! : mean));
  const number = { trait, level: null, base: null, values: column };
  const missing = { trait, level: "missing", base: null, values: isKnown.map((told) => (told ? 0 : 1)) };
  return [number, missing].filter((each) => varies(each.values));
};

const levelColumns = (
  trait: string,
  values: readonly (number | string | null)[],
  observations: readonly PricedObservation[],
): TraitColumn[] => {
  const levels = values.map((value) => (value === null ? unknown : String(value)));
  const gpus = new Map<string, number>();
  levels.forEach((level, i) => {
    gpus.set(level, (gpus.get(level) ?? 0) + observations[i]!.gpus);
  });
  const names = [...gpus.keys()].sort();
  const base = names.reduce((best, name) => (gpus.get(name)! > gpus.get(best)! ? name : best), names[0]!);
  return names
    .filter((name) => name !== base)
    .map((name) => ({ trait, level: name, base, values: levels.map((level) => (level === name ? 1 : 0)) }));
};

const varies = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);

/** Share of a column's length that must not lie in the columns before it. */
const leastNew = 1e-7;

/**
 * Positions of the columns that are no combination of those before them, after weighting rows by `roots` squared.
 */
export const independentColumns = (
  columns: readonly (readonly number[])[],
  roots: readonly number[],
): number[] => {
  const basis: number[][] = [];
  return columns.flatMap((column, position) => {
    const rest = column.map((value, i) => value * roots[i]!);
    const length = Math.sqrt(dot(rest, rest));
    for (const direction of basis) subtractProjection(rest, direction);
    const left = Math.sqrt(dot(rest, rest));
    if (length === 0 || left <= leastNew * length) return [];
    basis.push(rest.map((value) => value / left));
    return [position];
  });
};

const subtractProjection = (values: number[], direction: readonly number[]): void => {
  const share = dot(values, direction);
  for (let i = 0; i < values.length; i++) values[i]! -= share * direction[i]!;
};
