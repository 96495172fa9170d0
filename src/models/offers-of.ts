import type { Book, BookOffer } from "../domain/book.ts";

/** The offers of some GPU ids by price, ties by listing id. Unknown ids add nothing. */
export const offersOf = (book: Book, gpus: ReadonlySet<string>): readonly BookOffer[] => {
  const lists = [...gpus].flatMap((gpu) => (book.byGpu.has(gpu) ? [book.byGpu.get(gpu)!] : []));
  return lists.length > 1 ? lists.flat().sort(byPrice) : (lists[0] ?? []);
};

/** Order of offers everywhere: price per GPU-hour, ties by listing id. */
export const byPrice = (a: BookOffer, b: BookOffer): number =>
  a.usdPerGpuHour - b.usdPerGpuHour || (a.listingId < b.listingId ? -1 : a.listingId > b.listingId ? 1 : 0);
