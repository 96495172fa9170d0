import { type Book, buildBook, type SourceState } from "../src/domain/book.ts";
import { day, hour, type Instant } from "../src/domain/time.ts";
import { bookOffer } from "../src/store/book-offer.ts";
import { syntheticOffers } from "./synthetic.ts";

/** GPU names a synthetic book spreads its offers over. */
export const gpuIds = (count: number): string[] => Array.from({ length: count }, (_, i) => `gpu-${i}`);

/** A book of `count` made-up offers of 40 sellers over `gpus` GPUs, all current at `at`. */
export const syntheticBook = (count: number, gpus: number, at: Instant): Book => {
  const ids = gpuIds(gpus);
  const offers = syntheticOffers(count, at).flatMap((offer, i) => {
    const graded = {
      ...offer,
      gpu: ids[i % gpus]!,
      reliability: i % 3 === 0 ? null : offer.reliability,
      interconnect: i % 5 === 0 ? "InfiniBand 400G" : null,
    };
    const listing = { listingNo: i, listingId: `listing-${i}`, key: `${i}`, firstSeenAt: at, offer: graded };
    const { usdPerGpuHour, priceRaw, fxRate, fxDate, availableGpus } = offer;
    const state = { listingNo: i, changedAt: at, state: "live" as const, flags: [] };
    // As the tape makes them: copies made by spreading are many times slower to read.
    return bookOffer(listing, { ...state, usdPerGpuHour, priceRaw, fxRate, fxDate, availableGpus }) ?? [];
  });
  const source: SourceState = {
    source: "lium",
    kind: "marketplace",
    everyMinutes: 60,
    lastGoodAt: at,
    validity: { currentUntil: at + 2 * hour, expiresAt: at + 7 * day },
    completeness: "complete",
    blindScopes: [],
    failing: false,
  };
  return buildBook(offers, new Map([["lium", source]]), { version: 1, at, asOf: at });
};
