import type { Spread } from "../api-types.ts";

const kinds = ["bid_ask", "spot_discount", "basis", "grade", "power", "token"];

const place = (kind: string): number => {
  const index = kinds.indexOf(kind);
  return index < 0 ? kinds.length : index;
};

/** Spreads by kind in the order of the page; inside a kind, what is known first, the widest ahead. */
export const byKind = (rows: readonly Spread[]): Spread[] =>
  rows.toSorted(
    (a, b) =>
      place(a.kind) - place(b.kind) ||
      a.kind.localeCompare(b.kind) ||
      Number(a.value === null) - Number(b.value === null) ||
      Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0),
  );
