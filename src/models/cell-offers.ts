import { type Book, type BookOffer, gpusBehind } from "../domain/book.ts";
import type { OfferFlag } from "../domain/offer.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { offersOf } from "./offers-of.ts";
import { isCurrent, isOffer, oneVoice } from "./one-voice.ts";
import { findResold } from "./resold.ts";

export interface CellOptions {
  /** Tiers that belong to the cell; default secure and not told. */
  readonly tiers?: ReadonlySet<Tier | null>;
}

export type CellExclusion =
  | OfferFlag
  | "statistic"
  | "tier"
  | "sold_out"
  | "stale"
  | "better_source"
  | "reseller"
  | "same_machine";

export interface ExcludedOffer {
  readonly listingId: string;
  readonly reason: CellExclusion;
}

export interface CellOffers {
  /** What may enter a statistic, by price; slices of one machine still side by side. */
  readonly offers: readonly BookOffer[];
  readonly excluded: readonly ExcludedOffer[];
}

const defaultTiers: ReadonlySet<Tier | null> = new Set<Tier | null>(["secure", null]);

/**
 * The offers of a cell (GPU ids with family members, purchase, tiers) that a statistic may use at `now`: whole
 * cards without flags, current, one source a provider (which speaks even where it says sold out or another tier), no
 * reseller of capacity that is seen at its owner. Every other offer of these GPUs and this purchase is in `excluded`
 * with its first reason. Source: methods.md 1.1.
 */
export const cellOffers = (
  book: Book,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  now: Instant,
  { tiers = defaultTiers }: CellOptions = {},
): CellOffers => {
  const excluded: ExcludedOffer[] = [];
  const candidates = offersOf(book, gpus).filter((offer) => offer.purchase === purchase);
  const heard = candidates.filter((offer) => isOffer(offer, book) && isCurrent(offer, book, now));
  const silenced = new Set(oneVoice(heard, book, now).silenced);
  const speaking = candidates.filter((offer) => {
    const reason = whyNot(offer, book, now, tiers) ?? (silenced.has(offer) ? "better_source" : null);
    if (reason !== null) excluded.push({ listingId: offer.listingId, reason });
    return reason === null;
  });
  const resold = findResold(speaking, book, now, () => "");
  for (const { listingId } of resold.keys()) excluded.push({ listingId, reason: "reseller" });
  const offers = resold.size === 0 ? speaking : speaking.filter((offer) => !resold.has(offer));
  return { offers, excluded };
};

const whyNot = (
  offer: BookOffer,
  book: Book,
  now: Instant,
  tiers: ReadonlySet<Tier | null>,
): CellExclusion | null => {
  if (offer.flags[0] !== undefined) return offer.flags[0];
  if (offer.gpuShare < 1) return "slice";
  if (!isOffer(offer, book)) return "statistic";
  if (!tiers.has(offer.tier)) return "tier";
  if (gpusBehind(offer) <= 0) return "sold_out";
  return isCurrent(offer, book, now) ? null : "stale";
};
