import type { Book } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import type { Asked } from "./context.ts";

/** Most values kept for one book and instant; what comes after is made again. */
const mostValues = 20_000;

/**
 * Keeps values made from the present book for as long as book and shared instant stand, at most a second.
 * Answers about another time are made anew.
 */
export const memo = <K, V>(): ((asked: Asked, key: K, make: () => V) => V) => {
  let of: { readonly book: Book; readonly now: Instant } | null = null;
  let values = new Map<K, V>();
  return (asked, key, make) => {
    if (!asked.present) return make();
    if (of?.book !== asked.book || of.now !== asked.now) {
      of = { book: asked.book, now: asked.now };
      values = new Map();
    }
    const known = values.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (values.size < mostValues) values.set(key, made);
    return made;
  };
};
