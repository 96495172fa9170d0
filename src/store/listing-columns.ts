import { type Includes, isPriceFlag, type Offer, type OfferFlag } from "../domain/offer.ts";
import type { AvailabilityKind, Purchase, Tier } from "../domain/purchase.ts";
import type { StageColumn } from "./append-rows.ts";
import type { DuckDBValue } from "./duckdb.ts";

/** A listing: an offer's lasting attributes under a number (inside), an id (outside) and a key (identity). */
export interface Listing {
  readonly listingNo: number;
  readonly listingId: string;
  readonly key: string;
  readonly firstSeenAt: number;
  readonly offer: Offer;
}

const joinFlags = (flags: readonly OfferFlag[]): string => (flags.length === 0 ? "" : flags.join(","));

/** Flags as a column keeps them. */
export const splitFlags = (text: string): readonly OfferFlag[] =>
  text === "" ? noFlags : (text.split(",") as OfferFlag[]);

const noFlags: readonly OfferFlag[] = [];

/** Doubts about the price alone, as the column of a tick. */
export const priceFlagsOf = (flags: readonly OfferFlag[]): string =>
  flags.length === 0 ? "" : joinFlags(flags.filter(isPriceFlag));

const column = (
  name: string,
  type: StageColumn<Listing>["type"],
  of: (offer: Offer) => string | number | boolean | null,
): StageColumn<Listing> => ({ name, type, of: (listing) => of(listing.offer) });

/** Attributes of an offer that live in the table listings; price, free GPUs and state live in ticks. */
export const attributeColumns: readonly StageColumn<Listing>[] = [
  column("source", "varchar", (offer) => offer.source),
  column("provider", "varchar", (offer) => offer.provider),
  column("upstream", "varchar", (offer) => offer.upstream),
  column("offer_id", "varchar", (offer) => offer.offerId),
  column("machine_id", "varchar", (offer) => offer.machineId),
  column("gpu_raw", "varchar", (offer) => offer.gpuRaw),
  column("gpu", "varchar", (offer) => offer.gpu),
  column("gpu_count", "integer", (offer) => offer.gpuCount),
  column("min_gpus", "integer", (offer) => offer.minGpus),
  column("vram_gib", "double", (offer) => offer.vramGib),
  column("gpu_share", "double", (offer) => offer.gpuShare),
  column("machine_share", "double", (offer) => offer.machineShare),
  column("purchase", "varchar", (offer) => offer.purchase),
  column("tier", "varchar", (offer) => offer.tier),
  column("term_months", "double", (offer) => offer.termMonths),
  column("min_hours", "double", (offer) => offer.minHours),
  column("upfront_share", "double", (offer) => offer.upfrontShare),
  column("unit_raw", "varchar", (offer) => offer.unitRaw),
  column("currency", "varchar", (offer) => offer.currency),
  column("cpu_cores", "double", (offer) => offer.includes?.cpuCores ?? null),
  column("ram_gib", "double", (offer) => offer.includes?.ramGib ?? null),
  column("disk_gib", "double", (offer) => offer.includes?.diskGib ?? null),
  column("region", "varchar", (offer) => offer.region),
  column("zone", "varchar", (offer) => offer.zone),
  column("country", "varchar", (offer) => offer.country),
  column("jurisdiction", "varchar", (offer) => offer.jurisdiction),
  column("available_is", "varchar", (offer) => offer.availableIs),
  column("reliability", "double", (offer) => offer.reliability),
  column("sla_uptime", "double", (offer) => offer.slaUptime),
  column("interruption_low", "double", (offer) => offer.interruptionLow),
  column("interruption_high", "double", (offer) => offer.interruptionHigh),
  column("min_bid_usd_per_gpu_hour", "double", (offer) => offer.minBidUsdPerGpuHour),
  column("interconnect", "varchar", (offer) => offer.interconnect),
  column("confidential", "boolean", (offer) => offer.confidential),
  column("flags", "varchar", (offer) => joinFlags(offer.flags)),
  column("effective_from", "double", (offer) => offer.effectiveFrom),
  column("source_url", "varchar", (offer) => offer.sourceUrl),
  column("scope", "varchar", (offer) => offer.scope),
];

