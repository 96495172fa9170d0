import type { Book } from "../domain/book.ts";
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
  const old = legs.map((leg) => leg.offer).filter((offer) => !isCurrent(offer, book, now));
  return [
    ...about(
      old,
      (sellers) => `${sellers}: not confirmed for over twice the interval of the source; indicative`,
    ),
    ...about(
      bill.legs.filter((leg) => !leg.stock_known),
      (sellers) => `${sellers}: stock unknown, the venue does not count its free GPUs`,
    ),
    ...(bill.executable
      ? []
      : [
          `indicative: ${plural(bill.legs.filter((leg) => !leg.executable).length, "leg")} of ${bill.legs.length} cannot be ordered at this price with certainty`,
        ]),
    ...about(
      bill.legs.filter((leg) => leg.billed_hours > asked.hours),
      (sellers) => `${sellers}: billed for a minimum stay longer than the ${asked.hours} h asked`,
    ),
    ...(bill.gpusRented > asked.gpus
      ? [`rents ${bill.gpusRented} GPUs for the ${asked.gpus} asked, as hosts are sold whole`]
      : []),
    ...about(
      bill.legs.filter((leg) => leg.tier === "community"),
      (sellers) => `${sellers}: hosts run by members of the venue (community tier)`,
    ),
    ...about(
      bill.legs.filter((leg) => leg.purchase === "spot"),
      () => "spot can be interrupted; the cost of interruptions is not in the price",
    ),
  ];
};

/** Nothing where it is about no leg; which legs it is about is told by their own fields. */
const about = (legs: readonly Pick<Leg, "provider">[], say: (sellers: string) => string): string[] =>
  legs.length === 0 ? [] : [say([...new Set(legs.map(({ provider }) => provider))].join(", "))];
