import { type Instant, minute } from "../domain/time.ts";

/** When a source is due and how its last runs went. */
export interface Due {
  readonly source: string;
  readonly everyMinutes: number;
  readonly nextAt: Instant;
  readonly running: boolean;
  /** Runs in a row that failed or were empty. */
  readonly failures: number;
}

/** Failures in a row after which a source is tried less often. */
export const breakerOpensAt = 3;
/** The longest a broken source waits, in intervals. */
const longestWait = 16;

/** First due times: spread over `spreadMs`, so that sources do not start together; a recent pull counts. */
export const firstDue = (
  sources: readonly { readonly id: string; readonly everyMinutes: number }[],
  lastPulls: ReadonlyMap<string, Instant>,
  now: Instant,
  spreadMs: number,
): Due[] =>
  sources.map(({ id, everyMinutes }, index) => {
    const spread = now + Math.floor((index * spreadMs) / Math.max(1, sources.length));
    const last = lastPulls.get(id);
    const nextAt = last === undefined ? spread : Math.max(spread, last + everyMinutes * minute);
    return { source: id, everyMinutes, nextAt, running: false, failures: 0 };
  });

/** Sources that are due and not running, the longest overdue first. */
export const dueNow = (list: readonly Due[], now: Instant): Due[] =>
  list.filter((due) => !due.running && due.nextAt <= now).sort((a, b) => a.nextAt - b.nextAt);

/**
 * The entry after a run. A good run keeps the cadence (a late one does not shift it); from the third failure on
 * the wait doubles with each, up to 16 intervals: the breaker is open, and the next run is its probe.
 */
export const afterRun = (due: Due, good: boolean, now: Instant): Due => {
  const interval = due.everyMinutes * minute;
  const failures = good ? 0 : due.failures + 1;
  const wait = failures < breakerOpensAt ? 1 : Math.min(longestWait, 2 ** (failures - breakerOpensAt + 1));
  const missed = Math.max(0, Math.floor((now - due.nextAt) / interval));
  return { ...due, running: false, failures, nextAt: due.nextAt + (missed + wait) * interval };
};

/** The breaker is open: the source is tried less often than its interval. */
export const isBroken = (due: Due): boolean => due.failures >= breakerOpensAt;
