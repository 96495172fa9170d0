import type { IndexPoint, MethodologyChange } from "../api-types.ts";
import { count, dollars, instant } from "../lib/format.ts";
import { countedReasons } from "../lib/words.ts";

/** How values of the index are written: as dollars, or with three decimals where the first day counts as 1. */
export const indexFormat = (unit: string | undefined): ((value: number) => string) =>
  unit === undefined || unit.startsWith("USD") ? dollars : (value) => value.toFixed(3);

/** The history with the present as its last point; a present that is no newer replaces nothing. */
export const withPresent = (
  rows: readonly IndexPoint[],
  present: IndexPoint | null,
): readonly IndexPoint[] => {
  const last = rows.at(-1);
  if (present === null || (last !== undefined && Date.parse(present.at) <= Date.parse(last.at))) return rows;
  return [...rows, present];
};

/** "12 of 120 without an index: fewer than … (8); …"; null where none is missing. */
export const gapWords = (rows: readonly Pick<IndexPoint, "value" | "reason">[]): string | null => {
  const gaps = rows.filter(({ value }) => value === null);
  if (gaps.length === 0) return null;
  const parts = countedReasons(gaps.map(({ reason }) => reason));
  return `Gaps: ${count(gaps.length)} of ${count(rows.length)} times without an index: ${parts.join("; ")}.`;
};

/** Where values of a series were made by another version than its latest; null where one made all that is shown. */
export const versionWords = (
  rows: readonly Pick<IndexPoint, "at">[],
  change: MethodologyChange | undefined,
): string | null => {
  const [first, last] = [rows[0], rows.at(-1)];
  if (change === undefined || first === undefined || last === undefined) return null;
  const lastOld = Date.parse(change.last_at);
  if (Date.parse(first.at) > lastOld || Date.parse(last.at) <= lastOld) return null;
  return `Published under ${change.from} up to ${instant(lastOld)}, under ${change.to} since: a step there need not be one of prices.`;
};
