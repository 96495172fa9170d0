import type { BookOffer } from "../../domain/book.ts";
import { groupBy } from "../group-by.ts";
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

/** Months by which a term may miss a whole number of months and still be that tenor: 30 days are a month. */
const tolerance = 0.05;

/**
 * Offers for a term at a yearly cost of capital, by tenor, then level rate, then listing id. A term of about whole
 * months is of that tenor, since a forward between 30 days and a month would be noise; an upfront share that is not
 * told counts as none. Offers without a term, or whose terms make no sense, are left out; empty: empty.
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
  if (termMonths === null || !(termMonths > 0 && Number.isFinite(termMonths))) return null;
  const whole = Math.round(termMonths);
  const months = whole > 0 && Math.abs(termMonths - whole) <= tolerance ? whole : termMonths;
  return { usdPerGpuHour, months, upfrontShare: upfrontShare ?? 0 };
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
