import { type Book, type BookOffer, buildBook, type SourceState, voicesOf } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { bookOffer } from "../store/book-offer.ts";
import type { Catalog } from "../store/catalog.ts";
import { type LiveColumns, readLive, readSeen } from "../store/read-history.ts";
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
  /** Same offers by the same sources, as current as they were, as at the instant before. */
  readonly isSame: boolean;
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
  const live = await readLive(database, { ...filter, listings: own.map(({ listingNo }) => listingNo) });
  const sources = [...new Set(own.map(({ offer }) => offer.source))];
  const seen = inTurn(await readSeen(database, filter, sources));
  const kinds = book().sources;
  const offerOf = offersByNumber(catalog, live);
  let [row, last, lastVoices]: [number, readonly BookOffer[], string] = [0, [], ""];
  let cell = buildBook([], new Map(), { version: 0, at: first, asOf });
  for (let at = first; at <= to; at += step) {
    while (row < live.at.length && live.at[row]! < at) row++;
    const offers: BookOffer[] = [];
    while (row < live.at.length && live.at[row] === at) offers.push(offerOf(row++));
    const states = new Map(seen(at).map((state) => [state.source, stateAt(kinds, state)]));
    const voices = voicesOf(states, at);
    const isSame = at > first && voices === lastVoices && isSameList(offers, last);
    [last, lastVoices] = [offers, voices];
    cell = isSame ? { ...cell, at, sources: states } : buildBook(offers, states, { version: 0, at, asOf });
    yield { at, book: cell, isSame };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const isSameList = (a: readonly BookOffer[], b: readonly BookOffer[]): boolean =>
  a.length === b.length && a.every((offer, i) => offer === b[i]);

/** What history does not tell: models of the past ask for prices per GPU only. */
const asToldThen = { state: "live", priceRaw: Number.NaN, fxRate: null, fxDate: null, flags: [] } as const;

/** Rows as offers; the object of a listing stays the same while its price and free GPUs do. */
const offersByNumber = (catalog: Catalog, live: LiveColumns): ((row: number) => BookOffer) => {
  const known = new Map<number, BookOffer>();
  return (row) => {
    const listingNo = live.listingNo[row]!;
    const usdPerGpuHour = live.usdPerGpuHour[row]!;
    const free = live.availableGpus[row]!;
    const availableGpus = Number.isNaN(free) ? null : free;
    const before = known.get(listingNo);
    if (before?.usdPerGpuHour === usdPerGpuHour && before.availableGpus === availableGpus) return before;
    const state = { ...asToldThen, listingNo, changedAt: live.at[row]!, usdPerGpuHour, availableGpus };
    const offer = bookOffer(catalog.byNo[listingNo]!, state)!;
    known.set(listingNo, offer);
    return offer;
  };
};

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
