import { breathe } from "../breathe.ts";
import {
  type Book,
  type BookOffer,
  buildBook,
  type CutOrder,
  nextBook,
  type SourceClass,
  type SourceState,
} from "../domain/book.ts";
import type { Completeness } from "../domain/offer.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { bookOffer } from "./book-offer.ts";
import type { Catalog } from "./catalog.ts";
import { type Database, rows } from "./database.ts";
import { type ListingState, readStates } from "./read-states.ts";

/**
 * Kind, cadence and order of cut answers of a source by id. One the program does not know is an import; of a query
 * behind a file nobody knows the order.
 */
export type DescribeSource = (
  source: string,
) => { readonly kind: SourceClass; readonly everyMinutes: number; readonly cutBy?: CutOrder } | null;

export interface BookTimes {
  readonly at?: Instant;
  readonly asOf?: Instant;
}

/** The book at a market time as known at a knowledge time, read from the tape in two queries. */
export const readBook = async (
  database: Database,
  catalog: Catalog,
  describe: DescribeSource,
  now: Instant,
  { at, asOf }: BookTimes = {},
): Promise<Book> => {
  const times = { ...(at === undefined ? {} : { at }), ...(asOf === undefined ? {} : { asOf }) };
  const states = await readStates(database.reader, times);
  const sources = await readSources(database, describe, times);
  const { offers } = await bookOffers(catalog, states);
  return buildBook(offers, sources, { version: 1, at: at ?? now, asOf: asOf ?? now });
};

/** The book after a pull: rows that the pull changed are exchanged, the rest is shared with the old book. */
export const bookAfterPull = async (
  book: Book,
  catalog: Catalog,
  states: readonly ListingState[],
  sources: ReadonlyMap<string, SourceState>,
  now: Instant,
): Promise<Book> => {
  const { offers, gone } = await bookOffers(catalog, states);
  return nextBook(book, offers, gone, { sources, at: now, breathe });
};

const bookOffers = async (
  catalog: Catalog,
  states: readonly ListingState[],
): Promise<{ offers: BookOffer[]; gone: Set<number> }> => {
  const offers: BookOffer[] = [];
  const gone = new Set<number>();
  for (const [index, state] of states.entries()) {
    const listing = catalog.byNo[state.listingNo];
    const offer = listing ? bookOffer(listing, state) : null;
    if (offer) offers.push(offer);
    else gone.add(state.listingNo);
    if (index % 5000 === 4999) await breathe();
  }
  return { offers, gone };
};

/**
 * What is known of each source (of those named, where some are) at a market and knowledge time, from the table pulls.
 * How often it is read is what its last good pull says, as in history.
 */
export const readSources = async (
  database: Database,
  describe: DescribeSource,
  { at, asOf }: BookTimes = {},
  named: Iterable<string> | null = null,
): Promise<Map<string, SourceState>> => {
  const among = named === null ? "" : "source in (select unnest($named::json::varchar[])) and";
  const found = await rows(
    database.reader,
    `select source,
       max(epoch_ms(observed_at)::double) filter (good) as last_good_at,
       arg_max(status, (observed_at, recorded_at)) filter (good)::varchar as completeness,
       arg_max(if(blind_all, '"*"', to_json(blind_scopes)::varchar), (observed_at, recorded_at)) filter (good) as blind,
       arg_max(status, (started_at, pull_no))::varchar as last_status,
       coalesce(arg_max(every_minutes, (observed_at, recorded_at)) filter (good), max(every_minutes)) as every_minutes,
       epoch_ms(arg_max(current_until, (observed_at, recorded_at)) filter (good))::double as current_until,
       epoch_ms(arg_max(expires_at, (observed_at, recorded_at)) filter (good))::double as expires_at
     from (select *, status not in ('failed', 'empty') as good from pulls)
     where ${among} observed_at <= $at::timestamp and recorded_at <= $as_of::timestamp
     group by source`,
    {
      at: formatInstant(at ?? endOfTime),
      as_of: formatInstant(asOf ?? endOfTime),
      ...(named === null ? {} : { named: JSON.stringify([...named]) }),
    },
  );
  return new Map(
    found.map((row) => {
      const source = row.source as string;
      const known = describe(source);
      const state: SourceState = {
        source,
        kind: known?.kind ?? "import",
        everyMinutes: row.every_minutes as number,
        lastGoodAt: row.last_good_at as number | null,
        validity:
          row.last_good_at === null
            ? null
            : { currentUntil: row.current_until as number, expiresAt: row.expires_at as number },
        completeness: row.completeness as Completeness["state"] | null,
        blindScopes: JSON.parse((row.blind as string | null) ?? "[]") as SourceState["blindScopes"],
        ...(known?.cutBy === undefined ? {} : { cutBy: known.cutBy }),
        failing: row.last_status === "failed" || row.last_status === "empty",
      };
      return [source, state];
    }),
  );
};

const endOfTime = Date.UTC(9999, 0, 1);
