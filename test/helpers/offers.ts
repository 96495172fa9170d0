import { type Book, type BookOffer, buildBook, type SourceState } from "../../src/domain/book.ts";
import { minute } from "../../src/domain/time.ts";
import { validityOf } from "../../src/domain/validity.ts";
import { anOffer } from "./tape.ts";

/** The market time of every test book. */
export const t0 = Date.UTC(2026, 7, 1);

/** A whole 8-GPU host at 2 USD per GPU-hour, told exactly; `id` names listing and offer. */
export const bookOffer = (id: string, changes: Partial<BookOffer> = {}): BookOffer => ({
  listingId: id,
  listingNo: Number.parseInt(id.replace(/\D/g, ""), 10) || 1,
  firstSeenAt: t0 - 60 * minute,
  changedAt: t0 - 60 * minute,
  ...anOffer({ source: "acme", offerId: id, observedAt: t0 }),
  ...changes,
});

/** A direct source that was complete two minutes ago and runs every ten. */
export const sourceState = (source: string, changes: Partial<SourceState> = {}): SourceState => {
  const state = {
    source,
    kind: "direct",
    everyMinutes: 10,
    lastGoodAt: t0 - 2 * minute,
    completeness: "complete",
    blindScopes: [],
    failing: false,
    ...changes,
  } as const;
  const { lastGoodAt: observedAt, kind, everyMinutes } = state;
  const pull = { kind, everyMinutes, origin: kind === "import" ? kind : "live" } as const;
  const validity = observedAt === null ? null : validityOf({ ...pull, observedAt, finishedAt: observedAt });
  return { validity, ...state };
};

/** A book of these offers; every source they name is healthy unless given. */
export const bookOf = (offers: readonly BookOffer[], sources: readonly SourceState[] = []): Book => {
  const named = [...new Set(offers.map((offer) => offer.source))].map((source) => sourceState(source));
  const states = new Map([...named, ...sources].map((state) => [state.source, state]));
  return buildBook(offers, states, { version: 1, at: t0, asOf: t0 });
};
