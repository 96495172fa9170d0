import { type Book, type BookOffer, buildBook, type SourceState } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { type LiveRow, readLive, readSeen } from "../store/read-history.ts";
import type { Tape } from "../store/tape.ts";

/** A GPU (ids with family members) on one kind of terms. */
export interface Cell {
  readonly gpus: ReadonlySet<string>;
  readonly purchase: Purchase;
}

/** Instants from `first` to `to`, `step` milliseconds apart. */
export interface Instants {
  readonly first: Instant;
  readonly to: Instant;
  readonly step: number;
}

export interface CellAt {
  readonly at: Instant;
  /** Holds the cell's offers only. */
  readonly book: Book;
}

/**
 * The book of a cell at each instant of a span as known at a knowledge time, from two queries for the whole span; the
 * event loop breathes between instants. A span without instants: nothing.
 */
export async function* cellsOverTime(
  { database, catalog, book }: Tape,
  { gpus, purchase }: Cell,
  { first, to, step }: Instants,
  asOf: Instant,
): AsyncGenerator<CellAt> {
  const own = catalog.byNo.filter(({ offer }) => gpus.has(offer.gpu) && offer.purchase === purchase);
  const filter = { first, to, from: first, step, asOf };
  const listings = own.map(({ listingNo }) => listingNo);
  const sourcesOf = [...new Set(own.map(({ offer }) => offer.source))];
  const live = inTurn(await readLive(database, { ...filter, listings }));
  const seen = inTurn(await readSeen(database, filter, sourcesOf));
  const kinds = book().sources;
  const offerOf = (at: Instant, row: LiveRow): BookOffer => {
    const listing = catalog.byNo[row.listingNo]!;
    const { usdPerGpuHour, availableGpus } = row;
    return { ...listing.offer, ...listing, changedAt: at, usdPerGpuHour, availableGpus };
  };
  for (let at = first; at <= to; at += step) {
    const sources = new Map(seen(at).map((row) => [row.source, stateAt(kinds, row)]));
    const offers = live(at).map((row) => offerOf(at, row));
    yield { at, book: buildBook(offers, sources, { version: 0, at, asOf }) };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Hands out rows that are ordered by time, those of each instant when it comes. */
const inTurn = <T extends { readonly at: Instant }>(rows: readonly T[]): ((at: Instant) => readonly T[]) => {
  let next = 0;
  return (at) => {
    while (next < rows.length && rows[next]!.at < at) next++;
    const start = next;
    while (next < rows.length && rows[next]!.at === at) next++;
    return rows.slice(start, next);
  };
};

const stateAt = (
  kinds: ReadonlyMap<string, SourceState>,
  { source, seenAt, everyMinutes }: { source: string; seenAt: Instant; everyMinutes: number },
): SourceState => ({
  source,
  kind: kinds.get(source)?.kind ?? "import",
  everyMinutes: kinds.get(source)?.everyMinutes ?? everyMinutes,
  lastGoodAt: seenAt,
  completeness: "complete",
  blindScopes: [],
  failing: false,
});
