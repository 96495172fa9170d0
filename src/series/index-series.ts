import type { Book } from "../domain/book.ts";
import { day, type Instant } from "../domain/time.ts";
import type { Fits } from "../fits/fits.ts";
import { indexCell } from "../models/cell.ts";
import {
  type IndexValue,
  indexValue,
  type PriceHistory,
  type PriceMethod,
} from "../models/index/index-value.ts";
import { voteHistoryDays } from "../models/index/vote-screen.ts";
import type { Bounds } from "../models/study/index-bounds.ts";
import type { Tape } from "../store/tape.ts";
import { type Cell, type CellAt, cellsOverTime, type Instants } from "./cells-over-time.ts";
import { dailyPrices } from "./daily-prices.ts";

/** What a series of an index is computed with. */
export interface SeriesTools {
  readonly tape: Tape;
  readonly fits: Fits;
}

/** A value of an index at an instant, with its bounds and what stayed out, by reason. */
export interface IndexAt extends Omit<IndexValue, "reason" | "dropped">, Bounds {
  readonly at: Instant;
  readonly reason: string | null;
  readonly excluded: Readonly<Record<string, number>>;
}

/** The index of a cell of `book` at `now`, known at `asOf`. */
export const indexAt = async (
  tools: SeriesTools,
  cell: Cell,
  method: PriceMethod,
  { book, now, asOf }: { readonly book: Book; readonly now: Instant; readonly asOf: Instant },
): Promise<IndexAt> => {
  const histories = await historiesOf(tools, cell, method, { first: now, to: now, step: day }, asOf);
  const [value] = await bounded(tools.fits, method, [valueAt({ at: now, book }, cell, method, histories)]);
  return value!;
};

/** The index of a cell at each instant of a span as known at a knowledge time; the same question, the same answer. */
export const indexSeries = async (
  tools: SeriesTools,
  cell: Cell,
  method: PriceMethod,
  span: Instants,
  asOf: Instant,
): Promise<IndexAt[]> => {
  const histories = await historiesOf(tools, cell, method, span, asOf);
  const values: Unbounded[] = [];
  for await (const each of cellsOverTime(tools.tape, cell, span, asOf)) {
    // The same listings give the same median; votes also look at the days before.
    const isKnown = each.isSame && method === "weighted_median";
    values.push(isKnown ? { ...values.at(-1)!, at: each.at } : valueAt(each, cell, method, histories));
  }
  return bounded(tools.fits, method, values);
};

type Unbounded = Omit<IndexAt, keyof Bounds>;
type Histories = (at: Instant) => PriceHistory;

const valueAt = (
  { at, book }: Pick<CellAt, "at" | "book">,
  cell: Cell,
  method: PriceMethod,
  histories: Histories,
): Unbounded => {
  const { listings, excluded } = indexCell(book, cell.gpus, cell.purchase, at);
  const { dropped, ...value } = indexValue(method, listings, histories(at));
  const isStale = value.reason === "empty" && excluded.some(({ reason }) => reason === "stale");
  const reason = isStale ? "stale" : value.reason;
  return { at, ...value, reason, excluded: countReasons([...excluded, ...dropped]) };
};

const countReasons = (excluded: readonly { readonly reason: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of excluded) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

/** The daily prices of each provider before the day of an instant; votes alone ask for them. */
const historiesOf = async (
  { tape }: SeriesTools,
  cell: Cell,
  method: PriceMethod,
  { first, to }: Instants,
  asOf: Instant,
): Promise<Histories> => {
  if (method !== "votes") return () => () => [];
  const days = Math.round((dayOf(to) - dayOf(first)) / day) + voteHistoryDays;
  const daily = await dailyPrices(tape, cell, to, days, asOf);
  return (at) => {
    const before = daily.filter(
      ({ period }) => period * day < at && period * day >= at - voteHistoryDays * day,
    );
    return (provider) => before.flatMap(({ prices }) => prices.get(provider) ?? []);
  };
};

const dayOf = (at: Instant): Instant => Math.floor(at / day) * day;

/** Cells that cross to the thread of fits at once. */
const cellsAtOnce = 24;

const bounded = async (fits: Fits, method: PriceMethod, values: readonly Unbounded[]): Promise<IndexAt[]> => {
  const full: IndexAt[] = [];
  for (let start = 0; start < values.length; start += cellsAtOnce) {
    const part = values.slice(start, start + cellsAtOnce);
    const cells = part.map(({ receipts, value }) => ({ method, receipts: value === null ? [] : receipts }));
    const bounds = await fits.run("indexBounds", cells);
    full.push(...part.map((each, i) => ({ ...each, ...bounds[i]! })));
  }
  return full;
};
