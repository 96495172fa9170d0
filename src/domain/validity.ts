import type { Book, BookOffer, SourceClass, SourceState } from "./book.ts";
import { day, type Instant } from "./time.ts";

/** Dated list prices stand this long after they were published. */
const listPriceMs = 30 * day;
/** Intervals of its source for which what a pull saw is current, at most until it expires. */
export const currentIntervals = 2;
/** A price that nobody confirmed for this long decides nothing. */
export const expiresAfterMs = 7 * day;

/** How long what a pull saw stands: written with the pull, read by everything that asks whether a price counts. */
export interface Validity {
  /** Until when it is current: statistics take it. */
  readonly currentUntil: Instant;
  /** From when on it is expired: it decides nothing. */
  readonly expiresAt: Instant;
}

export type PullOrigin = "live" | "import" | "backfill" | "replay";

/** What tells how long a pull's prices stand. */
export interface Confirmation {
  readonly kind: SourceClass;
  readonly origin: PullOrigin;
  readonly everyMinutes: number;
  readonly observedAt: Instant;
  /** When the pull was made, which for a backfill is long after what it saw. */
  readonly finishedAt: Instant;
}

/**
 * How long what a pull saw stands: current for twice the interval of its source, expired after 7 days; dated list
 * prices 30 days for both. What is expired is not current. An import expires when it is no longer current, and a
 * backfill says nothing of the time after it was made.
 */
export const validityOf = ({
  kind,
  origin,
  everyMinutes,
  observedAt,
  finishedAt,
}: Confirmation): Validity => {
  const expiresAt = observedAt + (kind === "list" ? listPriceMs : expiresAfterMs);
  const intervals = Math.round(currentIntervals * everyMinutes * 60) * 1000;
  const currentUntil = kind === "list" ? expiresAt : Math.min(observedAt + intervals, expiresAt);
  if (origin === "backfill") {
    const until = Math.min(currentUntil, finishedAt);
    return { currentUntil: until, expiresAt: until };
  }
  return { currentUntil, expiresAt: kind === "import" ? currentUntil : expiresAt };
};

/** Whether what a source last saw is current; false where it never saw anything. */
export const isCurrentState = (state: Pick<SourceState, "validity"> | undefined, now: Instant): boolean =>
  state?.validity != null && now < state.validity.currentUntil;

/** Young enough to count in a statistic: its source's last good pull is current. */
export const isCurrent = (offer: BookOffer, book: Book, now: Instant): boolean =>
  isCurrentState(book.sources.get(offer.source), now);

/**
 * Too long unconfirmed to decide anything: out of quotes, routes, best prices and curves. Not where nobody knows when
 * it was confirmed: that is not current, and says so.
 */
export const isExpired = (offer: BookOffer, book: Book, now: Instant): boolean => {
  const validity = book.sources.get(offer.source)?.validity;
  return validity != null && now >= validity.expiresAt;
};
