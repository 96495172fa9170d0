import type { Book, BookOffer } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { type CellOptions, cellOffers, type ExcludedOffer } from "./cell-offers.ts";
import { groupBy } from "./group-by.ts";
import { type HeadlineIndex, type HeadlineReason, headlineIndex } from "./headline-index.ts";
import { type MethodologyVersion, presentVersion } from "./headline-rules.ts";
import type { IndexListing } from "./index-listing.ts";
import { type MergedMachine, mergeSlices } from "./machines.ts";

/** Which offers are in a cell, and the version of the methodology that looks at them; default the present one. */
export interface VersionedCell extends CellOptions {
  readonly version?: MethodologyVersion;
}

export interface IndexCell {
  readonly listings: readonly IndexListing[];
  readonly excluded: readonly ExcludedOffer[];
  /** Ids of the sources whose rows entered, sorted. */
  readonly sourcesUsed: readonly string[];
}

/** The headline of a cell with what stayed out before it. `stale`: rows exist, but all of them are too old. */
export interface CellIndex extends Omit<HeadlineIndex, "reason" | "excluded"> {
  readonly reason: HeadlineReason | "stale" | null;
  readonly excluded: readonly { readonly id: string; readonly reason: string }[];
  readonly sourcesUsed: readonly string[];
}

/** The cell as listings for headlineIndex: each machine once, as its cheapest row with all its free GPUs. */
export const indexCell = (
  book: Book,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  now: Instant,
  { version = presentVersion, ...options }: VersionedCell = {},
): IndexCell => {
  const cell = cellOffers(book, gpus, purchase, now, options);
  const { listings, slices } = listingsOf(cell.offers, version);
  const sliced = slices.map(({ listingId }) => ({ listingId, reason: "same_machine" as const }));
  const sourcesUsed = [...new Set(cell.offers.map(({ source }) => source))].sort();
  return { listings, excluded: [...cell.excluded, ...sliced], sourcesUsed };
};

/**
 * Offers of a cell by price as listings, each machine once, and the slices that this leaves out. Where a provider tells
 * no stock, listings of one region and type share one part.
 */
export const listingsOf = (
  offers: readonly BookOffer[],
  version: MethodologyVersion = presentVersion,
): { readonly listings: readonly IndexListing[]; readonly slices: readonly BookOffer[] } => {
  const { rows, slices } = mergeSlices(offers);
  if (version === 1) return { listings: rows.map(listingOne), slices };
  const alike = groupBy(rows.filter(isSilent), placeAndType);
  const listings = rows.map((row) => ({
    id: row.offer.listingId,
    provider: row.offer.provider,
    usdPerGpuHour: row.offer.usdPerGpuHour,
    gpus: row.gpuCount,
    freeGpus: row.freeGpus,
    machine: row.offer.machineId,
    part: isSilent(row) ? 1 / alike.get(placeAndType(row))!.length : 1,
  }));
  return { listings, slices };
};

/** A listing as version 1 has it: what is behind it, whether told or packed. */
const listingOne = ({ offer, gpus }: MergedMachine): IndexListing => ({
  id: offer.listingId,
  provider: offer.provider,
  usdPerGpuHour: offer.usdPerGpuHour,
  gpus,
  machine: offer.machineId,
});

const isSilent = ({ freeGpus }: MergedMachine): boolean => freeGpus === null;

/** Zones, terms and tiers of one region and type are one thing where no stock is told. */
const placeAndType = ({ offer }: MergedMachine): string =>
  JSON.stringify([offer.provider, offer.region, offer.machineId ?? offer.offerId, offer.gpu, offer.gpuCount]);

/** The headline of a cell at `now`; null with `stale` where every listing that would have entered was too old. */
export const cellIndex = (
  book: Book,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  now: Instant,
  options: VersionedCell = {},
): CellIndex => {
  const { listings, excluded, sourcesUsed } = indexCell(book, gpus, purchase, now, options);
  const headline = headlineIndex(listings, options.version);
  const before = excluded.map(({ listingId, reason }) => ({ id: listingId, reason }));
  return {
    ...headline,
    reason: reasonOf(headline.reason, excluded),
    excluded: [...before, ...headline.excluded],
    sourcesUsed,
  };
};

/** Why a cell has no value: `stale` where all that would have entered was too old. */
export const reasonOf = <Reason extends string>(
  reason: Reason | null,
  excluded: readonly ExcludedOffer[],
): Reason | "stale" | null =>
  reason === "empty" && excluded.some((each) => each.reason === "stale") ? "stale" : reason;
