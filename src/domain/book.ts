import type { Completeness, Offer } from "./offer.ts";
import { idPlaces, orderedBy } from "./order.ts";
import type { Instant } from "./time.ts";
import { isCurrent, isCurrentState, type Validity } from "./validity.ts";

/** A live listing as the book holds it. The object is shared between books while nothing about it changes. */
export interface BookOffer extends Offer {
  readonly listingId: string;
  readonly listingNo: number;
  readonly firstSeenAt: Instant;
  /** When price, free GPUs or state last changed. */
  readonly changedAt: Instant;
}

/** `direct` and `marketplace` prices can be ordered; the others only indicate. */
export type SourceClass =
  | "direct"
  | "marketplace"
  | "aggregator"
  | "list"
  | "statistic"
  | "tokens"
  | "rates"
  | "import";

/** Who is believed first about a provider's prices and fleets: 0, then 1. Of two of a kind the first by id is. */
export const beliefOf: Readonly<Record<SourceClass, number>> = {
  direct: 0,
  marketplace: 1,
  aggregator: 2,
  list: 3,
  import: 4,
  statistic: 5,
  tokens: 6,
  rates: 7,
};

/** An order in which a query that gives so many rows at most leaves the dearest out, and nothing below them. */
export type CutOrder = "usd_per_gpu_hour";

/** What the book knows of a source's last pulls. */
export interface SourceState {
  readonly source: string;
  readonly kind: SourceClass;
  readonly everyMinutes: number;
  /** Last pull that was neither failed nor empty; null before the first. Age counts from here. */
  readonly lastGoodAt: Instant | null;
  /** How long what that pull saw stands (see validityOf); null before the first. */
  readonly validity: Validity | null;
  /** How complete that pull was. */
  readonly completeness: Completeness["state"] | null;
  /** What that pull could not see whole (Completeness.blindScopes). */
  readonly blindScopes: readonly string[] | "*";
  /** What rows of a cut answer of it are ordered by; absent where that is not known to be the price of one GPU. */
  readonly cutBy?: CutOrder;
  /** The last pull failed, whatever came before it. */
  readonly failing: boolean;
}

/** All live listings at one market time, an immutable value that is replaced after each pull. */
export interface Book {
  readonly version: number;
  /** Market time and knowledge time it stands for. */
  readonly at: Instant;
  readonly asOf: Instant;
  /** Sorted by price per GPU-hour, ties by listing id. */
  readonly offers: readonly BookOffer[];
  /** The offers of each GPU id, in the same order. A family holds its own rows only (see GpuTable.membersOf). */
  readonly byGpu: ReadonlyMap<string, readonly BookOffer[]>;
  readonly sources: ReadonlyMap<string, SourceState>;
}

/** Seconds since the offer was last confirmed; null when its source never had a good pull. */
export const ageSeconds = (offer: BookOffer, book: Book, now: Instant): number | null => {
  const confirmed = confirmedAt(offer, book);
  return confirmed === null ? null : Math.max(0, (now - confirmed) / 1000);
};

/** When the offer was last seen: its source's last good pull, or its own last change where that is later. */
export const confirmedAt = (offer: BookOffer, book: Book): Instant | null =>
  book.sources.get(offer.source)?.lastGoodAt ?? null;

/** What decides which of the same offers count: the kind of every source and whether it is current. */
export const voicesOf = (sources: ReadonlyMap<string, SourceState>, now: Instant): string =>
  [...sources.values()]
    .map((state) => `${state.source} ${state.kind} ${isCurrentState(state, now)}`)
    .join("\n");

/** Whether the last good pull of the offer's source could not see all of the market that the offer is part of. */
export const isSeenInPart = ({ source, scope }: BookOffer, book: Book): boolean => {
  const blind = book.sources.get(source)?.blindScopes ?? [];
  return blind === "*" || blind.includes(scope);
};

/** Whether what that pull could not see lies above the prices that it did see, and none of it between them. */
export const isCutByPrice = ({ source }: BookOffer, book: Book): boolean => {
  const state = book.sources.get(source);
  return state?.completeness === "truncated" && state.cutBy === "usd_per_gpu_hour";
};

