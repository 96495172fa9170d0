import { quantileSorted, standardDeviation } from "simple-statistics";
import { normalCdf, studentQuantile } from "./distributions.ts";
import { bounded, type Estimate, intervalLevel, refused } from "./estimate.ts";
import { randomInteger, seededRandom } from "./random.ts";

export interface BootstrapOptions {
  readonly seed: number;
  /** Samples drawn; default 1,000. */
  readonly replicates?: number;
  readonly level?: number;
}

/** A statistic of clusters, each taken as often as `counts` says; null where it does not exist. */
export type ClusterStatistic = (counts: readonly number[]) => number | null;

/** Share of samples without a value above which the interval says nothing. */
const mostFailures = 0.1;

/**
 * A statistic with the interval that drawing whole clusters (providers) with replacement gives it, in the unit of
 * the statistic. Percentiles are moved outwards for few clusters ("expanded percentile"). With 5 or fewer (at 95 %)
 * that ends at the lowest and highest sample, which is too narrow: then the bounds are at least those of Student's t
 * with the standard deviation of the samples, on the log scale where these are positive. Both by Hesterberg 2015.
 * One cluster: the value with open bounds. `empty`: no cluster. `undefined`: the statistic of the clusters themselves
 * is null or not finite; the same of more than a tenth of the samples opens the bounds.
 */
export const clusterBootstrap = (
  clusters: number,
  statistic: ClusterStatistic,
  { seed, replicates = 1000, level = intervalLevel }: BootstrapOptions,
): Estimate<"empty" | "undefined"> => {
  if (clusters <= 0) return refused("empty", 0);
  const value = statistic(new Array<number>(clusters).fill(1));
  if (value === null || !Number.isFinite(value)) return refused("undefined", clusters);
  if (clusters === 1) return bounded(value, null, null, 1);
  const drawn = drawStatistics(clusters, statistic, seed, replicates);
  if (drawn.length < (1 - mostFailures) * replicates) return bounded(value, null, null, clusters);
  return bounded(value, ...drawnBounds(value, drawn, clusters, level), clusters);
};

/**
 * Bounds of a value from its samples over so many drawn clusters (2 or more), lowest first, as `clusterBootstrap` has
 * them; a bound that is not finite is open.
 */
export const drawnBounds = (
  value: number,
  drawn: readonly number[],
  clusters: number,
  level = intervalLevel,
): [number | null, number | null] => {
  const tail = expandedTail(clusters, level);
  const [low, high] = [quantileSorted([...drawn], tail), quantileSorted([...drawn], 1 - tail)];
  if (tail >= chanceOfOneAlone(clusters)) return [finite(low), finite(high)];
  const student = studentBounds(value, drawn.filter(Number.isFinite), reachOf(clusters, level));
  return [finite(Math.min(low, student[0])), finite(Math.max(high, student[1]))];
};

const finite = (bound: number): number | null => (Number.isFinite(bound) ? bound : null);

/** Chance that a sample holds but one of the clusters. */
const chanceOfOneAlone = (clusters: number): number => clusters ** (1 - clusters);

/** Value -+ reach x standard deviation of the samples, of their logs where all are positive. */
const studentBounds = (value: number, drawn: readonly number[], reach: number): [number, number] => {
  if (drawn.length === 0) return [value, value];
  if (value > 0 && drawn[0]! > 0) {
    const factor = Math.exp(reach * standardDeviation(drawn.map(Math.log)));
    return [value / factor, value * factor];
  }
  const distance = reach * standardDeviation([...drawn]);
  return [value - distance, value + distance];
};

const drawStatistics = (
  clusters: number,
  statistic: ClusterStatistic,
  seed: number,
  replicates: number,
): number[] => {
  const random = seededRandom(seed);
  const drawn: number[] = [];
  for (let b = 0; b < replicates; b++) {
    const counts = new Array<number>(clusters).fill(0);
    for (let i = 0; i < clusters; i++) counts[randomInteger(random, clusters)]! += 1;
    const value = statistic(counts);
    if (value !== null && Number.isFinite(value)) drawn.push(value);
  }
  return drawn.sort((a, b) => a - b);
};

/** Standard deviations of the samples that an interval reaches, which so few clusters make too small. */
const reachOf = (clusters: number, level: number): number =>
  Math.sqrt(clusters / (clusters - 1)) * studentQuantile((1 + level) / 2, clusters - 1);

/** The lower percentile that stands for (1 - level) / 2 with so few clusters. */
export const expandedTail = (clusters: number, level: number): number => normalCdf(-reachOf(clusters, level));
