import { day, hour, hoursAMonth, type Instant } from "../../domain/time.ts";
import { isPositive } from "../is-positive.ts";
import { chiSquaredQuantileAbove } from "../statistics/distributions.ts";
import { bounded, type Estimate, estimated, intervalLevel, refused } from "../statistics/estimate.ts";

export interface DatedPrice {
  readonly at: Instant;
  readonly usdPerGpuHour: number;
}

export type WalkReason = "too_few_changes";

/** What a history of prices says of the random walk of ln p behind it. */
export interface WalkEstimate {
  /** Mean change of ln p a month. */
  readonly driftPerMonth: Estimate<WalkReason>;
  /** Standard deviation of the change of ln p over a month. */
  readonly volatilityPerMonth: Estimate<WalkReason>;
  /** Changes over a week or, across a gap, longer. */
  readonly changes: number;
  /** Months they span together. */
  readonly months: number;
}

/** Changes below which a history is not believed. */
export const minChanges = 8;

const weekMs = 7 * day;
const monthMs = hoursAMonth * hour;

interface Change {
  readonly log: number;
  readonly months: number;
}

/**
 * Drift and volatility of ln p a month with 95 % intervals, from changes that do not overlap, counted back from the
 * newest price by a week each; a change over a gap counts with its true length. Exact for a random walk. Prices that
 * are not finite and positive are left out. Fewer than 8 changes, none included: `too_few_changes`.
 */
export const estimateWalk = (history: readonly DatedPrice[]): WalkEstimate => {
  const changes = weeklyChanges(history);
  const n = changes.length;
  const months = changes.reduce((sum, change) => sum + change.months, 0);
  if (n < minChanges) {
    const none = refused<WalkReason>("too_few_changes", n);
    return { driftPerMonth: none, volatilityPerMonth: none, changes: n, months };
  }
  const drift = changes.reduce((sum, change) => sum + change.log, 0) / months;
  const squares = changes.reduce(
    (sum, change) => sum + (change.log - drift * change.months) ** 2 / change.months,
    0,
  );
  const freedom = n - 1;
  const error = Math.sqrt(squares / freedom / months);
  return {
    driftPerMonth: { ...estimated(drift, error, n, { degreesOfFreedom: freedom }), reason: null },
    volatilityPerMonth: volatilityOf(squares, n),
    changes: n,
    months,
  };
};

const volatilityOf = (squares: number, n: number): Estimate<WalkReason> => {
  const tail = (1 - intervalLevel) / 2;
  const at = (p: number): number => Math.sqrt(squares / chiSquaredQuantileAbove(p, n - 1));
  return bounded(Math.sqrt(squares / (n - 1)), at(tail), at(1 - tail), n);
};

const weeklyChanges = (history: readonly DatedPrice[]): Change[] => {
  const sound = history.filter(({ at, usdPerGpuHour }) => Number.isFinite(at) && isPositive(usdPerGpuHour));
  const newestFirst = [...sound].sort((a, b) => b.at - a.at);
  const changes: Change[] = [];
  let later = newestFirst[0];
  for (const earlier of newestFirst) {
    if (later === undefined || later.at - earlier.at < weekMs) continue;
    const log = Math.log(later.usdPerGpuHour / earlier.usdPerGpuHour);
    changes.push({ log, months: (later.at - earlier.at) / monthMs });
    later = earlier;
  }
  return changes;
};