/** Whether the offer is of an archive that does not say what it left out: it may show all there was, or not. */
export const isOfOpenArchive = ({ source }: BookOffer, book: Book): boolean =>
  isOpenArchive(book.sources.get(source));

/** Whether a source is an archive that does not say what it left out. */
export const isOpenArchive = (state: SourceState | undefined): boolean =>
  state?.kind === "import" && state.blindScopes === "*";

/**
 * Orderable at that price now: seen by a source that sells it, current, whole card, and with at least `gpus` free.
 * Where the venue does not tell how many are free, the offer is indicative.
 */
export const isExecutable = (offer: BookOffer, book: Book, now: Instant, gpus = offer.minGpus): boolean => {
  const kind = book.sources.get(offer.source)?.kind;
  const counted = offer.availableIs === "exact" || offer.availableIs === "floor";
  return (
    (kind === "direct" || kind === "marketplace") &&
    offer.flags.length === 0 &&
    counted &&
    (offer.availableGpus ?? 0) >= gpus &&
    isCurrent(offer, book, now)
  );
};

/** GPUs that stand behind the offer: those free where told, else the size of the offer. */
export const gpusBehind = (offer: BookOffer): number => offer.availableGpus ?? offer.gpuCount;

const byPrice = (a: BookOffer, b: BookOffer): number =>
  a.usdPerGpuHour - b.usdPerGpuHour || (a.listingId < b.listingId ? -1 : a.listingId > b.listingId ? 1 : 0);

/** Builds a book from unordered offers. Empty input gives an empty book. */
export const buildBook = (
  offers: readonly BookOffer[],
  sources: ReadonlyMap<string, SourceState>,
  { version, at, asOf }: { version: number; at: Instant; asOf: Instant },
): Book => {
  const sorted = orderedBy(offers, (offer) => offer.usdPerGpuHour, "asc", idPlaces(offers));
  return { version, at, asOf, offers: sorted, byGpu: groupByGpu(sorted), sources };
};

export interface Swap {
  readonly sources: ReadonlyMap<string, SourceState>;
  readonly at: Instant;
  /** Gives other work a turn between the steps of a large swap. */
  readonly breathe: () => Promise<void>;
}

/** Changes beyond this many are worth a pause between the steps of a swap. */
const largeSwap = 5000;

/**
 * The next book: `changed` replaces rows of the same listing, `gone` (listing numbers) leaves. Linear in the size of
 * the book and done in steps, so that a swap of 100,000 rows does not hold the event loop.
 */
export const nextBook = async (
  book: Book,
  changed: readonly BookOffer[],
  gone: ReadonlySet<number>,
  { sources, at, breathe }: Swap,
): Promise<Book> => {
  const pause = changed.length > largeSwap ? breathe : async () => undefined;
  const replaced = new Set<number>(gone);
  for (const { listingNo } of changed) replaced.add(listingNo);
  const kept =
    replaced.size === 0 ? book.offers : book.offers.filter(({ listingNo }) => !replaced.has(listingNo));
  await pause();
  const places = idPlaces(changed);
  await pause();
  const arrived = orderedBy(changed, (offer) => offer.usdPerGpuHour, "asc", places);
  await pause();
  const offers = merge(kept, arrived);
  await pause();
  const byGpu = offers === book.offers ? book.byGpu : groupByGpu(offers);
  return { version: book.version + 1, at, asOf: at, offers, byGpu, sources };
};

const merge = (left: readonly BookOffer[], right: readonly BookOffer[]): readonly BookOffer[] => {
  if (right.length === 0) return left;
  if (left.length === 0) return right;
  const merged: BookOffer[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const [a, b] = [left[i]!, right[j]!];
    if (byPrice(a, b) <= 0) {
      merged.push(a);
      i++;
    } else {
      merged.push(b);
      j++;
    }
  }
  while (i < left.length) merged.push(left[i++]!);
  while (j < right.length) merged.push(right[j++]!);
  return merged;
};

const groupByGpu = (sorted: readonly BookOffer[]): Map<string, BookOffer[]> => {
  const groups = new Map<string, BookOffer[]>();
  for (const offer of sorted) {
    const group = groups.get(offer.gpu);
    if (group) group.push(offer);
    else groups.set(offer.gpu, [offer]);
  }
  return groups;
};
