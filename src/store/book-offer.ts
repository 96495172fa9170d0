import type { BookOffer } from "../domain/book.ts";
import type { Listing } from "./listing-columns.ts";
import type { ListingState } from "./read-states.ts";

/**
 * A listing with its present state as the book holds it; null unless it is live. One plain literal: a spread with
 * fields added to it is ten times slower to make and to read, which a book of 100,000 rows feels.
 */
export const bookOffer = (listing: Listing, state: ListingState): BookOffer | null => {
  if (state.state !== "live" || state.usdPerGpuHour === null || state.priceRaw === null) return null;
  const { offer } = listing;
  return {
    listingId: listing.listingId,
    listingNo: listing.listingNo,
    firstSeenAt: listing.firstSeenAt,
    changedAt: state.changedAt,
    observedAt: state.changedAt,
    usdPerGpuHour: state.usdPerGpuHour,
    priceRaw: state.priceRaw,
    fxRate: state.fxRate,
    fxDate: state.fxDate,
    availableGpus: state.availableGpus,
    source: offer.source,
    provider: offer.provider,
    upstream: offer.upstream,
    offerId: offer.offerId,
    machineId: offer.machineId,
    gpuRaw: offer.gpuRaw,
    gpu: offer.gpu,
    gpuCount: offer.gpuCount,
    minGpus: offer.minGpus,
    vramGib: offer.vramGib,
    gpuShare: offer.gpuShare,
    machineShare: offer.machineShare,
    purchase: offer.purchase,
    tier: offer.tier,
    termMonths: offer.termMonths,
    minHours: offer.minHours,
    upfrontShare: offer.upfrontShare,
    unitRaw: offer.unitRaw,
    currency: offer.currency,
    includes: offer.includes,
    region: offer.region,
    zone: offer.zone,
    country: offer.country,
    jurisdiction: offer.jurisdiction,
    availableIs: offer.availableIs,
    reliability: offer.reliability,
    slaUptime: offer.slaUptime,
    interruptionLow: offer.interruptionLow,
    interruptionHigh: offer.interruptionHigh,
    minBidUsdPerGpuHour: offer.minBidUsdPerGpuHour,
    interconnect: offer.interconnect,
    confidential: offer.confidential,
    flags: state.flags.length === 0 ? offer.flags : [...offer.flags, ...state.flags],
    effectiveFrom: offer.effectiveFrom,
    sourceUrl: offer.sourceUrl,
    scope: offer.scope,
  };
};
