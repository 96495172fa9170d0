import { quantileSorted } from "simple-statistics";
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
 * the statistic. Percentiles are moved outwards for few clusters (Hesterberg 2015, "expanded percentile"), so that
 * two or three of them answer with the whole range. One cluster: the value with open bounds. `empty`: no cluster.
 * `undefined`: the statistic of the clusters themselves is null or not finite; the same of more than a tenth of the
 * samples opens the bounds.
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
  const tail = expandedTail(clusters, level);
  return bounded(value, quantileSorted(drawn, tail), quantileSorted(drawn, 1 - tail), clusters);
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

/** The lower percentile that stands for (1 - level) / 2 with so few clusters. */
export const expandedTail = (clusters: number, level: number): number => {
  const reach = studentQuantile((1 + level) / 2, clusters - 1);
  return normalCdf(-Math.sqrt(clusters / (clusters - 1)) * reach);
};
