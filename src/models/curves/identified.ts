import { type Estimate, refused } from "../statistics/estimate.ts";

/** Bounds further apart than this factor say nothing of how strongly one thing answers another. */
export const mostBoundsRatio = 100;

/**
 * An elasticity as it is where its interval tells its sign and its order of magnitude, else null with
 * `wide_interval`: an interval that holds 0, that is open, or whose bounds lie further apart than a factor of 100. One
 * that is null already keeps its reason; what else comes with it stays.
 */
export const identified = <E extends Estimate>(
  elasticity: E,
): E | (Omit<E, keyof Estimate> & Estimate<"wide_interval">) => {
  const { value, low, high, n } = elasticity;
  if (value === null || isNarrow(low, high)) return elasticity;
  return { ...elasticity, ...refused("wide_interval", n) };
};

const isNarrow = (low: number | null, high: number | null): boolean => {
  if (low === null || high === null || !(low * high > 0)) return false;
  const [a, b] = [Math.abs(low), Math.abs(high)];
  return Math.max(a, b) <= mostBoundsRatio * Math.min(a, b);
};
