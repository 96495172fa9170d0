import type { Book } from "../domain/book.ts";
import type { Asked } from "./context.ts";
import { type RecentMap, recentMap } from "./recent-map.ts";

/**
 * Keeps what takes long to make for as long as the present book stands, the `most` results asked for last; the key
 * names all that decides the result beside the book. What fails is not kept, answers about another time are made anew.
 */
export const keptOfBook = <V>(
  most: number,
): ((asked: Asked, key: string, make: () => Promise<V>) => Promise<V>) => {
  const kept = new WeakMap<Book, RecentMap<string, Promise<V>>>();
  return (asked, key, make) => {
    if (!asked.present) return make();
    const ofBook = kept.get(asked.book) ?? recentMap<string, Promise<V>>(most);
    kept.set(asked.book, ofBook);
    const known = ofBook.get(key);
    if (known !== undefined) return known;
    const made = make();
    ofBook.set(key, made);
    made.catch(() => ofBook.delete(key));
    return made;
  };
};
