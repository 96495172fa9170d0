import type { Book, BookOffer } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { isExpired } from "../domain/validity.ts";
import { offersOf } from "../models/offers-of.ts";
import { isOffer, oneVoice } from "../models/one-voice.ts";
import { findResold } from "../models/resold.ts";
import { activeChecks, type Check, type Constraints } from "./constraints.ts";

export interface Filtered {
  /** Eligible offers by price, ties by listing id; stale ones among them. */
  readonly offers: readonly BookOffer[];
  /** Offers left out by first failed constraint, `<constraint>_unknown` where the offer does not tell. */
  readonly excluded: Readonly<Record<string, number>>;
}

/**
 * Applies hard constraints to the whole book, in constraintOrder: the counts and the offers left add up to the
 * book. Flagged offers, statistics and expired prices never pass. One source speaks for a provider before any attribute is looked
 * at, so that a second-hand price cannot stand in for a first-hand one that fails. Capacity that passes at a reseller
 * and at its owner is the owner's alone (`reseller`). `cellOf`: see oneVoice.
 */
export const filterOffers = (
  book: Book,
  now: Instant,
  constraints: Constraints,
  cellOf?: (offer: BookOffer) => string,
): Filtered => {
  const excluded: Record<string, number> = {};
  const count = (reason: string, by: number): void => {
    if (by > 0) excluded[reason] = (excluded[reason] ?? 0) + by;
  };
  const ofGpu = offersOf(book, constraints.gpus);
  const ofPurchase = ofGpu.filter((offer) => constraints.purchases.has(offer.purchase));
  const clean = ofPurchase.filter((offer) => isOffer(offer, book));
  const standing = clean.filter((offer) => !isExpired(offer, book, now));
  const { speaking, silenced } = oneVoice(standing, book, now, cellOf);
  count("gpu", book.offers.length - ofGpu.length);
  count("purchase", ofGpu.length - ofPurchase.length);
  count("flagged", ofPurchase.length - clean.length);
  count("expired", clean.length - standing.length);
  count("better_source", silenced.length);
  const checks = activeChecks(constraints, book, now);
  const passing = speaking.filter((offer) => {
    const failed = firstFailed(offer, checks);
    if (failed !== null) count(failed, 1);
    return failed === null;
  });
  const resold = findResold(passing, book, now);
  count("reseller", resold.size);
  return { offers: resold.size === 0 ? passing : passing.filter((offer) => !resold.has(offer)), excluded };
};

const firstFailed = (offer: BookOffer, checks: readonly Check[]): string | null => {
  for (const { constraint, test } of checks) {
    const verdict = test(offer);
    if (verdict === null) return `${constraint}_unknown`;
    if (!verdict) return constraint;
  }
  return null;
};
