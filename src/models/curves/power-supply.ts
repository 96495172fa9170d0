import { groupBy } from "../group-by.ts";
import { type BootstrapOptions, clusterBootstrap } from "../statistics/cluster-bootstrap.ts";
import { type Estimate, refused } from "../statistics/estimate.ts";

/** A step of the stack, in any order. */
export interface SupplyPoint {
  readonly usdPerGpuHour: number;
  readonly gpus: number;
  readonly provider: string;
}

export type PowerSupplyReason = "empty" | "too_few_levels";

export interface PowerSupply {
  /** p = a Q^b: price in USD per GPU-hour of the Q-th GPU; null together with a reason. */
  readonly a: number | null;
  readonly b: number | null;
  /** Of ln p. */
  readonly rSquared: number | null;
  /** 1 / b: percent more GPUs for one percent more price, bounds from drawing providers with replacement. */
  readonly elasticity: Estimate<PowerSupplyReason>;
  /** Distinct prices. */
  readonly levels: number;
  readonly reason: PowerSupplyReason | null;
}

/** Distinct prices below which a curve through them says nothing. */
export const minSupplyLevels = 3;

/**
 * The supply curve as a power of quantity: least squares of ln p on ln cumulative GPUs at the top of each step,
 * offers at one price being one step. Slope and elasticity do not depend on the units of price and quantity. The
 * interval of the elasticity draws providers (fewer than 2: single offers), since the residuals of a sorted stack
 * are anything but independent. Source: methods.md 2. Empty: null, `empty`; fewer than 3 distinct prices (one point
 * too): null, `too_few_levels`. Steps whose price or GPUs are not finite and positive are left out.
 */
export const powerSupply = (steps: readonly SupplyPoint[], options: BootstrapOptions): PowerSupply => {
  const usable = steps
    .filter(({ usdPerGpuHour, gpus }) => isPositive(usdPerGpuHour) && isPositive(gpus))
    .sort((a, b) => a.usdPerGpuHour - b.usdPerGpuHour);
  const levels = new Set(usable.map(({ usdPerGpuHour }) => usdPerGpuHour)).size;
  const fit = fitLine(usable, () => 1);
  if (fit === null) {
    const reason = usable.length === 0 ? "empty" : "too_few_levels";
    return { a: null, b: null, rSquared: null, elasticity: refused(reason, levels), levels, reason };
  }
  const { slope, intercept, rSquared } = fit;
  return {
    a: Math.exp(intercept),
    b: slope,
    rSquared,
    elasticity: elasticityOf(usable, options),
    levels,
    reason: null,
  };
};

const elasticityOf = (
  sorted: readonly SupplyPoint[],
  options: BootstrapOptions,
): Estimate<PowerSupplyReason> => {
  const providers = [...groupBy(sorted, ({ provider }) => provider).values()];
  const clusters = providers.length > 1 ? providers : sorted.map((step) => [step]);
  const clusterOf = new Map(clusters.flatMap((rows, i) => rows.map((row) => [row, i] as const)));
  const interval = clusterBootstrap(
    clusters.length,
    (counts) => {
      const line = fitLine(sorted, (step) => counts[clusterOf.get(step)!]!);
      return line === null ? null : 1 / line.slope;
    },
    options,
  );
  return { ...interval, reason: null };
};

interface Line {
  readonly slope: number;
  readonly intercept: number;
  readonly rSquared: number;
}

/** Line through (ln cumulative GPUs, ln price) at the last offer of each price, offers taken `times` times. */
const fitLine = (sorted: readonly SupplyPoint[], times: (step: SupplyPoint) => number): Line | null => {
  const tops: { x: number; y: number }[] = [];
  let [cumulative, price] = [0, Number.NaN];
  for (const step of sorted) {
    const count = times(step);
    if (count === 0) continue;
    cumulative += step.gpus * count;
    if (step.usdPerGpuHour === price) tops.pop();
    price = step.usdPerGpuHour;
    tops.push({ x: Math.log(cumulative), y: Math.log(price) });
  }
  return tops.length < minSupplyLevels ? null : lineThrough(tops);
};

const lineThrough = (points: readonly { readonly x: number; readonly y: number }[]): Line => {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  return { slope: xy / xx, intercept: meanY - (xy / xx) * meanX, rSquared: (xy * xy) / (xx * yy) };
};

const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
