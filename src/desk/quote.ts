import type { Book, BookOffer } from "../domain/book.ts";
import { toMicros } from "../domain/money.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";
import { AppError } from "../errors.ts";
import { type Bill, billFor, type Leg, usdPerUsedHour } from "./bill.ts";
import { type Cover, cover, type NoCover } from "./cover.ts";
import { type Filtered, filterOffers } from "./eligible.ts";
import { ageFor, capFor, figuresThatDo, type Relaxation, relaxationsText } from "./relax.ts";
import { checkAmounts } from "./request.ts";
import { warningsFor } from "./warnings.ts";
import { basisPointsText, dollarText, oldestText, plural, purchaseText } from "./words.ts";

export interface BuyQuoteRequest {
  /** Ids with family members; the GPUs of a family may mix. */
  readonly gpu_ids: ReadonlySet<string>;
  readonly gpus: number;
  readonly hours: number;
  readonly purchase: Purchase;
  readonly tier?: Tier | undefined;
  /** Hard: no listing above it, and no more than it for each GPU asked where hosts are sold whole. */
  readonly max_usd_per_gpu_hour?: number | undefined;
  /** Hard: no price that was confirmed longer ago. */
  readonly max_age_hours?: number | undefined;
  readonly executable_only?: boolean | undefined;
}

export interface BuyQuote {
  readonly gpus: number;
  readonly hours: number;
  /** Cost per hour divided by the GPUs asked for. */
  readonly vwap_usd_per_gpu_hour: number;
  readonly usd_per_hour: number;
  readonly total_usd: number;
  readonly legs: readonly Leg[];
  readonly gpus_rented: number;
  readonly worst_age_s: number | null;
  readonly executable: boolean;
  /** The lowest price among what can serve, whatever its size. */
  readonly best_usd_per_gpu_hour: number;
  /** How far the average lies above the best price, in basis points. */
  readonly slippage_bps: number;
  /** Offers of the book that took no part, by reason; with `considered` they add up to the book. */
  readonly excluded: Readonly<Record<string, number>>;
  readonly considered: number;
  readonly warnings: readonly string[];
  readonly why: readonly string[];
}

/**
 * The cheapest way to buy GPUs for some hours from the book as it stands. Stale offers serve only where current ones
 * cannot, and are then marked. Throws `bad_input` for amounts that are not positive, `impossible` with the counts of
 * what was left out where nothing covers the request.
 */
export const buyQuote = (book: Book, request: BuyQuoteRequest, now: Instant): BuyQuote => {
  checkAmounts(request);
  const solved = solve(book, request, now);
  const { offers, filtered, found } = solved;
  if (found.reason !== null) throw noSupply(request, filtered, found, relaxationsOf(book, request, now));
  const bill = billFor(found, request.hours, book, now);
  if (bill.usdPerHour / request.gpus > (request.max_usd_per_gpu_hour ?? Number.POSITIVE_INFINITY)) {
    throw aboveCap(request, filtered, bill);
  }
  return asQuote(request, { offers, found, bill, excluded: withStale(filtered, offers) }, book, now);
};

interface Solved {
  readonly filtered: Filtered;
  /** What could serve: current offers alone where they do. */
  readonly offers: readonly BookOffer[];
  readonly found: Cover | NoCover;
}

const solve = (book: Book, request: BuyQuoteRequest, now: Instant): Solved => {
  const filtered = filterOffers(book, now, {
    gpus: request.gpu_ids,
    purchases: new Set([request.purchase]),
    tier: request.tier,
    maxUsdPerGpuHour: request.max_usd_per_gpu_hour,
    maxAgeHours: request.max_age_hours,
    executableOnly: request.executable_only,
  });
  const current = filtered.offers.filter((offer) => isCurrent(offer, book, now));
  const fresh = coverFor(current, request);
  if (fresh.reason === null) return { filtered, offers: current, found: fresh };
  return { filtered, offers: filtered.offers, found: coverFor(filtered.offers, request) };
};

const givable = ["tier", "max_usd_per_gpu_hour", "max_age_hours", "executable_only"] as const;

