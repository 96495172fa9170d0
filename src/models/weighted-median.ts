export interface WeightedValue {
  readonly value: number;
  readonly weight: number;
}

/** Share of the total weight by which a cumulative weight may miss one half and still count as half. */
const tolerance = 1e-12;

/**
 * Smallest value whose cumulative weight is above half of the total; where it is half (within 1e-12 of the total), the
 * geometric mean of that value and the next. Unit: that of the values. Weights need not add up to 1; weight 0 is
 * ignored. Source: methods.md 1.1. Empty input, no positive weight, a negative weight, or a number that is not finite:
 * null. One point: its value. Two values at a half of which one is not positive: null.
 */
export const weightedMedian = (points: readonly WeightedValue[]): number | null => {
  const middle = middleOf(points);
  return middle === null ? null : geometricMean(...middle);
};

/** The same, but the smaller of the two values where the cumulative weight is half. */
export const lowerWeightedMedian = (points: readonly WeightedValue[]): number | null =>
  middleOf(points)?.[0] ?? null;

/** The value of two that are the same, else the root of their product; null where one of two is not positive. */
export const geometricMean = (a: number, b: number): number | null => {
  if (a === b) return a;
  return a > 0 && b > 0 ? Math.sqrt(a) * Math.sqrt(b) : null;
};

/** The values on both sides of half of the weight, which are one where a point lies across it. */
const middleOf = (points: readonly WeightedValue[]): readonly [number, number] | null => {
  if (!points.every(isUsable)) return null;
  const sorted = points.filter((point) => point.weight > 0).sort(byValue);
  // Divided by their number, finite weights have a finite sum.
  const total = sorted.reduce((sum, point) => sum + point.weight / sorted.length, 0);
  let cumulative = 0;
  for (const [i, { value, weight }] of sorted.entries()) {
    cumulative += weight / sorted.length;
    if (isBelowHalf(cumulative, total)) continue;
    return [value, isHalf(cumulative, total) ? (sorted[i + 1]?.value ?? value) : value];
  }
  return null;
};

/** Whether a cumulative weight is short of half of the total. */
export const isBelowHalf = (cumulative: number, total: number): boolean =>
  cumulative < total * (0.5 - tolerance);

/** Whether it is half of it. */
export const isHalf = (cumulative: number, total: number): boolean =>
  Math.abs(cumulative - total / 2) <= total * tolerance;

const isUsable = ({ value, weight }: WeightedValue): boolean =>
  Number.isFinite(value) && Number.isFinite(weight) && weight >= 0;

const byValue = (a: WeightedValue, b: WeightedValue): number => a.value - b.value || a.weight - b.weight;
