import type { Book } from "../domain/book.ts";
import { day, type Instant } from "../domain/time.ts";
import type { Fits } from "../fits/fits.ts";
import { indexCell, reasonOf } from "../models/cell.ts";
import { type MethodologyVersion, presentVersion } from "../models/headline-rules.ts";
import { type IndexValue, indexValue, type PriceMethod } from "../models/index/index-value.ts";
import type { PriceHistory } from "../models/index/vote-receipts.ts";
import { voteHistoryDays } from "../models/index/vote-screen.ts";
import type { Bounds } from "../models/study/index-bounds.ts";
import type { Tape } from "../store/tape.ts";
import { type Cell, type CellAt, cellsOverTime, type Instants } from "./cells-over-time.ts";
import { dailyPrices } from "./daily-prices.ts";
import { spansByVersion } from "./methodology.ts";

/** What a series of an index is computed with. */
export interface SeriesTools {
  readonly tape: Tape;
  readonly fits: Fits;
}

/** A value of an index at an instant, and how many listings stayed out by reason. */
export interface ValueAt extends Omit<IndexValue, "reason" | "dropped"> {
  readonly at: Instant;
  readonly method: PriceMethod;
  /** Version of the methodology that it was computed by. */
  readonly version: MethodologyVersion;
  readonly reason: string | null;
  readonly excluded: Readonly<Record<string, number>>;
}

export interface IndexAt extends ValueAt, Bounds {}

/** The index of a cell of `book` at `now`, known at `asOf`. */
export const indexAt = async (
  { tape, fits }: SeriesTools,
  cell: Cell,
  method: PriceMethod,
  { book, now, asOf }: { readonly book: Book; readonly now: Instant; readonly asOf: Instant },
  version: MethodologyVersion = presentVersion,
): Promise<IndexAt> => {
  const rule = { cell, version };
  const histories = await historiesOf(tape, rule, [method], { first: now, to: now, step: day }, asOf);
  const [value] = await withBounds(fits, [valueAt({ at: now, book }, rule, method, histories)]);
  return value!;
};

/**
 * The index of a cell at each instant of a span as known at a knowledge time; the same question, the same answer. Before
 * `changedAt` (default never) it is that of the first version of the methodology, from then on that of the present one.
 */
export const indexSeries = async (
  { tape, fits }: SeriesTools,
  cell: Cell,
  method: PriceMethod,
  span: Instants,
  asOf: Instant,
  changedAt?: Instant,
): Promise<IndexAt[]> => {
  const values: ValueAt[] = [];
  for (const { version, ...part } of spansByVersion(span, changedAt))
    for await (const value of indexValues(tape, cell, [method], part, asOf, version)) values.push(value);
  return withBounds(fits, values);
};

/** The same by several methods and one version, instant by instant and without bounds, which cost most of the time. */
export async function* indexValues(
  tape: Tape,
  cell: Cell,
  methods: readonly PriceMethod[],
  span: Instants,
  asOf: Instant,
  version: MethodologyVersion = presentVersion,
): AsyncGenerator<ValueAt> {
  const rule = { cell, version };
  const histories = await historiesOf(tape, rule, methods, span, asOf);
  const last = new Map<PriceMethod, ValueAt>();
  for await (const each of cellsOverTime(tape, cell, span, asOf)) {
    for (const method of methods) {
      const before = last.get(method);
      const isKnown = each.isSame && before !== undefined && isSameHistory(method, before.at, each.at);
      const value = isKnown ? { ...before, at: each.at } : valueAt(each, rule, method, histories);
      last.set(method, value);
      yield value;
    }
  }
}

/** Only votes look at the days before, up to the last midnight. */
const isSameHistory = (method: PriceMethod, before: Instant, at: Instant): boolean =>
  method !== "votes" || Math.ceil(before / day) === Math.ceil(at / day);

/** A cell and the version of the methodology that looks at it. */
interface Rule {
  readonly cell: Cell;
  readonly version: MethodologyVersion;
}

type Histories = (at: Instant) => PriceHistory;

const valueAt = (
  { at, book }: Pick<CellAt, "at" | "book">,
  { cell, version }: Rule,
  method: PriceMethod,
  histories: Histories,
): ValueAt => {
  const { listings, excluded } = indexCell(book, cell.gpus, cell.purchase, at, { version });
  const { dropped, ...value } = indexValue(method, listings, histories(at), version);
  return {
    at,
    method,
    version,
    ...value,
    reason: reasonOf(value.reason, excluded),
    excluded: countReasons([...excluded, ...dropped]),
  };
};

const countReasons = (excluded: readonly { readonly reason: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of excluded) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

/** The daily prices of each provider at the midnights before an instant; votes alone ask for them. */
const historiesOf = async (
  tape: Tape,
  { cell, version }: Rule,
  methods: readonly PriceMethod[],
  { first, to }: Instants,
  asOf: Instant,
): Promise<Histories> => {
  if (!methods.includes("votes")) return () => () => [];
  const days = Math.round((dayOf(to) - dayOf(first)) / day) + voteHistoryDays;
  const daily = await dailyPrices(tape, cell, to, days, asOf, version);
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

/** Values with their bounds from drawing providers, in the order given. */
export const withBounds = async (fits: Fits, values: readonly ValueAt[]): Promise<IndexAt[]> => {
  const full: IndexAt[] = [];
  for (let start = 0; start < values.length; start += cellsAtOnce) {
    const part = values.slice(start, start + cellsAtOnce);
    const cells = part.map(({ method, version, receipts, value }) => ({
      ...{ method, version },
      receipts: value === null ? [] : receipts,
    }));
    const bounds = await fits.run("indexBounds", cells);
    for (const [i, each] of part.entries()) full.push({ ...each, ...bounds[i]! });
  }
  return full;
};
