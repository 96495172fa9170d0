import { breathe } from "../breathe.ts";
import { type Book, type BookOffer, buildBook, type SourceState, voicesOf } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { bookOffer } from "../store/book-offer.ts";
import type { Catalog } from "../store/catalog.ts";
import { splitFlags } from "../store/listing-columns.ts";
import { readTickColumns, type TickColumns } from "../store/read-history.ts";
import { readSeen, type SeenRow } from "../store/read-seen.ts";
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
  const filter = { listings: own.map(({ listingNo }) => listingNo), from: first, to, asOf };
  const liveAt = followed(await readTickColumns(database, filter), catalog);
  const sources = [...new Set(own.map(({ offer }) => offer.source))];
  const seen = inTurn(await readSeen(database, { first, to, step, asOf }, sources));
  const kinds = book().sources;
  let [last, lastVoices]: [readonly BookOffer[] | null, string] = [null, ""];
  let cell = buildBook([], new Map(), { version: 0, at: first, asOf });
  for (let at = first; at <= to; at += step) {
    const offers = liveAt(at);
    const states = new Map(seen(at).map((state) => [state.source, stateAt(kinds, state)]));
    const voices = voicesOf(states, at);
    const isSame = last !== null && voices === lastVoices && isSameList(offers, last);
    [last, lastVoices] = [offers, voices];
    cell = isSame ? { ...cell, at, sources: states } : buildBook(offers, states, { version: 0, at, asOf });
    yield { at, book: cell, isSame };
    await breathe();
  }
}

const isSameList = (a: readonly BookOffer[], b: readonly BookOffer[]): boolean =>
  a === b || (a.length === b.length && a.every((offer, i) => offer === b[i]));

/** What history does not tell: models of the past ask for prices per GPU only. */
const asToldThen = { state: "live", priceRaw: Number.NaN, fxRate: null, fxDate: null } as const;

/**
 * Follows listings from tick to tick and hands out those that are live at each instant when it comes, by number. The
 * object of a listing stays the same while its price, free GPUs and doubts do.
 */
const followed = (ticks: TickColumns, catalog: Catalog): ((at: Instant) => readonly BookOffer[]) => {
  const live = new Map<number, BookOffer>();
  const made = new Map<number, { readonly offer: BookOffer; readonly doubts: string }>();
  const offerOf = (row: number): BookOffer => {
    const [listingNo, usdPerGpuHour] = [ticks.listingNo[row]!, ticks.usdPerGpuHour[row]!];
    const [free, doubts, before] = [ticks.availableGpus[row]!, ticks.flags[row]!, made.get(listingNo)];
    const availableGpus = Number.isNaN(free) ? null : free;
    const isAlike = before?.offer.usdPerGpuHour === usdPerGpuHour && before.doubts === doubts;
    if (isAlike && before.offer.availableGpus === availableGpus) return before.offer;
    const told = { listingNo, changedAt: ticks.at[row]!, usdPerGpuHour, availableGpus };
    const offer = bookOffer(catalog.byNo[listingNo]!, { ...asToldThen, ...told, flags: splitFlags(doubts) })!;
    made.set(listingNo, { offer, doubts });
    return offer;
  };
  let [next, offers]: [number, readonly BookOffer[]] = [0, []];
  return (at) => {
    const start = next;
    for (; next < ticks.at.length && ticks.at[next]! <= at; next++) {
      if (Number.isNaN(ticks.usdPerGpuHour[next])) live.delete(ticks.listingNo[next]!);
      else live.set(ticks.listingNo[next]!, offerOf(next));
    }
    if (next > start) offers = [...live.values()].sort((a, b) => a.listingNo - b.listingNo);
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
  { source, seenAt, currentUntil }: SeenRow,
): SourceState => ({
  source,
  kind: kinds.get(source)?.kind ?? "import",
  everyMinutes: kinds.get(source)?.everyMinutes ?? 0,
  lastGoodAt: seenAt,
  validity: { currentUntil, expiresAt: currentUntil },
  completeness: "complete",
  blindScopes: [],
  failing: false,
});
