import type { Book } from "../domain/book.ts";
import type { Reference } from "../reference.ts";
import { Type } from "../typebox.ts";
import { text } from "./schema.ts";

/** Who sells, under whose law. */
export const sellerSchema = Type.Object({
  provider: Type.String(),
  name: text(),
  jurisdiction: text(),
  parent: text(),
  listings: Type.Integer(),
  gpus: Type.Integer({ description: "Different GPUs it sells" }),
  sources: Type.Array(Type.String()),
});

/** Providers of the book by id, with what the tables know of them; an empty book has none. */
export const sellers = (reference: Reference, book: Book) => {
  const byProvider = new Map<string, { gpus: Set<string>; sources: Set<string>; listings: number }>();
  for (const offer of book.offers) {
    const entry = byProvider.get(offer.provider) ?? { gpus: new Set(), sources: new Set(), listings: 0 };
    entry.gpus.add(offer.gpu);
    entry.sources.add(offer.source);
    entry.listings++;
    byProvider.set(offer.provider, entry);
  }
  return [...byProvider]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, entry]) => {
      const known = reference.providers.find(id);
      return {
        provider: id,
        name: known?.name ?? null,
        jurisdiction: known?.jurisdiction ?? null,
        parent: known?.parent ?? null,
        listings: entry.listings,
        gpus: entry.gpus.size,
        sources: [...entry.sources].sort(),
      };
    });
};
