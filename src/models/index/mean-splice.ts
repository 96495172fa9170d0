import { type IndexPoint, noPoint } from "./priced-observation.ts";

/** Daily periods that one fit looks back on. */
export const windowPeriods = 28;

/** Points of the observations of a window after period `start` up to and including `end`. */
export type WindowFit<T> = (window: readonly T[], start: number, end: number) => readonly IndexPoint[];

/**
 * A long index from fits of a rolling window: the first window is fitted as a whole; from then on the window ending
 * in each new period is put on the level of the window before by the geometric mean of the splices over every
 * period that both cover (of its logarithms before correction, for a correction joined in every window would add up
 * to a drift), and nothing published is revised. A window whose first periods cannot be compared with most of the
 * rest is fitted without them. Standard error and bounds of a later point are those against the first period of its
 * own window. Source: methods.md 1.3 (mean splice; Diewert, Fox 2018). Base = the first period that has a value.
 * Periods are whole numbers; one without observations has no value (`no_observations`). A window that shares no
 * valued period with the one before: `chain_broken` from there on. Empty gives empty.
 */
export const meanSplice = <T extends { readonly period: number }>(
  observations: readonly T[],
  fit: WindowFit<T>,
  length = windowPeriods,
): IndexPoint[] => {
  const sorted = observations
    .filter(({ period }) => Number.isInteger(period))
    .sort((a, b) => a.period - b.period);
  const [first, last] = [sorted[0]?.period, sorted.at(-1)?.period];
  if (first === undefined || last === undefined) return [];
  let [start, stop] = [0, 0];
  const fitUntil = (end: number): readonly IndexPoint[] => {
    while (stop < sorted.length && sorted[stop]!.period <= end) stop++;
    while (start < stop && sorted[start]!.period <= end - length) start++;
    return fitLargest(sorted.slice(start, stop), end - length, end, fit);
  };
  let level = new Map(fitUntil(Math.min(first + length - 1, last)).map((point) => [point.period, point]));
  const spliced: IndexPoint[] = [];
  for (let period = first; period <= last; period++) {
    if (period >= first + length) level = onLevelOf(level, fitUntil(period));
    spliced.push(level.get(period) ?? noPoint(period, "no_observations"));
  }
  return spliced;
};

/** The fit of a window, or of it without its first periods where that gives more of them a value. */
const fitLargest = <T extends { readonly period: number }>(
  window: readonly T[],
  start: number,
  end: number,
  fit: WindowFit<T>,
): readonly IndexPoint[] => {
  const whole = fit(window, start, end);
  let best = whole;
  for (const { period } of whole) {
    const after = whole.filter((point) => point.period > period).length;
    if (2 * valued(best) >= whole.length || valued(best) >= after) break;
    const rest = fit(
      window.filter((each) => each.period > period),
      period,
      end,
    );
    if (valued(rest) > valued(best)) best = rest;
  }
  const alone = whole.filter(({ period }) => !best.some((point) => point.period === period));
  return best === whole
    ? whole
    : [...alone.map(({ period, n }) => noPoint(period, "not_connected", n)), ...best];
};

const valued = (points: readonly IndexPoint[]): number => points.filter(({ value }) => value !== null).length;

/** The points of a new window, multiplied so that they match those of the old one on average. */
const onLevelOf = (
  old: ReadonlyMap<number, IndexPoint>,
  points: readonly IndexPoint[],
): Map<number, IndexPoint> => {
  const steps = points.flatMap(({ period, logLevel }) => {
    const before = old.get(period)?.logLevel ?? null;
    return logLevel === null || before === null ? [] : [before - logLevel];
  });
  const shift = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return new Map(
    points.map((point) => [
      point.period,
      steps.length > 0 ? shifted(point, shift) : noPoint(point.period, "chain_broken", point.n),
    ]),
  );
};

const shifted = (point: IndexPoint, shift: number): IndexPoint => ({
  ...point,
  logLevel: point.logLevel === null ? null : point.logLevel + shift,
  value: scaled(point.value, shift),
  low: scaled(point.low, shift),
  high: scaled(point.high, shift),
});

const scaled = (value: number | null, shift: number): number | null =>
  value === null ? null : value * Math.exp(shift);
