import { hour, type Instant } from "../../domain/time.ts";

/** An observation of an index; null where it had no value, which is a row like any other. */
export interface IndexObservation {
  readonly at: Instant;
  readonly value: number | null;
}

export interface SettlementPeriod {
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  /** Time between observations that should be there. */
  readonly stepMs: number;
}

export interface PeriodRate {
  /** Time average over the period, in the unit of the observations; null with a reason. */
  readonly rate: number | null;
  readonly status: "settles" | "review" | null;
  /** Share of the expected observations that have a value, 0..1. */
  readonly coverage: number;
  readonly expected: number;
  readonly observed: number;
  /** Expected observations that a gap's past filled. */
  readonly filled: number;
  readonly reason: "empty_period" | "too_many_steps" | "low_coverage" | null;
}

export const settlesFrom = 0.98;
export const reviewFrom = 0.9;
const longestLookBackMs = 72 * hour;
const slack = 1e-12;
/** Hours of more than a century, minutes of two years. */
const mostSteps = 1_000_000;

/**
 * The rate that a period settles at: the average over its steps, a gap of length L filled with the mean of the
 * observations in the min(L, 72 h) before it (before the period too, where a gap may begin; where there is none the
 * gap's steps do not count). A step takes the last observation within it, of several at one instant the highest; a
 * last step that the period cuts counts for the time it has. Coverage of 98 % or more settles, of 90 % or more is for
 * review, below that null, `low_coverage`. Source: methods.md 1.6. Values that are not finite are missing. No step in
 * the period, or a step or bound that is not a number: null, `empty_period`. More than a million steps: null,
 * `too_many_steps`.
 */
export const periodRate = (
  observations: readonly IndexObservation[],
  { from, to, stepMs }: SettlementPeriod,
): PeriodRate => {
  const expected = stepMs > 0 && to > from ? Math.ceil((to - from) / stepMs) : 0;
  if (!Number.isFinite(expected) || expected === 0) return nothing("empty_period");
  if (expected > mostSteps) return nothing("too_many_steps");
  const known = observations
    .filter(({ at, value }) => Number.isFinite(at) && value !== null && Number.isFinite(value))
    .sort((a, b) => a.at - b.at || a.value! - b.value!) as { at: Instant; value: number }[];
  const steps = new Array<number | null>(expected).fill(null);
  for (const { at, value } of known)
    if (at >= from && at < to) steps[Math.floor((at - from) / stepMs)] = value;
  const observed = steps.filter((step) => step !== null).length;
  const full = fillGaps(steps, known, from, stepMs);
  const filled = full.filter((step) => step !== null).length - observed;
  const coverage = observed / expected;
  const isCovered = coverage >= reviewFrom - slack;
  return {
    rate: isCovered ? timeAverage(full, (to - from) / stepMs) : null,
    status: isCovered ? (coverage >= settlesFrom - slack ? "settles" : "review") : null,
    coverage,
    expected,
    observed,
    filled,
    reason: isCovered ? null : "low_coverage",
  };
};

const nothing = (reason: "empty_period" | "too_many_steps"): PeriodRate => ({
  rate: null,
  status: null,
  coverage: 0,
  expected: 0,
  observed: 0,
  filled: 0,
  reason,
});

/** Mean of the steps that have a value, the last of which lasts as long as the period, in steps, leaves it. */
const timeAverage = (steps: readonly (number | null)[], length: number): number => {
  let [sum, time] = [0, 0];
  for (const [i, step] of steps.entries()) {
    if (step === null) continue;
    const part = Math.min(1, length - i);
    sum += part * step;
    time += part;
  }
  return sum / time;
};

const fillGaps = (
  steps: readonly (number | null)[],
  known: readonly { readonly at: Instant; readonly value: number }[],
  from: Instant,
  stepMs: number,
): (number | null)[] => {
  const full = [...steps];
  for (let start = 0; start < steps.length; start++) {
    if (steps[start] !== null) continue;
    let end = start;
    while (end < steps.length && steps[end] === null) end++;
    const begins = start === 0 ? sinceWhen(known, from, stepMs) : from + start * stepMs;
    const lookBack = Math.min(from + end * stepMs - begins, longestLookBackMs);
    const before = known.filter(({ at }) => at >= begins - lookBack && at < begins);
    const fill = before.length > 0 ? before.reduce((sum, { value }) => sum + value, 0) / before.length : null;
    full.fill(fill, start, end);
    start = end;
  }
  return full;
};

/** The start of a gap that reaches the period from before: the step after the last observation. */
const sinceWhen = (known: readonly { readonly at: Instant }[], from: Instant, stepMs: number): Instant => {
  const last = known.findLast(({ at }) => at < from);
  return last === undefined ? from : from + (Math.floor((last.at - from) / stepMs) + 1) * stepMs;
};
