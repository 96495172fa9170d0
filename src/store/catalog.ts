import { hash } from "node:crypto";
import { breathe } from "../breathe.ts";
import { isPriceFlag, listingKey, type Offer } from "../domain/offer.ts";
import type { Instant } from "../domain/time.ts";
import { appendRows, createStage } from "./append-rows.ts";
import { type Database, eachChunk } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import {
  attributeColumns,
  type Listing,
  listingColumns,
  readListingSelect,
  stagedListingSelect,
  toListing,
} from "./listing-columns.ts";

/** Every listing ever seen, in memory, by key and by number; the table listings is its twin on disk. */
export interface Catalog {
  readonly byKey: Map<string, Listing>;
  readonly byNo: Listing[];
}

/** Reads the catalog of a tape. */
export const loadCatalog = async (database: Database): Promise<Catalog> => {
  const catalog: Catalog = { byKey: new Map(), byNo: [] };
  const names = listingColumns.map(({ name }) => name);
  const sql = `select ${readListingSelect} from listings order by listing_no`;
  await eachChunk(database.reader, sql, undefined, (columns, count) => {
    for (let row = 0; row < count; row++) {
      remember(catalog, toListing(Object.fromEntries(names.map((name, i) => [name, columns[i]![row]!]))));
    }
  });
  return catalog;
};

const remember = (catalog: Catalog, listing: Listing): void => {
  catalog.byKey.set(listing.key, listing);
  catalog.byNo[listing.listingNo] = listing;
};

/** The id people and programs see: stable across machines, made from the key alone. */
export const listingIdOf = (key: string): string => hash("sha256", key).slice(0, 16);

/** Listings of one write that are new or changed; they take effect with `writeListings` and `keepListings`. */
export interface Registration {
  readonly changed: Map<string, Listing>;
  nextNo: number;
}

export const startRegistration = (catalog: Catalog): Registration => ({
  changed: new Map(),
  nextNo: catalog.byNo.length,
});

/**
 * Gives an offer its listing and returns the listing's number. Catalog and tape stay untouched, so that a
 * failed transaction leaves no trace.
 */
export const register = (
  catalog: Catalog,
  registration: Registration,
  offer: Offer,
  seenAt: Instant,
): number => {
  const key = listingKey(offer);
  const known = registration.changed.get(key) ?? catalog.byKey.get(key);
  const lasting = withoutDoubts(offer);
  if (known) return renewed(registration, known, lasting);
  const listingNo = registration.nextNo++;
  const listing = { listingNo, listingId: listingIdOf(key), key, firstSeenAt: seenAt, offer: lasting };
  registration.changed.set(key, listing);
  return listingNo;
};

/** Doubts about a price are part of its tick and no attribute of the listing. */
const withoutDoubts = (offer: Offer): Offer =>
  offer.flags.some(isPriceFlag)
    ? { ...offer, flags: offer.flags.filter((flag) => !isPriceFlag(flag)) }
    : offer;

/** A listing stays with the source that brought it; its other attributes follow the last row. */
const renewed = (registration: Registration, known: Listing, offer: Offer): number => {
  const { source } = known.offer;
  const kept = source === offer.source ? offer : { ...offer, source };
  if (!sameAttributes(known, kept)) registration.changed.set(known.key, { ...known, offer: kept });
  return known.listingNo;
};

const sameAttributes = (listing: Listing, offer: Offer): boolean => {
  const other = { ...listing, offer };
  return attributeColumns.every((column) => column.of(listing) === column.of(other));
};

/** Writes the changed listings inside the caller's transaction; stage_listings holds them until `dropStage`. */
export const writeListings = async (
  connection: DuckDBConnection,
  { changed }: Registration,
): Promise<void> => {
  await createStage(connection, "stage_listings", listingColumns);
  await appendRows(connection, "stage_listings", listingColumns, [...changed.values()]);
  if (changed.size === 0) return;
  await connection.run("delete from listings where listing_no in (select listing_no from stage_listings)");
  await connection.run(`insert into listings by name select ${stagedListingSelect} from stage_listings`);
};

/** Makes committed changes visible in the catalog, a thousand at a time. */
export const keepListings = async (catalog: Catalog, { changed }: Registration): Promise<void> => {
  let kept = 0;
  for (const listing of changed.values()) {
    remember(catalog, listing);
    if (++kept % 5000 === 0) await breathe();
  }
};
