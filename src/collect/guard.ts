import type { Book, BookOffer } from "../domain/book.ts";
import { listingKey, type Offer } from "../domain/offer.ts";
import { readHeld } from "../store/read-held.ts";
import type { Tape } from "../store/tape.ts";
import { inSteps } from "./in-steps.ts";
import type { SourceRun } from "./run-source.ts";

export interface GuardTools {
  readonly tape: Tape;
  /** The book before the pull. */
  readonly book: Book;
}

/** Fewer live listings than this say nothing by half of them going. */
const enoughToShrink = 20;
/** Fewer live listings of a kind than this say nothing by all of them going. */
const enoughOfAKind = 2;

/**
 * A changed payload must not look like a changed market: what a pull lacks is unknown first where the payload is the
 * likelier cause, and the pull is then `partial`.
 *
 * - It shows less than half of at least 20 listings that were live (a filter, a page or a tenant gone wrong).
 * - It shows none of at least two that were live of a kind (provider, purchase, tier and term).
 * - It has more rows that could not be read, for some reason, than the last pull that showed the listing, which may be
 *   among them.
 *
 * The first two are believed when the next pull says the same; the third holds as long as it lasts. A run that saw
 * nothing, or is blind everywhere, is left as it is.
 */
export const guarded = async (run: SourceRun, tools: GuardTools): Promise<SourceRun> => {
  if (run.status === "failed" || run.status === "empty" || run.blindScopes === "*") return run;
  const { shown, repeats } = await shownBy(run.offers, tools.tape);
  const live: BookOffer[] = [];
  await inSteps(tools.book.offers, (offer) => {
    if (offer.source === run.source) live.push(offer);
  });
  const missing = live.filter(({ listingNo }) => !shown.has(listingNo));
  if (live.length >= enoughToShrink && missing.length * 2 > live.length)
    return partial(run, { blindScopes: "*" }, shrunken(live.length - missing.length, live.length));
  const kinds = vanished(live, missing);
  const unread = { ...run, rejects: reasonsOf(run, repeats) };
  const hidden = (await readHeld(tools.tape.database, unread)).filter((listingNo) => !shown.has(listingNo));
  const held = [...new Set([...kinds.flatMap(({ listings }) => listings), ...hidden])];
  if (held.length === 0) return run;
  const notes = [...kinds.map(inWords), ...(hidden.length === 0 ? [] : [hiding(hidden.length)])];
  return partial(run, { held }, notes.join("; "));
};

/** How many rows could not be read, by reason; a list that moves while it is paged repeats rows and leaves others out. */
const reasonsOf = ({ rejects }: SourceRun, repeats: number): ReadonlyMap<string, number> => {
  const reasons = new Map<string, number>(repeats === 0 ? [] : [["duplicate", repeats]]);
  for (const { reason } of rejects) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return reasons;
};

const partial = (run: SourceRun, changes: Partial<SourceRun>, note: string): SourceRun => ({
  ...run,
  ...changes,
  status: "partial",
  note: run.note === null ? note : `${run.note}; ${note}`,
});

const shrunken = (shown: number, live: number): string =>
  `shows ${shown} where ${live} were live; the rest is unknown until the next pull`;

const hiding = (listings: number): string =>
  `${listings} listings that it lacks may be among the rows that could not be read, which are more than before`;

/** Listings that the offers are, and how many offers repeat one of their own pull. */
const shownBy = async (
  offers: readonly Offer[],
  { catalog }: Tape,
): Promise<{ shown: ReadonlySet<number>; repeats: number }> => {
  const keys = new Set<string>();
  const shown = new Set<number>();
  await inSteps(offers, (offer) => {
    const key = listingKey(offer);
    keys.add(key);
    const listing = catalog.byKey.get(key);
    if (listing) shown.add(listing.listingNo);
  });
  return { shown, repeats: offers.length - keys.size };
};

interface Kind {
  readonly name: string;
  readonly listings: readonly number[];
}

const kindOf = ({ provider, purchase, tier, termMonths }: BookOffer): string =>
  [
    ...[provider, purchase],
    ...(tier === null ? [] : [tier]),
    ...(termMonths === null ? [] : [`${termMonths} months`]),
  ].join(" ");

/** Kinds with enough live listings of which none is shown. */
const vanished = (live: readonly BookOffer[], missing: readonly BookOffer[]): Kind[] => {
  const [all, gone] = [byKind(live), byKind(missing)];
  return [...gone]
    .filter(
      ([name, listings]) => listings.length >= enoughOfAKind && listings.length === all.get(name)!.length,
    )
    .map(([name, listings]) => ({ name, listings }));
};

const byKind = (offers: readonly BookOffer[]): ReadonlyMap<string, readonly number[]> => {
  const kinds = new Map<string, number[]>();
  for (const offer of offers) {
    const kind = kindOf(offer);
    const known = kinds.get(kind);
    if (known) known.push(offer.listingNo);
    else kinds.set(kind, [offer.listingNo]);
  }
  return kinds;
};

const inWords = ({ name, listings }: Kind): string =>
  `shows none of the ${listings.length} listings that were live of ${name}; they are unknown until the next pull`;
