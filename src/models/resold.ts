import { type Book, type BookOffer, gpusBehind } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";
import { groupBy } from "./group-by.ts";

/**
 * Offers of resellers whose capacity is also seen at its owner, with the owner's offer that stands for it: same
 * purchase and GPU (`gpuOf` can widen that to a family), current, by a source that sells it; the same region before others,
 * then the same size, then the first given. Only offers given count, so that an owner who is sold out or filtered away
 * silences nobody. Empty gives empty.
 */
export const findResold = (
  offers: readonly BookOffer[],
  book: Book,
  now: Instant,
  gpuOf: (offer: BookOffer) => string = (offer) => offer.gpu,
): ReadonlyMap<BookOffer, BookOffer> => {
  const keyOf = (provider: string, offer: BookOffer): string =>
    `${provider}|${gpuOf(offer)}|${offer.purchase}`;
  const resellers = offers.filter(isResold);
  if (resellers.length === 0) return nobody;
  const owners = new Set(resellers.map(({ upstream }) => upstream!));
  const owned = groupBy(
    offers.filter(
      (offer) =>
        owners.has(offer.provider) &&
        gpusBehind(offer) > 0 &&
        isSeenDirectly(offer, book) &&
        isCurrent(offer, book, now),
    ),
    (offer) => keyOf(offer.provider, offer),
  );
  const resold = new Map<BookOffer, BookOffer>();
  for (const offer of resellers) {
    const direct = nearest(offer, owned.get(keyOf(offer.upstream!, offer)) ?? []);
    if (direct) resold.set(offer, direct);
  }
  return resold;
};

const nobody: ReadonlyMap<BookOffer, BookOffer> = new Map();

const isResold = ({ upstream, provider }: BookOffer): boolean => upstream !== null && upstream !== provider;

const isSeenDirectly = (offer: BookOffer, book: Book): boolean => {
  const kind = book.sources.get(offer.source)?.kind;
  return kind === "direct" || kind === "marketplace";
};

const nearest = (offer: BookOffer, candidates: readonly BookOffer[]): BookOffer | undefined => {
  const score = (direct: BookOffer): number =>
    (sameRegion(offer, direct) ? 0 : 2) + (offer.gpuCount === direct.gpuCount ? 0 : 1);
  return candidates.reduce<BookOffer | undefined>(
    (best, direct) => (best === undefined || score(direct) < score(best) ? direct : best),
    undefined,
  );
};

const sameRegion = (a: BookOffer, b: BookOffer): boolean =>
  a.region !== null && a.region.toLowerCase() === b.region?.toLowerCase();
