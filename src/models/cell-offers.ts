import { type Book, type BookOffer, gpusBehind } from "../domain/book.ts";
import type { OfferFlag } from "../domain/offer.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrentState } from "../domain/validity.ts";
import { offersOf } from "./offers-of.ts";
import { oneVoice } from "./one-voice.ts";
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

/** Tiers of a cell that names none. */
export const defaultTiers: ReadonlySet<Tier | null> = new Set<Tier | null>(["secure", null]);

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
  const standing = standings(book, now);
  const [admitted, heard, sources]: [BookOffer[], BookOffer[], Set<string>] = [[], [], new Set()];
  // One pass: reading fifty thousand offers is what this costs.
  for (const offer of offersOf(book, gpus)) {
    if (offer.purchase !== purchase) continue;
    const source = standing(offer.source);
    if (source.isCurrent && source.sells && offer.gpuShare >= 1 && offer.flags.length === 0) {
      heard.push(offer);
      sources.add(offer.source);
    }
    const reason = whyNot(offer, source, tiers);
    if (reason === null) admitted.push(offer);
    else excluded.push({ listingId: offer.listingId, reason });
  }
  const silenced = new Set(sources.size > 1 ? oneVoice(heard, book, now).silenced : []);
  const isDoubled = (offer: BookOffer): boolean => silenced.has(offer);
  for (const { listingId } of admitted.filter(isDoubled))
    excluded.push({ listingId, reason: "better_source" });
  const speaking = silenced.size === 0 ? admitted : admitted.filter((offer) => !silenced.has(offer));
  const resold = findResold(speaking, book, now, () => "");
  for (const { listingId } of resold.keys()) excluded.push({ listingId, reason: "reseller" });
  const offers = resold.size === 0 ? speaking : speaking.filter((offer) => !resold.has(offer));
  return { offers, excluded };
};

interface Standing {
  /** Its rows are offers, no statistics. */
  readonly sells: boolean;
  readonly isCurrent: boolean;
}

/** What a source is at `now`, worked out once a source. */
const standings = (book: Book, now: Instant): ((source: string) => Standing) => {
  const known = new Map<string, Standing>();
  return (source) => {
    const before = known.get(source);
    if (before) return before;
    const state = book.sources.get(source);
    const standing = {
      sells: state?.kind !== "statistic" && state?.kind !== "rates",
      isCurrent: isCurrentState(state, now),
    };
    known.set(source, standing);
    return standing;
  };
};

const whyNot = (
  offer: BookOffer,
  { sells, isCurrent }: Standing,
  tiers: ReadonlySet<Tier | null>,
): CellExclusion | null => {
  if (offer.flags[0] !== undefined) return offer.flags[0];
  if (offer.gpuShare < 1) return "slice";
  if (!sells) return "statistic";
  if (!tiers.has(offer.tier)) return "tier";
  if (gpusBehind(offer) <= 0) return "sold_out";
  return isCurrent ? null : "stale";
};
