import type { BookOffer } from "../../domain/book.ts";
import { groupBy } from "../group-by.ts";
import { tenorOf } from "./tenor.ts";
import { breakEvenCostOfCapital, effectiveLevelRate, type UpfrontTerms } from "./upfront.ts";

/** An offer for a term as a point of a forward curve. */
export interface TermQuote extends UpfrontTerms {
  readonly offer: BookOffer;
  /** Rate without upfront payment that costs as much, USD per GPU-hour. */
  readonly levelRate: number;
  /**
   * Yearly cost of capital at which paying upfront costs as much as the provider's cheapest contract of the tenor
   * without; null where one of the two is not offered or no rate makes them even.
   */
  readonly breakEvenCostOfCapital: number | null;
  /** The provider's lowest of its tenor, which stands for it in the curve. */
  readonly isTaken: boolean;
}

/**
 * Offers for a term at a yearly cost of capital, by tenor (`tenorOf`), then level rate, then listing id. An upfront
 * share that is not told counts as none. Offers without a term, or whose terms make no sense, are left out; empty:
 * empty.
 */
export const termQuotes = (offers: readonly BookOffer[], annualRate: number): TermQuote[] => {
  const priced = offers.flatMap((offer) => {
    const terms = termsOf(offer);
    const levelRate = terms === null ? null : effectiveLevelRate(terms, annualRate);
    return terms === null || levelRate === null ? [] : [{ ...terms, offer, levelRate }];
  });
  const groups = groupBy(priced, ({ offer, months }) => JSON.stringify([offer.provider, months]));
  return [...groups.values()].flatMap(markGroup).sort(byTenor);
};

type Priced = Omit<TermQuote, "breakEvenCostOfCapital" | "isTaken">;

const termsOf = ({ termMonths, upfrontShare, usdPerGpuHour }: BookOffer): UpfrontTerms | null => {
  const months = tenorOf(termMonths);
  return months === null ? null : { usdPerGpuHour, months, upfrontShare: upfrontShare ?? 0 };
};

/** One provider's quotes of one tenor. */
const markGroup = (quotes: readonly Priced[]): TermQuote[] => {
  const [lowest] = [...quotes].sort(byTenor);
  const levels = quotes.flatMap(({ upfrontShare, levelRate }) => (upfrontShare === 0 ? [levelRate] : []));
  const level = levels.length === 0 ? null : Math.min(...levels);
  return quotes.map((quote) => ({
    ...quote,
    breakEvenCostOfCapital:
      level === null || quote.upfrontShare === 0 ? null : breakEvenCostOfCapital(quote, level),
    isTaken: quote === lowest,
  }));
};

const byTenor = (a: Priced, b: Priced): number =>
  a.months - b.months ||
  a.levelRate - b.levelRate ||
  (a.offer.listingId < b.offer.listingId ? -1 : a.offer.listingId > b.offer.listingId ? 1 : 0);
