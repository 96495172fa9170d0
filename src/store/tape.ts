import type { Book } from "../domain/book.ts";
import type { Offer } from "../domain/offer.ts";
import type { Clock } from "../domain/time.ts";
import { type Catalog, loadCatalog } from "./catalog.ts";
import { type Database, type OpenOptions, openDatabase, queue } from "./database.ts";
import { type ImportOptions, type ImportResult, type ImportTools, importFile } from "./import-file.ts";
import { type BookTimes, bookAfterPull, type DescribeSource, readBook, readSources } from "./read-book.ts";
import { type BesideOffers, type PullRecord, type PullResult, writePull } from "./write-pull.ts";

/** The tape and its present book. */
export interface Tape {
  readonly database: Database;
  readonly catalog: Catalog;
  /** The present book, from memory. */
  readonly book: () => Book;
  /** The book at a market time as known at a knowledge time; the present one when neither is given. */
  readonly bookAt: (times: BookTimes) => Promise<Book>;
  /** What was known of some sources then, which costs less than a book. */
  readonly sourcesAt: (times: BookTimes, named: Iterable<string>) => Promise<Book["sources"]>;
  /** Writes a pull and swaps the book before it resolves. */
  readonly write: (pull: PullRecord, offers: readonly Offer[], beside?: BesideOffers) => Promise<PullResult>;
  readonly import: (
    files: string | readonly string[],
    tools: ImportTools,
    options?: ImportOptions,
  ) => Promise<ImportResult>;
  readonly close: () => Promise<void>;
}

export interface TapeOptions extends OpenOptions {
  readonly clock: Clock;
  readonly describe: DescribeSource;
}

/** Opens the tape at `path`, reads its catalog and its present book. */
export const openTape = async (path: string, { clock, describe, ...options }: TapeOptions): Promise<Tape> => {
  const database = await openDatabase(path, options);
  const catalog = await loadCatalog(database);
  let book = await readBook(database, catalog, describe, clock());

  // A book is made from the one before it, so writes and their swaps line up.
  const inOrder = queue();

  return {
    database,
    catalog,
    book: () => book,
    bookAt: async (times) =>
      times.at === undefined && times.asOf === undefined
        ? book
        : readBook(database, catalog, describe, clock(), times),
    sourcesAt: (times, named) => readSources(database, describe, times, named),
    write: (pull, offers, beside) =>
      inOrder(async () => {
        const result = await writePull(database, catalog, pull, offers, beside);
        const sources = await readSources(database, describe);
        book = await bookAfterPull(book, catalog, result.states, sources, clock());
        return result;
      }),
    import: (file, tools, importOptions) =>
      inOrder(async () => {
        const result = await importFile(database, catalog, file, tools, importOptions);
        const version = book.version + 1;
        book = { ...(await readBook(database, catalog, describe, clock())), version };
        return result;
      }),
    close: database.close,
  };
};
