import type { PricedObservation } from "./priced-observation.ts";

/** A column of a hedonic fit beside its time dummies. */
export interface TraitColumn {
  readonly trait: string;
  /** Level of a trait told in words, `missing` for numbers not told, null for the number itself. */
  readonly level: string | null;
  /** Whether the trait is told in words, one level of which the others are measured against. */
  readonly isWord: boolean;
  /** What a number is told against, so that its squares are small beside what it varies; 0 for all others. */
  readonly origin: number;
}

/** Takes what a row has in a column; columns rise. */
export type PutEntry = (column: number, value: number) => void;

export interface TraitColumns {
  readonly columns: readonly TraitColumn[];
  /** Hands on what an observation has in the columns; nothing for dummies that are 0 and numbers not told. */
  readonly entriesOf: (observation: PricedObservation, put: PutEntry) => void;
}

type TraitValue = number | string | null;

/** The columns of one trait, counted from 0. */
interface EncodedTrait {
  readonly columns: readonly TraitColumn[];
  readonly entriesOf: (value: TraitValue, put: PutEntry) => void;
}

/**
 * Columns for the traits of observations: a number less the first one told, then a column that says where it is not
 * known; a word as a dummy a level. Traits by name, levels by name; what never varies has no column. Empty gives
 * empty.
 */
export const traitColumns = (observations: readonly PricedObservation[]): TraitColumns => {
  const names = new Set<string>();
  for (const { traits } of observations) for (const trait of Object.keys(traits)) names.add(trait);
  let width = 0;
  const encoded = [...names].sort().map((trait) => {
    const values = observations.map(({ traits }) => traits[trait] ?? null);
    const isWord = values.some((value) => typeof value === "string");
    const { columns, entriesOf } = (isWord ? wordColumns : numberColumns)(trait, values);
    const first = width;
    width += columns.length;
    return { trait, first, columns, entriesOf };
  });
  return {
    columns: encoded.flatMap(({ columns }) => columns),
    entriesOf: ({ traits }, put) => {
      for (const { trait, first, entriesOf } of encoded)
        entriesOf(traits[trait] ?? null, (column, value) => put(first + column, value));
    },
  };
};

/** Share of a number by which another may miss it and still be told the same. */
const sameShare = 1e-9;

/** A trait as a number against an origin; null where it is not told as a number. */
export const numberOf = (value: TraitValue | undefined, origin: number): number | null => {
  if (typeof value !== "number" || !Number.isFinite(value)) return null;
  const difference = value - origin;
  return Math.abs(difference) <= sameShare * Math.abs(origin) ? 0 : difference;
};

const numberColumns = (trait: string, values: readonly TraitValue[]): EncodedTrait => {
  const origin = values.find((value) => numberOf(value, 0) !== null) as number | undefined;
  if (origin === undefined) return { columns: [], entriesOf: () => undefined };
  const numbers = values.map((value) => numberOf(value, origin));
  const [varies, hasGaps] = [numbers.some((number) => (number ?? 0) !== 0), numbers.includes(null)];
  const number = { trait, level: null, isWord: false, origin };
  const missing = { trait, level: "missing", isWord: false, origin: 0 };
  return {
    columns: [...(varies ? [number] : []), ...(hasGaps ? [missing] : [])],
    entriesOf: (value, put) => {
      const told = numberOf(value, origin);
      if (varies && told !== null) put(0, told);
      if (hasGaps && told === null) put(Number(varies), 1);
    },
  };
};

const wordColumns = (trait: string, values: readonly TraitValue[]): EncodedTrait => {
  const levels = [...new Set(values.map(levelOf))].sort();
  const places = new Map(levels.map((level, place) => [level, place]));
  if (levels.length === 1) return { columns: [], entriesOf: () => undefined };
  return {
    columns: levels.map((level) => ({ trait, level, isWord: true, origin: 0 })),
    entriesOf: (value, put) => put(places.get(levelOf(value))!, 1),
  };
};

const levelOf = (value: TraitValue): string => (value === null ? "unknown" : String(value));
