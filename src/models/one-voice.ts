import { type Book, type BookOffer, beliefOf } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";

/** An offer one can take at its price: a whole card without flags, and no statistic made from other prices. */
export const isOffer = (offer: BookOffer, book: Book): boolean => {
  const kind = book.sources.get(offer.source)?.kind;
  return offer.flags.length === 0 && offer.gpuShare >= 1 && kind !== "statistic" && kind !== "rates";
};

export interface Voices {
  readonly speaking: readonly BookOffer[];
  /** Rows of a provider for which a better source speaks. */
  readonly silenced: readonly BookOffer[];
}

/**
 * One source speaks for a provider in a cell: current before stale, then direct, marketplace, aggregator, list,
 * import; ties by source id. `cellOf` names the cell beside provider and tier; default the purchase, so that the
 * offers given are one GPU or one family. A tier that is not told matches both tiers. Order is kept; empty gives
 * empty.
 */
export const oneVoice = (
  offers: readonly BookOffer[],
  book: Book,
  now: Instant,
  cellOf: (offer: BookOffer) => string = (offer) => offer.purchase,
): Voices => {
  const contested = ofSeveralSources(offers);
  if (contested.size === 0) return { speaking: offers, silenced: [] };
  const voiceOf = voices(book, now);
  const best = new Map<string, string>();
  for (const offer of offers) {
    if (!contested.has(offer.provider)) continue;
    const voice = voiceOf(offer);
    for (const key of heardAs(offer, cellOf(offer))) {
      if (voice < (best.get(key) ?? "~")) best.set(key, voice);
    }
  }
  const speaking: BookOffer[] = [];
  const silenced: BookOffer[] = [];
  for (const offer of offers) {
    const speaks =
      !contested.has(offer.provider) || voiceOf(offer) === best.get(keyOf(offer, cellOf(offer), offer.tier));
    (speaks ? speaking : silenced).push(offer);
  }
  return { speaking, silenced };
};

/** Providers that more than one source shows; most have one, and nothing to settle. */
const ofSeveralSources = (offers: readonly BookOffer[]): ReadonlySet<string> => {
  const sources = new Map<string, string>();
  const several = new Set<string>();
  for (const { provider, source } of offers) {
    const known = sources.get(provider);
    if (known === undefined) sources.set(provider, source);
    else if (known !== source) several.add(provider);
  }
  return several;
};

/** Sorts as text: staleness, rank of the source, its id. One look-up a source, not a row. */
const voices = (book: Book, now: Instant): ((offer: BookOffer) => string) => {
  const known = new Map<string, string>();
  return (offer) => {
    const cached = known.get(offer.source);
    if (cached !== undefined) return cached;
    const kind = book.sources.get(offer.source)?.kind;
    const voice = `${isCurrent(offer, book, now) ? 0 : 1}${kind === undefined ? 9 : beliefOf[kind]}:${offer.source}`;
    known.set(offer.source, voice);
    return voice;
  };
};

const keyOf = (offer: BookOffer, cell: string, tier: string | null): string =>
  `${offer.provider}|${cell}|${tier}`;

/** The tiers whose listeners hear this offer: its own and "not told", or all of them where it does not tell. */
const heardAs = (offer: BookOffer, cell: string): string[] =>
  (offer.tier === null ? ["secure", "community", null] : [offer.tier, null]).map((tier) =>
    keyOf(offer, cell, tier),
  );
