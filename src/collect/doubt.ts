import { medianSorted } from "simple-statistics";
import type { Book, BookOffer } from "../domain/book.ts";
import { listingKey, type Offer, type OfferFlag } from "../domain/offer.ts";
import { doubtsOf, isLargeMove, type PriceHistory } from "../domain/plausibility.ts";
import type { PriceBands } from "../domain/price-bands.ts";
import { day, type Instant } from "../domain/time.ts";
import { type ListingPrices, readPriceHistory } from "../store/read-price-history.ts";
import type { Tape } from "../store/tape.ts";
import { inSteps } from "./in-steps.ts";
import { tierEvidence } from "./tier-evidence.ts";

const historyMs = 30 * day;

export interface DoubtTools {
  readonly tape: Tape;
  /** The book before the pull. */
  readonly book: Book;
  readonly bands: PriceBands;
}

/**
 * Offers of a pull with the doubts about their prices among their flags. Order is kept; those without doubt are the
 * same objects. Empty gives empty.
 */
export const withDoubts = async (
  offers: readonly Offer[],
  observedAt: Instant,
  { tape, book, bands }: DoubtTools,
): Promise<Offer[]> => {
  const moved = await findMoved(offers, tape, book);
  const span = { from: observedAt - historyMs, until: observedAt };
  const histories = await readPriceHistory(tape.database, [...moved.values()], span);
  const onDemand = await onDemandPrices(offers, book);
  const othersOf = levels(book);
  const tiersOf = await tierEvidence(offers, book, bands);
  const judged: Offer[] = [];
  await inSteps(offers, (offer) => {
    const { usdPerGpuHour, purchase, gpu } = offer;
    const listingNo = moved.get(offer);
    const past = listingNo === undefined ? undefined : histories.get(listingNo);
    const besides = purchase === "spot" ? onDemand.get(placeOf(offer)) : undefined;
    const band = bands.of(gpu);
    // Most prices are like this, and a pull can bring a hundred thousand.
    const isPlain = usdPerGpuHour >= band.low && usdPerGpuHour <= band.high;
    const tiers = tiersOf(offer);
    if (isPlain && past === undefined && besides === undefined && tiers === null) {
      judged.push(offer);
      return;
    }
    const doubts = doubtsOf({
      usdPerGpuHour,
      observedAt,
      band,
      onDemand: besides ?? none,
      ...tiers,
      history: past === undefined ? null : historyOf(usdPerGpuHour, observedAt, past),
      others: past === undefined ? null : othersOf(offer),
    });
    judged.push(doubts.length === 0 ? offer : { ...offer, flags: [...offer.flags, ...doubts] });
  });
  return judged;
};

const none: readonly number[] = [];

/** Listings whose price moved much or was in doubt: only these need their history. */
const findMoved = async (
  offers: readonly Offer[],
  { catalog }: Tape,
  book: Book,
): Promise<Map<Offer, number>> => {
  const before = new Map<number, BookOffer>();
  const moved = new Map<Offer, number>();
  const source = offers[0]?.source;
  await inSteps(book.offers, (offer) => {
    if (offer.source === source) before.set(offer.listingNo, offer);
  });
  if (before.size === 0) return moved;
  await inSteps(offers, (offer) => {
    const listing = catalog.byKey.get(listingKey(offer));
    const last = listing && before.get(listing.listingNo);
    if (last && (isLargeMove(offer.usdPerGpuHour, last.usdPerGpuHour) || last.flags.some(isOfTime)))
      moved.set(offer, last.listingNo);
  });
  return moved;
};

/** Doubts that time takes back. */
const isOfTime = (flag: OfferFlag): boolean => flag === "price_jump" || flag === "price_outlier";

/** The history as it stands with the price of now. */
const historyOf = (price: number, now: Instant, past: ListingPrices): PriceHistory => {
  const { prices, median, spread } = past;
  return price === past.usdPerGpuHour
    ? { before: past.before, since: past.since, prices, median, spread }
    : { before: past.believed, since: now, prices, median, spread };
};

/** Median price of the other providers of a GPU and purchase; once for each provider, not for each offer. */
const levels = (book: Book): ((offer: Offer) => number | null) => {
  const known = new Map<string, number | null>();
  return (offer) => {
    const key = `${offer.provider}|${offer.gpu}|${offer.purchase}`;
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const prices = (book.byGpu.get(offer.gpu) ?? []).flatMap((other) =>
      other.provider !== offer.provider && other.purchase === offer.purchase && other.flags.length === 0
        ? [other.usdPerGpuHour]
        : [],
    );
    const level = prices.length === 0 ? null : medianSorted(prices);
    known.set(key, level);
    return level;
  };
};

/** Hosts of a marketplace set their prices apart, so a machine is compared with itself. */
const placeOf = ({ provider, gpu, machineId, region }: Offer): string =>
  machineId === null ? `${provider}|${gpu}||${region ?? ""}` : `${provider}|${gpu}|${machineId}`;

/** On-demand prices by place, in this pull and by other sources of its providers in the book; none without spot. */
const onDemandPrices = async (
  offers: readonly Offer[],
  book: Book,
): Promise<ReadonlyMap<string, readonly number[]>> => {
  const prices = new Map<string, number[]>();
  const [places, providers] = [new Set<string>(), new Set<string>()];
  await inSteps(offers, (offer) => {
    if (offer.purchase === "spot") places.add(placeOf(offer));
    providers.add(offer.provider);
  });
  if (places.size === 0) return prices;
  const add = (offer: Offer): void => {
    if (offer.purchase !== "on_demand" || offer.flags.length > 0) return;
    const key = placeOf(offer);
    if (!places.has(key)) return;
    const known = prices.get(key);
    if (known) known.push(offer.usdPerGpuHour);
    else prices.set(key, [offer.usdPerGpuHour]);
  };
  const source = offers[0]?.source;
  await inSteps(offers, add);
  await inSteps(book.offers, (offer) => {
    if (offer.source !== source && providers.has(offer.provider)) add(offer);
  });
  return prices;
};
