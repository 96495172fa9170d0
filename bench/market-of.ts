import { type Book, type BookOffer, buildBook, type SourceState } from "../src/domain/book.ts";
import type { Instant } from "../src/domain/time.ts";
import { syntheticOffers } from "./synthetic.ts";

/** GPU names a synthetic book spreads its offers over. */
export const gpuIds = (count: number): string[] => Array.from({ length: count }, (_, i) => `gpu-${i}`);

/** A book of `count` made-up offers of 40 sellers over `gpus` GPUs, all current at `at`. */
export const syntheticBook = (count: number, gpus: number, at: Instant): Book => {
  const ids = gpuIds(gpus);
  const offers = syntheticOffers(count, at).map(
    (offer, i): BookOffer => ({
      ...offer,
      gpu: ids[i % gpus]!,
      reliability: i % 3 === 0 ? null : offer.reliability,
      interconnect: i % 5 === 0 ? "InfiniBand 400G" : null,
      listingId: `listing-${i}`,
      listingNo: i,
      firstSeenAt: at,
      changedAt: at,
    }),
  );
  const source: SourceState = {
    source: "lium",
    kind: "marketplace",
    everyMinutes: 60,
    lastGoodAt: at,
    completeness: "complete",
    blindScopes: [],
    failing: false,
  };
  return buildBook(offers, new Map([["lium", source]]), { version: 1, at, asOf: at });
};