/** Constraints that were given and, given up alone, would leave a cover. */
const relaxationsOf = (book: Book, request: BuyQuoteRequest, now: Instant): Relaxation[] =>
  givable
    .filter((field) => request[field] !== undefined && request[field] !== false)
    .flatMap((constraint) => {
      const { found } = solve(book, { ...request, [constraint]: undefined }, now);
      if (found.reason !== null) return [];
      const bill = billFor(found, request.hours, book, now);
      const figure = { max_usd_per_gpu_hour: capFor(bill, request.gpus), max_age_hours: ageFor(bill) };
      return [{ constraint, wouldDo: figure[constraint as keyof typeof figure] ?? null }];
    });

const coverFor = (offers: readonly BookOffer[], { gpus, hours }: BuyQuoteRequest): Cover | NoCover =>
  cover(offers, gpus, { costOf: (offer) => usdPerUsedHour(offer, hours) });

const withStale = (
  { offers, excluded }: Filtered,
  used: readonly BookOffer[],
): Readonly<Record<string, number>> =>
  used.length < offers.length ? { ...excluded, stale: offers.length - used.length } : excluded;

interface Answer {
  readonly offers: readonly BookOffer[];
  readonly found: Cover;
  readonly bill: Bill;
  readonly excluded: Readonly<Record<string, number>>;
}

const asQuote = (request: BuyQuoteRequest, answer: Answer, book: Book, now: Instant): BuyQuote => {
  const { offers, found, bill, excluded } = answer;
  const { gpus, hours } = request;
  const vwap = toMicros(bill.usdPerHour / gpus);
  const best = bestPrice(offers) ?? vwap;
  const quote = {
    gpus,
    hours,
    vwap_usd_per_gpu_hour: vwap,
    usd_per_hour: bill.usdPerHour,
    total_usd: bill.totalUsd,
    legs: bill.legs,
    gpus_rented: bill.gpusRented,
    worst_age_s: bill.worstAgeS,
    executable: bill.executable,
    best_usd_per_gpu_hour: best,
    slippage_bps: (vwap / best - 1) * 1e4,
    excluded,
    considered: offers.length,
    warnings: warningsFor(found.legs, bill, request, book, now),
  };
  return { ...quote, why: whyOf(quote) };
};

const bestPrice = (offers: readonly BookOffer[]): number | undefined =>
  offers.find((offer) => offer.availableGpus === null || offer.availableGpus >= offer.minGpus)?.usdPerGpuHour;

const whyOf = (quote: Omit<BuyQuote, "why">): string[] => {
  const providers = new Set(quote.legs.map((leg) => leg.provider)).size;
  return [
    `${plural(quote.gpus, "GPU")} cost ${dollarText(quote.usd_per_hour)} per hour, ${dollarText(quote.vwap_usd_per_gpu_hour)} per GPU-hour, and ${dollarText(quote.total_usd)} for ${quote.hours} h.`,
    `They come from ${plural(quote.legs.length, "listing")} of ${plural(providers, "provider")}; ${plural(quote.considered, "offer")} could serve.`,
    `The best price is ${dollarText(quote.best_usd_per_gpu_hour)}; the average lies ${basisPointsText(quote.slippage_bps)} above it.`,
    oldestText(quote.worst_age_s),
  ];
};

const noSupply = (
  { gpus, purchase }: BuyQuoteRequest,
  { excluded }: Filtered,
  { available }: NoCover,
  found: readonly Relaxation[],
): AppError =>
  new AppError(
    "impossible",
    `${plural(gpus, "GPU")} (${purchaseText(purchase)}) cannot be covered: ${available} available.${found.length === 0 ? "" : ` Possible without ${relaxationsText(found)}.`}`,
    {
      details: {
        reason: "insufficient_supply",
        constraints: found.map(({ constraint }) => constraint),
        would_do: figuresThatDo(found),
        available_gpus: available,
        excluded,
      },
    },
  );

const aboveCap = (request: BuyQuoteRequest, { excluded }: Filtered, bill: Bill): AppError =>
  new AppError(
    "impossible",
    `max_usd_per_gpu_hour: hosts are sold whole, so ${plural(request.gpus, "GPU")} need ${bill.gpusRented} rented and cost ${dollarText(bill.usdPerHour / request.gpus)} per GPU-hour, above ${dollarText(request.max_usd_per_gpu_hour!)}.`,
    {
      details: {
        reason: "max_usd_per_gpu_hour",
        constraints: ["max_usd_per_gpu_hour"],
        would_do: { max_usd_per_gpu_hour: capFor(bill, request.gpus) },
        available_gpus: bill.gpusRented,
        excluded,
      },
    },
  );
