import type { Json } from "./read.ts";
import { type Dropped, dropped } from "./reading.ts";

/**
 * The rule for rows that come again, as they do in a list that moves while it is paged: `repeat` where the price is the
 * same, `conflicting_price` where it is another, since nobody knows which holds and the first stays; null for a row that
 * comes first. Rows without an id (null) are all different.
 */
export const repeatRule = (
  idOf: (row: Json) => string | null,
  priceOf: (row: Json) => unknown,
): ((row: Json) => string | Dropped | null) => {
  const prices = new Map<string, unknown>();
  return (row) => {
    const id = idOf(row);
    if (id === null) return null;
    if (!prices.has(id)) {
      prices.set(id, priceOf(row));
      return null;
    }
    return prices.get(id) === priceOf(row) ? dropped("repeat") : "conflicting_price";
  };
};
