import type { Book, BookOffer } from "../domain/book.ts";
import { isPriceFlag, listingKey, type Offer } from "../domain/offer.ts";
import type { PriceBands } from "../domain/price-bands.ts";
import { day, type Instant } from "../domain/time.ts";
import { breathe } from "../store/database.ts";
import { type ListingPrices, readPriceHistory } from "../store/read-price-history.ts";
import type { Tape } from "../store/tape.ts";
import { doubtsOf, isLargeMove, type PriceHistory } from "./plausibility.ts";

const historyMs = 30 * day;
const stepRows = 2000;

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
  const onDemand = onDemandPrices(offers, book);
  const judged: Offer[] = [];
  for (const [index, offer] of offers.entries()) {
    const listingNo = moved.get(offer);
    const past = listingNo === undefined ? undefined : histories.get(listingNo);
    const doubts = doubtsOf({
      usdPerGpuHour: offer.usdPerGpuHour,
      observedAt,
      band: bands.of(offer.gpu),
      onDemand: offer.purchase === "spot" ? onDemand(offer) : [],
      history: past === undefined ? null : historyOf(offer.usdPerGpuHour, observedAt, past),
      others: past === undefined ? [] : pricesOfOthers(offer, book),
    });
    judged.push(doubts.length === 0 ? offer : { ...offer, flags: [...offer.flags, ...doubts] });
    if (index % stepRows === stepRows - 1) await breathe();
  }
  return judged;
};

/** Listings whose price moved much or was in doubt: only these need their history. */
const findMoved = async (
  offers: readonly Offer[],
  { catalog }: Tape,
  book: Book,
): Promise<Map<Offer, number>> => {
  const before = new Map<number, BookOffer>();
  const sources = new Set(offers.map(({ source }) => source));
  for (const offer of book.offers) if (sources.has(offer.source)) before.set(offer.listingNo, offer);
  const moved = new Map<Offer, number>();
  if (before.size === 0) return moved;
  for (const [index, offer] of offers.entries()) {
    const listing = catalog.byKey.get(listingKey(offer));
    const last = listing && before.get(listing.listingNo);
    if (last && (isLargeMove(offer.usdPerGpuHour, last.usdPerGpuHour) || last.flags.some(isPriceFlag)))
      moved.set(offer, last.listingNo);
    if (index % stepRows === stepRows - 1) await breathe();
  }
  return moved;
};

/** The history as it stands with the price of now. */
const historyOf = (price: number, now: Instant, past: ListingPrices): PriceHistory => {
  const { prices, median, spread } = past;
  return price === past.usdPerGpuHour
    ? { before: past.before, since: past.since, prices, median, spread }
    : { before: past.believed, since: now, prices, median, spread };
};

const pricesOfOthers = (offer: Offer, book: Book): number[] =>
  (book.byGpu.get(offer.gpu) ?? [])
    .filter(
      (other) =>
        other.provider !== offer.provider && other.purchase === offer.purchase && other.flags.length === 0,
    )
    .map(({ usdPerGpuHour }) => usdPerGpuHour);

/** Hosts of a marketplace set their prices apart, so a machine is compared with itself. */
const placeOf = ({ provider, gpu, machineId, region }: Offer): string =>
  `${provider}|${gpu}|${machineId ?? ""}|${machineId === null ? (region ?? "") : ""}`;

/** On-demand prices beside a spot price, in this pull and in the book. */
const onDemandPrices = (offers: readonly Offer[], book: Book): ((offer: Offer) => readonly number[]) => {
  if (!offers.some(({ purchase }) => purchase === "spot")) return () => [];
  const prices = new Map<string, number[]>();
  const add = (offer: Offer): void => {
    if (offer.purchase !== "on_demand" || offer.flags.length > 0) return;
    const key = placeOf(offer);
    const known = prices.get(key);
    if (known) known.push(offer.usdPerGpuHour);
    else prices.set(key, [offer.usdPerGpuHour]);
  };
  for (const offer of offers) add(offer);
  const [own] = offers;
  const providers = new Set(offers.map(({ provider }) => provider));
  for (const offer of book.offers)
    if (offer.source !== own?.source && providers.has(offer.provider)) add(offer);
  return (offer) => prices.get(placeOf(offer)) ?? [];
};
