import type { Book, BookOffer } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";
import type { Bill, Leg } from "./bill.ts";
import type { CoverLeg } from "./cover.ts";
import { plural } from "./words.ts";

/** What a buyer must know before trusting a cover, most serious first; empty when there is nothing. */
export const warningsFor = (
  legs: readonly CoverLeg[],
  bill: Bill,
  asked: { readonly gpus: number; readonly hours: number },
  book: Book,
  now: Instant,
): string[] => {
  const offers = legs.map((leg) => leg.offer);
  const old = offers.filter((offer) => !isCurrent(offer, book, now));
  return [
    ...about(
      old.map(idOf),
      (ids) => `${ids}: not confirmed for over twice the interval of the source; indicative`,
    ),
    ...about(
      idsWhere(bill.legs, (leg) => !leg.stock_known),
      (ids) => `${ids}: stock unknown, the venue does not count its free GPUs`,
    ),
    ...(bill.executable
      ? []
      : [
          `indicative: ${plural(idsWhere(bill.legs, (leg) => !leg.executable).length, "leg")} of ${bill.legs.length} cannot be ordered at this price with certainty`,
        ]),
    ...about(
      idsWhere(bill.legs, (leg) => leg.billed_hours > asked.hours),
      (ids) => `${ids}: billed for a minimum stay longer than the ${asked.hours} h asked`,
    ),
    ...(bill.gpusRented > asked.gpus
      ? [`rents ${bill.gpusRented} GPUs for the ${asked.gpus} asked, as hosts are sold whole`]
      : []),
    ...about(
      idsWhere(bill.legs, (leg) => leg.tier === "community"),
      (ids) => `${ids}: hosts run by members of the venue (community tier)`,
    ),
    ...about(
      idsWhere(bill.legs, (leg) => leg.purchase === "spot"),
      () => "spot can be interrupted; the cost of interruptions is not in the price",
    ),
  ];
};

const idOf = (offer: BookOffer): string => offer.listingId;

const idsWhere = (legs: readonly Leg[], test: (leg: Leg) => boolean): string[] =>
  legs.filter(test).map((leg) => leg.listing_id);

const about = (ids: readonly string[], say: (ids: string) => string): string[] =>
  ids.length === 0 ? [] : [say(ids.join(", "))];
