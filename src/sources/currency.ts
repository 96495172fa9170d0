import type { OfferDraft } from "../domain/offer.ts";
import type { Json } from "./read.ts";

/** What payloads call the currency of a price. */
const currencyFields = [
  "currency",
  "currency_code",
  "currencyCode",
  "price_currency",
  "priceCurrency",
] as const;

/**
 * The currency that an object names, in upper case; null where it names none. Something there that is no code (a
 * number, a sign) is given back as text, so that the price is refused and never taken for dollars.
 */
export const currencyIn = (row: Json): string | null => {
  for (const field of currencyFields) {
    const told = row[field];
    if (told != null && typeof told !== "object") return String(told).trim().toUpperCase();
  }
  return null;
};

/** The draft in the currency that a payload names, whatever its source is known for; as it is where that is none. */
export const inCurrency = (draft: OfferDraft, told: string | null): OfferDraft => {
  if (told === null || told === draft.currency) return draft;
  const unitRaw = draft.unitRaw.replace(/\b(USD?|EUR)\b/, told);
  return { ...draft, currency: told, unitRaw };
};
