import type { Book, BookOffer } from "../../domain/book.ts";
import { allTiers, type Purchase, type Tier } from "../../domain/purchase.ts";
import { hoursAMonth, type Instant } from "../../domain/time.ts";
import { listingsOf } from "../cell.ts";
import { type CellOffers, cellOffers } from "../cell-offers.ts";
import { groupBy } from "../group-by.ts";
import type { IndexListing } from "../index-listing.ts";
import { mergeSlices } from "../machines.ts";
import { byPrice } from "../offers-of.ts";
import type { TwoSidedListing } from "../spreads/listing-spread.ts";
import type { SpotPair } from "../spreads/spot-discount.ts";
import type { CellInput, GpuStudyInput } from "./gpu-study.ts";
import { machineShape } from "./observations.ts";
import { type Breathe, type TableShape, tableOf } from "./table.ts";

/**
 * What of a GPU (ids with family members) may enter a study at `now`, laid out for fits, with a breath between steps
 * so that a large cell does not hold the event loop. The same book and instant give the same input; nothing there
 * gives empty tables.
 */
export const gpuStudyInput = async (
  book: Book,
  gpus: ReadonlySet<string>,
  now: Instant,
  breathe: Breathe,
): Promise<GpuStudyInput> => {
  const choose = async (purchase: Purchase, tiers?: ReadonlySet<Tier | null>): Promise<CellOffers> => {
    await breathe();
    return cellOffers(book, gpus, purchase, now, tiers === undefined ? {} : { tiers });
  };
  const [onDemand, spot] = [await choose("on_demand", allTiers), await choose("spot", allTiers)];
  const [asks, bids] = [onDemand.offers, spot.offers];
  await breathe();
  const pairs = await tableOf(spotPairs(asks, bids), pairShape, breathe);
  await breathe();
  const twoSided = [...asks.flatMap(twoSidedOf), ...machinePairs(asks, bids)];
  return {
    onDemand: await cellInput((await choose("on_demand")).offers, asks, breathe),
    spot: await cellInput((await choose("spot")).offers, bids, breathe),
    pairs,
    twoSided: await tableOf(twoSided, twoSidedShape, breathe),
  };
};

const cellInput = async (
  index: readonly BookOffer[],
  all: readonly BookOffer[],
  breathe: Breathe,
): Promise<CellInput> => {
  await breathe();
  const listings = await tableOf(listingsOf(index).listings, listingShape, breathe);
  await breathe();
  const { rows } = mergeSlices([...all].sort(byPrice));
  return { index: listings, stack: await tableOf(rows, machineShape, breathe) };
};

const listingShape: TableShape<IndexListing> = {
  numbers: {
    usd: ({ usdPerGpuHour }) => usdPerGpuHour,
    gpus: ({ gpus }) => gpus,
    freeGpus: ({ freeGpus }) => freeGpus ?? null,
    part: ({ part }) => part ?? 1,
  },
  words: { provider: ({ provider }) => provider },
};

const pairShape: TableShape<SpotPair> = {
  numbers: {
    onDemandUsd: (pair) => pair.onDemandUsdPerGpuHour,
    spotUsd: (pair) => pair.spotUsdPerGpuHour,
    hazard: (pair) => pair.hazardPerHour ?? null,
  },
  words: { cluster: (pair) => pair.cluster },
};

const twoSidedShape: TableShape<TwoSidedListing> = {
  numbers: { ask: (listing) => listing.askUsdPerGpuHour, bid: (listing) => listing.bidUsdPerGpuHour },
  words: { host: (listing) => listing.host },
};

/**
 * On-demand and spot of the same machine, or of the same instance type of a provider in the same region (spot of
 * several zones or tiers: each with its own).
 */
const spotPairs = (onDemand: readonly BookOffer[], spot: readonly BookOffer[]): SpotPair[] => {
  const sameThing = ({ provider, machineId, offerId, gpuCount, region }: BookOffer): string =>
    `${provider}\n${machineId ?? offerId}\n${gpuCount}\n${region}`;
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
  const bids = new Map<string, BookOffer>();
  // Offers come by price, and the least bid is the cheapest of them.
  for (const offer of spot)
    if (offer.machineId !== null && !bids.has(sizeKey(offer))) bids.set(sizeKey(offer), offer);
  return onDemand.flatMap((offer) => {
    const bid = offer.minBidUsdPerGpuHour === null ? bids.get(sizeKey(offer)) : undefined;
    return bid === undefined ? [] : twoSidedOf({ ...offer, minBidUsdPerGpuHour: bid.usdPerGpuHour });
  });
};

const sizeKey = ({ provider, machineId, gpuCount }: BookOffer): string =>
  `${provider}\n${machineId}\n${gpuCount}`;
