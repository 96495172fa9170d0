import type { Json } from "./read.ts";

/** What a key holds where it is not null: `text` may be empty, `number` may be written as text. */
export type KeyKind = "text" | "number" | "flag" | "list" | "object";

/** The kind of a key's value, and what it says that the venue wrote none. */
export type Meaning = readonly [kind: KeyKind, without: string];

/**
 * What a row of a payload must have: a key that is not there is no null but a change of the payload. Keys are paths
 * (`gpu.count`). What tells a listing apart or decides whether it is one is named here; a key that only adds to an offer
 * need not be.
 */
export interface Keys {
  /** Must be there; the reader says what it takes. */
  readonly must: readonly string[];
  /** Must be there, and may be null. */
  readonly may?: Readonly<Record<string, Meaning>>;
  /** The venue leaves it out; only where it documents that or does so in recorded answers. */
  readonly optional?: Readonly<Record<string, Meaning>>;
}

const isKind: Readonly<Record<KeyKind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  number: (value) =>
    Number.isFinite(typeof value === "string" && value.trim() !== "" ? Number(value) : value),
  flag: (value) => typeof value === "boolean",
  list: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** A check of items against their keys: why one cannot be read, `absent_key: price` or `odd_key: city`; null where it can. */
export const keyCheck = ({ must, may = {}, optional = {} }: Keys): ((item: unknown) => string | null) => {
  const rules = [
    ...must.map((path) => ({ path, parts: path.split("."), kind: null, leavable: false })),
    ...rulesOf(may, false),
    ...rulesOf(optional, true),
  ];
  return (row) => {
    if (!isKind.object(row)) return "not_an_object";
    for (const { path, parts, kind, leavable } of rules) {
      const value = valueAt(row, parts);
      if (value === undefined && !leavable) return `absent_key: ${path}`;
      if (kind !== null && value !== undefined && value !== null && !isKind[kind](value))
        return `odd_key: ${path}`;
    }
    return null;
  };
};

const rulesOf = (meanings: Readonly<Record<string, Meaning>>, leavable: boolean) =>
  Object.entries(meanings).map(([path, [kind]]) => ({ path, parts: path.split("."), kind, leavable }));

/** Undefined where it is not there; null where it or an object on the way is. */
const valueAt = (row: unknown, parts: readonly string[]): unknown => {
  let value = row;
  for (const part of parts) {
    if (value === null) return null;
    value = typeof value === "object" ? (value as Json)[part] : undefined;
  }
  return value;
};
