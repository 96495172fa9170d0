import { groupBy } from "../group-by.ts";
import { isPositive } from "../is-positive.ts";
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
 * too), or GPUs of which all but the cheapest vanish in rounding: null, `too_few_levels`. Steps whose price or GPUs
 * are not finite and positive are left out.
 */
export const powerSupply = (steps: readonly SupplyPoint[], options: BootstrapOptions): PowerSupply => {
  const usable = steps
    .filter(({ usdPerGpuHour, gpus }) => isPositive(usdPerGpuHour) && isPositive(gpus))
    .sort((a, b) => a.usdPerGpuHour - b.usdPerGpuHour);
  const levels = new Set(usable.map(({ usdPerGpuHour }) => usdPerGpuHour)).size;
  const stack = clusteredStack(usable);
  const fit = fitLine(stack, () => 1);
  if (fit === null) {
    const reason = usable.length === 0 ? "empty" : "too_few_levels";
    return { a: null, b: null, rSquared: null, elasticity: refused(reason, levels), levels, reason };
  }
  const { slope, intercept, rSquared } = fit;
  return {
    a: Math.exp(intercept),
    b: slope,
    rSquared,
    elasticity: elasticityOf(stack, options),
    levels,
    reason: null,
  };
};

/** Steps by price, laid out for being fitted many times. */
interface ClusteredStack {
  readonly gpus: Float64Array;
  readonly logPrice: Float64Array;
  /** Provider of each step by number; with a single provider each step is a cluster of its own. */
  readonly cluster: Int32Array;
  readonly clusters: number;
}

const clusteredStack = (sorted: readonly SupplyPoint[]): ClusteredStack => {
  const providers = [...groupBy(sorted, ({ provider }) => provider).keys()];
  const place = new Map(providers.map((provider, i) => [provider, i]));
  const isAlone = providers.length <= 1;
  return {
    gpus: Float64Array.from(sorted, ({ gpus }) => gpus),
    logPrice: Float64Array.from(sorted, ({ usdPerGpuHour }) => Math.log(usdPerGpuHour)),
    cluster: Int32Array.from(sorted, ({ provider }, i) => (isAlone ? i : place.get(provider)!)),
    clusters: isAlone ? sorted.length : providers.length,
  };
};

const elasticityOf = (stack: ClusteredStack, options: BootstrapOptions): Estimate<PowerSupplyReason> => {
  const interval = clusterBootstrap(
    stack.clusters,
    (counts) => {
      const line = fitLine(stack, (cluster) => counts[cluster]!);
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

/**
 * Line through (ln cumulative GPUs, ln price) at the last offer of each price, clusters taken `times` times; means
 * and products are kept as the levels come (Welford).
 */
const fitLine = (
  { gpus, logPrice, cluster }: ClusteredStack,
  times: (cluster: number) => number,
): Line | null => {
  let [n, meanX, meanY, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  let [cumulative, level] = [0, Number.NaN];
  const closeLevel = (): void => {
    if (Number.isNaN(level)) return;
    const [x, y] = [Math.log(cumulative), level];
    n++;
    const [dx, dy] = [x - meanX, y - meanY];
    meanX += dx / n;
    meanY += dy / n;
    xx += dx * (x - meanX);
    xy += dx * (y - meanY);
    yy += dy * (y - meanY);
  };
  for (let i = 0; i < gpus.length; i++) {
    const count = times(cluster[i]!);
    if (count === 0) continue;
    if (logPrice[i] !== level) closeLevel();
    level = logPrice[i]!;
    cumulative += gpus[i]! * count;
  }
  closeLevel();
  if (n < minSupplyLevels || !(xx > 0 && yy > 0)) return null;
  return { slope: xy / xx, intercept: meanY - (xy / xx) * meanX, rSquared: (xy * xy) / (xx * yy) };
};
