import type { Reject } from "../domain/offer.ts";
import { type Keys, keyCheck } from "./keys.ts";
import type { Json } from "./read.ts";
import { type Reading, reject } from "./reading.ts";

/** Rows by what became of them: as many as were seen are found, rejected or dropped. */
export interface ReadItems<T> {
  readonly found: readonly T[];
  readonly rejects: readonly Reject[];
  /** Rows that a rule dropped, by its name. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly seen: number;
}

/**
 * Reads items one by one, after their keys were checked; `settle` may change what was found, or reject it with a reason.
 * Empty gives empty.
 */
export const readItems = <T extends object>(
  items: readonly unknown[],
  keys: Keys,
  read: (row: Json) => Reading<T>,
  settle: (found: T, row: Json) => T | string = (found) => found,
): ReadItems<T> => {
  const check = keyCheck(keys);
  const found: T[] = [];
  const rejects: Reject[] = [];
  const counts: Record<string, number> = {};
  let seen = 0;
  for (const item of items) {
    const rows = rowsOf(item, check, read);
    seen += rows.length;
    for (const row of rows) {
      if (typeof row === "object" && "dropped" in row) {
        counts[row.dropped] = (counts[row.dropped] ?? 0) + 1;
        continue;
      }
      const settled = typeof row === "string" ? row : settle(row, item as Json);
      if (typeof settled === "string") rejects.push(reject(settled, item));
      else found.push(settled);
    }
  }
  return { found, rejects, dropped: counts, seen };
};

const rowsOf = <T>(
  item: unknown,
  check: (item: unknown) => string | null,
  read: (row: Json) => Reading<T>,
): Reading<T> => {
  const fault = check(item);
  if (fault !== null) return [fault];
  return read(item as Json);
};
