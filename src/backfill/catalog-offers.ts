import { judge } from "../collect/judge.ts";
import type { Offer, OfferDraft, Reject } from "../domain/offer.ts";
import { doubtsOf } from "../domain/plausibility.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import type { Reference } from "../reference.ts";
import type { Sighting } from "../store/write-history.ts";
import type { CatalogRow } from "./catalog-rows.ts";

export interface CatalogOffers {
  readonly sightings: readonly Sighting[];
  readonly rejects: readonly Reject[];
}

interface Maker {
  /** The cloud as its folder is called. */
  readonly cloud: string;
  readonly provider: string;
  readonly source: string;
  readonly reference: Reference;
}

/**
 * Turns rows into offers, one a row and purchase. What a row is apart from its price is resolved once and shared by
 * all its sightings, so that thousands of files cost little more than their prices.
 */
export const offerMaker = (
  maker: Maker,
): ((rows: readonly CatalogRow[], observedAt: Instant) => CatalogOffers) => {
  const known = new Map<string, { offer: Offer } | { reject: Reject }>();
  const resolve = (row: CatalogRow, purchase: Purchase, observedAt: Instant) => {
    const key = identityOf(row, purchase);
    const earlier = known.get(key);
    if (earlier) return earlier;
    const context = { source: maker.source, ...maker.reference, rates: [], observedAt };
    const judged = judge(draftOf(row, purchase, maker), context);
    known.set(key, judged);
    return judged;
  };
  return (rows, observedAt) => {
    const sightings: Sighting[] = [];
    const rejects: Reject[] = [];
    for (const row of rows) {
      for (const [purchase, price] of pricesOf(row, maker.provider)) {
        const judged = resolve(row, purchase, observedAt);
        if ("reject" in judged) rejects.push(judged.reject);
        else sightings.push(sightingOf(judged.offer, price, row.count, observedAt, maker.reference));
      }
    }
    return { sightings, rejects };
  };
};

/** RunPod's spot column repeats the list price where there is no spot market. */
const pricesOf = ({ price, spotPrice }: CatalogRow, provider: string): [Purchase, number][] => {
  const spot =
    provider === "runpod" && price !== null && spotPrice !== null && spotPrice >= price ? null : spotPrice;
  return [
    ...(price === null ? [] : [["on_demand", price] as [Purchase, number]]),
    ...(spot === null ? [] : [["spot", spot] as [Purchase, number]]),
  ];
};

const sightingOf = (
  offer: Offer,
  priceRaw: number,
  count: number,
  observedAt: Instant,
  { bands }: Reference,
): Sighting => {
  const usdPerGpuHour = priceRaw / count;
  const flags = doubtsOf({
    usdPerGpuHour,
    observedAt,
    band: bands.of(offer.gpu),
    onDemand: [],
    history: null,
    others: null,
  });
  return { offer, priceRaw, usdPerGpuHour, flags };
};

const identityOf = (row: CatalogRow, purchase: Purchase): string =>
  [
    ...[row.instanceType, row.accelerator, row.count, row.vcpus, row.memoryGib, memoryTold(row)],
    ...[row.region, row.zone, purchase],
  ].join("|");

/** Its price is a stand-in: prices come with the sightings. */
const draftOf = (row: CatalogRow, purchase: Purchase, { cloud, provider, reference }: Maker): OfferDraft => {
  const gpuOnly = row.instanceType === "";
  return {
    provider: cloud,
    upstream: upstreamOf(row.instanceType, provider),
    offerId: gpuOnly ? row.accelerator : row.instanceType,
    gpuRaw: row.accelerator,
    instanceType: gpuOnly ? null : row.instanceType,
    vramGib: vramOf(row, reference),
    gpuCount: Math.max(1, row.count),
    gpuShare: Math.min(1, row.count),
    purchase,
    tier: tierOf(row.instanceType),
    priceRaw: 1,
    pricePerGpuHour: 1,
    unitRaw: gpuOnly ? "USD per hour for the GPUs" : "USD per instance-hour",
    currency: "USD",
    includes: gpuOnly ? null : { cpuCores: row.vcpus, ramGib: row.memoryGib },
    ...placeOf(row.region),
    zone: row.zone,
    gpuOnly,
  };
};

/** Resellers name the seller in front: massedcompute_A6000x8, runpod__1xA40_48GB. */
const upstreamOf = (instanceType: string, provider: string): string | null => {
  const pattern = provider === "shadeform" ? /^([^_]+)_/ : provider === "primeintellect" ? /^(.+?)__/ : null;
  return pattern?.exec(instanceType)?.[1] ?? null;
};

const tierOf = (instanceType: string): Tier | null => {
  const name = /_(SECURE|COMMUNITY)$/.exec(instanceType)?.[1];
  return name === undefined ? null : name === "SECURE" ? "secure" : "community";
};

/** Some clouds write a country for a region ("SE"), some both ("Sweden, SE, EU", "FI - FIN-01"). */
const placeOf = (region: string | null): Pick<OfferDraft, "region" | "country"> => {
  if (region === null || /^unspecified$/i.test(region)) return { region: null };
  const country =
    /^([A-Z]{2})$/.exec(region)?.[1] ??
    /^([A-Z]{2}) - /.exec(region)?.[1] ??
    /, ([A-Z]{2}), [A-Z]{2}$/.exec(region)?.[1];
  return {
    region: region.replace(/^, /, ""),
    ...(country === undefined || country === "UK" ? {} : { country }),
  };
};

/** Memory as GpuInfo has it, in GiB: "SizeInMiB" holds MiB or GiB, of one GPU or of all. */
const memoryTold = ({ gpuInfo }: CatalogRow): number | null => {
  const size = Number(/["']SizeInMiB["']:\s*([\d.]+)/.exec(gpuInfo)?.[1] ?? Number.NaN);
  if (!(size > 0)) return null;
  return size < 1024 ? size : size / 1024;
};

/**
 * The reading of the memory that fits a card of that name: as told, or as that of all GPUs or of the part of one; first a
 * card that the name alone means, then one that it means with that memory only (a modified card). Where none does the memory stays, so that the card is found by it or is unknown, and not taken for its namesake.
 */
const vramOf = (row: CatalogRow, { gpus }: Reference): number | null => {
  const told = memoryTold(row);
  if (told === null || row.count === 1) return told;
  const shared = told / row.count;
  const read = (vramGib?: number): string =>
    gpus.resolve({ name: row.accelerator, vramGib: vramGib ?? null }).gpu;
  const named = gpus.membersOf(read());
  const readings = [told, shared];
  return (
    readings.find((vramGib) => named.includes(read(vramGib))) ??
    readings.find((vramGib) => !read(vramGib).startsWith("unknown:")) ??
    Math.min(told, shared)
  );
};
