import { ageSeconds, type Book, type BookOffer, isExecutable } from "../domain/book.ts";
import { inCents, toMicros } from "../domain/money.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import { hoursAMonth, type Instant } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";
import type { Cover, CoverLeg } from "./cover.ts";
import { dollarText } from "./words.ts";

/** GPUs of one listing within a quote or plan. */
export interface Leg {
  readonly listing_id: string;
  readonly provider: string;
  readonly source: string;
  readonly region: string | null;
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly tier: Tier | null;
  readonly gpus: number;
  readonly usd_per_gpu_hour: number;
  /** All GPUs of the leg together. */
  readonly usd_per_hour: number;
  /** Hours that are paid: more than asked where the listing has a minimum stay or a term. */
  readonly billed_hours: number;
  /** Null: the source never had a good pull. */
  readonly age_s: number | null;
  /** Its price is current. */
  readonly fresh: boolean;
  readonly executable: boolean;
  readonly stock_known: boolean;
}

export interface CostLine {
  readonly label: string;
  readonly usd: number;
}

/** A cover with its price over the hours asked. */
export interface Bill {
  readonly legs: readonly Leg[];
  readonly gpusRented: number;
  readonly usdPerHour: number;
  /** One line a leg, to the cent; their cents add up to totalUsd. */
  readonly costLines: readonly CostLine[];
  readonly totalUsd: number;
  /** Age of the oldest leg; null where one is unknown. */
  readonly worstAgeS: number | null;
  /** Every leg can be ordered now. */
  readonly executable: boolean;
}

/** Hours that are paid for `hours` of use: at least the minimum stay, and the whole term where there is one. */
export const billedHours = (offer: BookOffer, hours: number): number =>
  Math.max(
    hours,
    offer.minHours ?? 0,
    offer.purchase === "reserved" ? (offer.termMonths ?? 0) * hoursAMonth : 0,
  );

/** USD per GPU-hour of use, with what a minimum stay adds to a shorter use. */
export const usdPerUsedHour = (offer: BookOffer, hours: number): number =>
  (offer.usdPerGpuHour * billedHours(offer, hours)) / hours;

export const billFor = (cover: Cover, hours: number, book: Book, now: Instant): Bill => {
  const legs = cover.legs.map((leg) => asLeg(leg, hours, book, now));
  const exact = cover.legs.map(({ offer, gpus }) => gpus * offer.usdPerGpuHour * billedHours(offer, hours));
  const { amounts, total } = inCents(exact);
  const costLines = legs.map((leg, i) => ({ label: labelOf(leg), usd: amounts[i]! }));
  return {
    legs,
    gpusRented: cover.gpusRented,
    usdPerHour: toMicros(cover.usdPerHour),
    costLines,
    totalUsd: total,
    worstAgeS: legs.reduce<number | null>((worst, { age_s }) => oldest(worst, age_s), 0),
    executable: legs.every((leg) => leg.executable),
  };
};

const asLeg = ({ offer, gpus, stockKnown }: CoverLeg, hours: number, book: Book, now: Instant): Leg => ({
  listing_id: offer.listingId,
  provider: offer.provider,
  source: offer.source,
  region: offer.region,
  gpu: offer.gpu,
  purchase: offer.purchase,
  tier: offer.tier,
  gpus,
  usd_per_gpu_hour: offer.usdPerGpuHour,
  usd_per_hour: toMicros(gpus * offer.usdPerGpuHour),
  billed_hours: billedHours(offer, hours),
  age_s: ageSeconds(offer, book, now),
  fresh: isCurrent(offer, book, now),
  executable: isExecutable(offer, book, now, gpus),
  stock_known: stockKnown,
});

const oldest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);

const labelOf = ({ gpus, gpu, provider, usd_per_gpu_hour, billed_hours }: Leg): string =>
  `${gpus} x ${gpu} at ${provider}: ${dollarText(usd_per_gpu_hour)} per GPU-hour for ${billed_hours} h`;
