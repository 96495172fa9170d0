export interface WeightedValue {
  readonly value: number;
  readonly weight: number;
}

/** Share of the total weight by which a cumulative weight may miss one half and still count as half. */
const tolerance = 1e-12;

/**
 * Smallest value whose cumulative weight reaches half of the total (within 1e-12 of the total); a lower median,
 * so it is always one of the values. Unit: that of the values. Weights need not add up to 1; weight 0 is ignored.
 * Source: methods.md 1.1. Empty input, no positive weight, a negative weight or a non-finite number: null.
 * One point: its value.
 */
export const weightedMedian = (points: readonly WeightedValue[]): number | null => {
  if (!points.every(isUsable)) return null;
  const sorted = points.filter((point) => point.weight > 0).sort(byValue);
  // Divided by their number, finite weights have a finite sum.
  const total = sorted.reduce((sum, point) => sum + point.weight / sorted.length, 0);
  let cumulative = 0;
  for (const point of sorted) {
    cumulative += point.weight / sorted.length;
    if (cumulative >= total * (0.5 - tolerance)) return point.value;
  }
  return null;
};

const isUsable = ({ value, weight }: WeightedValue): boolean =>
  Number.isFinite(value) && Number.isFinite(weight) && weight >= 0;

const byValue = (a: WeightedValue, b: WeightedValue): number => a.value - b.value || a.weight - b.weight;
