import type { Book } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { cellIndex } from "../models/cell.ts";
import type { ApiContext, Asked } from "./context.ts";

export interface DatedIndex {
  readonly at: Instant;
  readonly value: number;
}

/** Instants looked back at: when each source of the book last saw its market. */
const mostInstants = 12;

interface Past {
  readonly version: number;
  readonly books: readonly { readonly at: Instant; readonly book: Book }[];
}

const pasts = new WeakMap<ApiContext, Promise<Past>>();

const readPast = async (context: ApiContext, present: Book): Promise<Past> => {
  const instants = new Set(
    [...present.sources.values()].flatMap(({ lastGoodAt }) => (lastGoodAt === null ? [] : [lastGoodAt])),
  );
  const newest = [...instants].sort((a, b) => b - a).slice(0, mostInstants);
  const books = [];
  for (const at of newest) books.push({ at, book: await context.tape.bookAt({ at }) });
  return { version: present.version, books };
};

/** Books at the last good pulls, read once per present book. */
const pastOf = async (context: ApiContext): Promise<Past> => {
  const present = context.tape.book();
  const known = await pasts.get(context)?.catch(() => null);
  if (known?.version === present.version) return known;
  const made = readPast(context, present);
  pasts.set(context, made);
  return made;
};

/**
 * The last value the index of a cell had, with its time; null when it never had one at those instants, and for a
 * question about the past, which must not know what came after.
 */
export const lastIndex = async (
  context: ApiContext,
  asked: Asked,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
): Promise<DatedIndex | null> => {
  if (!asked.present) return null;
  const { books } = await pastOf(context);
  for (const { at, book } of books) {
    const { value } = cellIndex(book, gpus, purchase, at);
    if (value !== null) return { at, value };
  }
  return null;
};
