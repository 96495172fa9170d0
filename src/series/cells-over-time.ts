import { type Book, type BookOffer, buildBook, type SourceState, voicesOf } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { bookOffer } from "../store/book-offer.ts";
import type { Catalog } from "../store/catalog.ts";
import { breathe } from "../store/database.ts";
import { splitFlags } from "../store/listing-columns.ts";
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

/** Rows of live listings that are read from the tape at once; a year of a large cell would not fit beside the rest. */
const rowsAtOnce = 400_000;

/**
 * The book of a cell at each instant of a span as known at a knowledge time, from two queries for each part of the
 * span that fits into memory; the event loop breathes between instants. A span without instants: nothing.
 */
export async function* cellsOverTime(
  { database, catalog, book }: Tape,
  { gpus, purchase }: Cell,
  span: Instants,
  asOf: Instant,
): AsyncGenerator<CellAt> {
  const own = catalog.byNo.filter(({ offer }) => gpus.has(offer.gpu) && offer.purchase === purchase);
  const listings = own.map(({ listingNo }) => listingNo);
  const sources = [...new Set(own.map(({ offer }) => offer.source))];
  const kinds = book().sources;
  const offerOf = offersByNumber(catalog);
  let [last, lastVoices]: [readonly BookOffer[] | null, string] = [null, ""];
  let cell = buildBook([], new Map(), { version: 0, at: span.first, asOf });
  for (const part of partsOf(span, Math.floor(rowsAtOnce / Math.max(1, own.length)))) {
    const filter = { ...part, from: part.first, asOf };
    const live = liveInTurn(await readLive(database, { ...filter, listings }), offerOf);
    const seen = inTurn(await readSeen(database, filter, sources));
    for (let at = part.first; at <= part.to; at += part.step) {
      const offers = live(at);
      const states = new Map(seen(at).map((state) => [state.source, stateAt(kinds, state)]));
      const voices = voicesOf(states, at);
      const isSame = last !== null && voices === lastVoices && isSameList(offers, last);
      [last, lastVoices] = [offers, voices];
      cell = isSame ? { ...cell, at, sources: states } : buildBook(offers, states, { version: 0, at, asOf });
      yield { at, book: cell, isSame };
      await breathe();
    }
  }
}

/** A span in parts of so many instants, at least one each. */
const partsOf = ({ first, to, step }: Instants, instants: number): Instants[] => {
  const length = Math.max(1, instants) * step;
  const parts: Instants[] = [];
  for (let start = first; start <= to; start += length)
    parts.push({ first: start, to: Math.min(to, start + length - step), step });
  return parts;
};

const isSameList = (a: readonly BookOffer[], b: readonly BookOffer[]): boolean =>
  a.length === b.length && a.every((offer, i) => offer === b[i]);

/** What history does not tell: models of the past ask for prices per GPU only. */
const asToldThen = { state: "live", priceRaw: Number.NaN, fxRate: null, fxDate: null } as const;

type OfferOf = (live: LiveColumns, row: number) => BookOffer;

/** Rows as offers; the object of a listing stays the same while its price, free GPUs and doubts do. */
const offersByNumber = (catalog: Catalog): OfferOf => {
  const known = new Map<number, { readonly offer: BookOffer; readonly doubts: string }>();
  return (live, row) => {
    const listingNo = live.listingNo[row]!;
    const usdPerGpuHour = live.usdPerGpuHour[row]!;
    const free = live.availableGpus[row]!;
    const availableGpus = Number.isNaN(free) ? null : free;
    const doubts = live.flags[row]!;
    const before = known.get(listingNo);
    if (before?.offer.usdPerGpuHour === usdPerGpuHour)
      if (before.offer.availableGpus === availableGpus && before.doubts === doubts) return before.offer;
    const told = { listingNo, changedAt: live.at[row]!, usdPerGpuHour, availableGpus };
    const offer = bookOffer(catalog.byNo[listingNo]!, { ...asToldThen, ...told, flags: splitFlags(doubts) })!;
    known.set(listingNo, { offer, doubts });
    return offer;
  };
};

/** Hands out the offers of each instant when it comes. */
const liveInTurn = (live: LiveColumns, offerOf: OfferOf): ((at: Instant) => BookOffer[]) => {
  let row = 0;
  return (at) => {
    while (row < live.at.length && live.at[row]! < at) row++;
    const offers: BookOffer[] = [];
    while (row < live.at.length && live.at[row] === at) offers.push(offerOf(live, row++));
    return offers;
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
  everyMinutes,
  lastGoodAt: seenAt,
  completeness: "complete",
  blindScopes: [],
  failing: false,
});