/** All columns of a staged listing, times as milliseconds since the epoch. */
export const listingColumns: readonly StageColumn<Listing>[] = [
  { name: "listing_no", type: "integer", of: (listing) => listing.listingNo },
  { name: "listing_id", type: "varchar", of: (listing) => listing.listingId },
  { name: "key", type: "varchar", of: (listing) => listing.key },
  ...attributeColumns,
  { name: "first_seen_at", type: "double", of: (listing) => listing.firstSeenAt },
];

const times = new Set(["effective_from", "first_seen_at"]);

/** Select list that turns staged listings into rows of the table listings. */
export const stagedListingSelect = listingColumns
  .map(({ name }) => (times.has(name) ? `make_timestamp_ms(${name}::bigint) as ${name}` : name))
  .join(", ");

/** Select list that reads listings back with times as milliseconds. */
export const readListingSelect = listingColumns
  .map(({ name }) => (times.has(name) ? `epoch_ms(${name})::double as ${name}` : name))
  .join(", ");

export type ListingRow = Readonly<Record<string, DuckDBValue>>;

/** The listing behind a row read with `readListingSelect`. The price fields of its offer hold no meaning (NaN). */
export const toListing = (row: ListingRow): Listing => ({
  listingNo: row.listing_no as number,
  listingId: row.listing_id as string,
  key: row.key as string,
  firstSeenAt: row.first_seen_at as number,
  offer: {
    source: row.source as string,
    provider: row.provider as string,
    upstream: row.upstream as string | null,
    offerId: row.offer_id as string,
    machineId: row.machine_id as string | null,
    gpuRaw: row.gpu_raw as string,
    gpu: row.gpu as string,
    gpuCount: row.gpu_count as number,
    minGpus: row.min_gpus as number,
    vramGib: row.vram_gib as number | null,
    gpuShare: row.gpu_share as number,
    machineShare: row.machine_share as number | null,
    purchase: row.purchase as Purchase,
    tier: row.tier as Tier | null,
    termMonths: row.term_months as number | null,
    minHours: row.min_hours as number | null,
    upfrontShare: row.upfront_share as number | null,
    priceRaw: Number.NaN,
    unitRaw: row.unit_raw as string,
    currency: row.currency as string,
    fxRate: null,
    fxDate: null,
    usdPerGpuHour: Number.NaN,
    includes: toIncludes(row),
    region: row.region as string | null,
    zone: row.zone as string | null,
    country: row.country as string | null,
    jurisdiction: row.jurisdiction as string | null,
    availableGpus: null,
    availableIs: row.available_is as AvailabilityKind | null,
    reliability: row.reliability as number | null,
    slaUptime: row.sla_uptime as number | null,
    interruptionLow: row.interruption_low as number | null,
    interruptionHigh: row.interruption_high as number | null,
    minBidUsdPerGpuHour: row.min_bid_usd_per_gpu_hour as number | null,
    interconnect: row.interconnect as string | null,
    confidential: row.confidential as boolean | null,
    flags: splitFlags(row.flags as string),
    effectiveFrom: row.effective_from as number | null,
    observedAt: row.first_seen_at as number,
    sourceUrl: row.source_url as string | null,
    scope: row.scope as string,
  },
});

const toIncludes = (row: ListingRow): Includes | null => {
  const includes = {
    cpuCores: row.cpu_cores as number | null,
    ramGib: row.ram_gib as number | null,
    diskGib: row.disk_gib as number | null,
  };
  return includes.cpuCores === null && includes.ramGib === null && includes.diskGib === null
    ? null
    : includes;
};
