import { type Book, type BookOffer, gpusBehind } from "../../domain/book.ts";
import type { Purchase, Tier } from "../../domain/purchase.ts";
import { regionGroupOf } from "../../domain/region.ts";
import type { Instant } from "../../domain/time.ts";
import { listingsOf } from "../cell.ts";
import { type CellOffers, cellOffers } from "../cell-offers.ts";
import { groupBy } from "../group-by.ts";
import type { PricedObservation } from "../index/priced-observation.ts";
import { mergeSlices } from "../machines.ts";
import { byPrice } from "../offers-of.ts";
import type { TwoSidedListing } from "../spreads/listing-spread.ts";
import type { SpotPair } from "../spreads/spot-discount.ts";
import type { CellInput, GpuStudyInput } from "./gpu-study.ts";

export const allTiers: ReadonlySet<Tier | null> = new Set<Tier | null>(["secure", "community", null]);

/** The offers of a GPU that a study looks at, chosen from one instant of the book. */
export interface GpuSelection {
  readonly onDemand: SelectedCell;
  readonly spot: SelectedCell;
}

export interface SelectedCell {
  /** Tiers of the index. */
  readonly index: CellOffers;
  readonly allTiers: CellOffers;
}

/** Chooses what of a GPU (ids with family members) may enter a study at `now`. Nothing there: empty cells. */
export const selectGpu = (book: Book, gpus: ReadonlySet<string>, now: Instant): GpuSelection => {
  const cell = (purchase: Purchase): SelectedCell => ({
    index: cellOffers(book, gpus, purchase, now),
    allTiers: cellOffers(book, gpus, purchase, now, { tiers: allTiers }),
  });
  return { onDemand: cell("on_demand"), spot: cell("spot") };
};

/** Lays a selection out for fits. */
export const gpuStudyInput = ({ onDemand, spot }: GpuSelection): GpuStudyInput => ({
  onDemand: cellInput(onDemand),
  spot: cellInput(spot),
  pairs: spotPairs(onDemand.allTiers.offers, spot.allTiers.offers),
  twoSided: [
    ...onDemand.allTiers.offers.flatMap(twoSidedOf),
    ...machinePairs(onDemand.allTiers.offers, spot.allTiers.offers),
  ],
});

const cellInput = ({ index, allTiers: all }: SelectedCell): CellInput => ({
  index: listingsOf(index.offers).listings,
  stack: mergeSlices([...all.offers].sort(byPrice)).rows.map(({ offer, gpus }) => observationOf(offer, gpus)),
});

/** An offer with what makes it worth more or less: grades told by the venue, and who sells it. */
export const observationOf = (offer: BookOffer, gpus = gpusBehind(offer), period = 0): PricedObservation => ({
  period,
  item: offer.listingId,
  provider: offer.provider,
  usdPerGpuHour: offer.usdPerGpuHour,
  gpus,
  traits: { ...gradesOf(offer), provider: offer.provider },
});

/** What a venue tells of the quality of an offer; the form factor is part of the GPU's id. */
export const gradesOf = (offer: BookOffer): Readonly<Record<string, number | string | null>> => ({
  gpu: offer.gpu,
  log2_gpus_per_host: Math.log2(offer.gpuCount),
  interconnect: offer.interconnect === null ? null : fabricOf(offer.interconnect),
  cpu_cores_per_gpu: perGpu(offer.includes?.cpuCores, offer),
  ram_gib_per_gpu: perGpu(offer.includes?.ramGib, offer),
  region_group: regionGroupOf(offer.country),
  tier: offer.tier,
  reliability: offer.reliability,
});

/** Venues write fabrics in a hundred ways; what is paid for is whether hosts are joined by one. */
const fabricOf = (name: string): string =>
  /infiniband|roce|efa|rdma|\bib\b|gpudirect|tcpx/i.test(name) ? "fabric" : "other";

const perGpu = (amount: number | null | undefined, { gpuCount }: BookOffer): number | null =>
  amount == null ? null : amount / gpuCount;

/**
 * On-demand and spot of the same machine, or of the same instance type of a provider in the same region (spot of
 * several zones or tiers: each with its own).
 */
const spotPairs = (onDemand: readonly BookOffer[], spot: readonly BookOffer[]): SpotPair[] => {
  const sameThing = (offer: BookOffer): string =>
    JSON.stringify([offer.provider, offer.machineId ?? offer.offerId, offer.gpuCount, offer.region]);
  const regular = groupBy(onDemand, sameThing);
  return spot.flatMap((offer) => {
    const matches = regular.get(sameThing(offer)) ?? [];
    const best = matches.find(({ tier }) => tier === offer.tier) ?? matches[0];
    if (best === undefined) return [];
    const hazardPerHour = hazardOf(offer);
    return [
      {
        onDemandUsdPerGpuHour: best.usdPerGpuHour,
        spotUsdPerGpuHour: offer.usdPerGpuHour,
        cluster: offer.provider,
        ...(hazardPerHour === null ? {} : { hazardPerHour }),
      },
    ];
  });
};

const hoursAMonth = 730;

/** Interruptions an hour from the share that a venue says it took back in a month, its middle; null where not told. */
const hazardOf = ({ interruptionLow: low, interruptionHigh: high }: BookOffer): number | null => {
  if (low === null && high === null) return null;
  const share = ((low ?? high!) + (high ?? low!)) / 2;
  return share < 1 ? -Math.log(1 - share) / hoursAMonth : null;
};

const twoSidedOf = (offer: BookOffer): TwoSidedListing[] =>
  offer.minBidUsdPerGpuHour === null
    ? []
    : [
        {
          askUsdPerGpuHour: offer.usdPerGpuHour,
          bidUsdPerGpuHour: offer.minBidUsdPerGpuHour,
          host: `${offer.provider} ${offer.machineId ?? offer.listingId}`,
        },
      ];

/** Machines asked for both ways where no minimum bid is told beside: interruptible rent goes from the minimum bid. */
const machinePairs = (onDemand: readonly BookOffer[], spot: readonly BookOffer[]): TwoSidedListing[] => {
  const bids = new Map(
    spot.flatMap((offer) => (offer.machineId === null ? [] : [[sizeKey(offer), offer] as const])),
  );
  return onDemand.flatMap((offer) => {
    const bid = offer.minBidUsdPerGpuHour === null ? bids.get(sizeKey(offer)) : undefined;
    return bid === undefined ? [] : twoSidedOf({ ...offer, minBidUsdPerGpuHour: bid.usdPerGpuHour });
  });
};

const sizeKey = ({ provider, machineId, gpuCount }: BookOffer): string =>
  JSON.stringify([provider, machineId, gpuCount]);
