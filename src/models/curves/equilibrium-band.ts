import { quantileSorted } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import { type BootstrapOptions, expandedTail } from "../statistics/cluster-bootstrap.ts";
import { bounded, type Estimate, intervalLevel, refused } from "../statistics/estimate.ts";
import { type Random, randomInteger, randomNormal, seededRandom } from "../statistics/random.ts";
import { type DemandCurve, type EquilibriumReason, findEquilibrium, type Shocks } from "./equilibrium.ts";
import type { SupplyPoint } from "./power-supply.ts";

export interface EquilibriumBand {
  /** USD per GPU-hour. An upper bound of null: in too many draws supply does not reach demand. */
  readonly usdPerGpuHour: Estimate<EquilibriumReason>;
  readonly gpus: Estimate<EquilibriumReason>;
  /** Share of draws in which supply does not reach demand, 0..1. */
  readonly unmet: number;
}

/**
 * The equilibrium with bands: supply providers drawn with replacement, the elasticity of demand drawn from a normal
 * with its standard error (never below 0), both shocked as asked, and solved anew in each draw. `n` counts
 * providers; one provider has no band. Where supply falls short the price counts as above all others and the
 * quantity as all there is. Source: methods.md 2. Null with the reason of `findEquilibrium`.
 */
export const equilibriumBand = (
  steps: readonly SupplyPoint[],
  demand: DemandCurve & { readonly elasticityStandardError: number },
  shocks: Shocks,
  { seed, replicates = 1000, level = intervalLevel }: BootstrapOptions,
): EquilibriumBand => {
  const providers = [...groupBy(steps, ({ provider }) => provider).values()];
  const n = providers.length;
  const { usdPerGpuHour, gpus, reason } = findEquilibrium(steps, demand, shocks);
  if (usdPerGpuHour === null || gpus === null)
    return {
      usdPerGpuHour: refused(reason!, n),
      gpus: refused(reason!, n),
      unmet: reason === "insufficient_supply" ? 1 : 0,
    };
  if (n < 2)
    return {
      usdPerGpuHour: bounded(usdPerGpuHour, null, null, n),
      gpus: bounded(gpus, null, null, n),
      unmet: 0,
    };
  const random = seededRandom(seed);
  const drawn = Array.from({ length: replicates }, () => draw(providers, demand, shocks, random));
  const tail = expandedTail(n, level);
  const prices = drawn.map((each) => each.usdPerGpuHour).sort(byNumber);
  const quantities = drawn.map((each) => each.gpus).sort(byNumber);
  return {
    usdPerGpuHour: bounded(usdPerGpuHour, boundAt(prices, tail), boundAt(prices, 1 - tail), n),
    gpus: bounded(gpus, boundAt(quantities, tail), boundAt(quantities, 1 - tail), n),
    unmet: prices.filter((price) => price === Number.POSITIVE_INFINITY).length / replicates,
  };
};

const draw = (
  providers: readonly (readonly SupplyPoint[])[],
  demand: DemandCurve & { readonly elasticityStandardError: number },
  shocks: Shocks,
  random: Random,
): { usdPerGpuHour: number; gpus: number } => {
  const steps = providers.flatMap(() => providers[randomInteger(random, providers.length)]!);
  const elasticity = Math.max(0, demand.elasticity + demand.elasticityStandardError * randomNormal(random));
  const { usdPerGpuHour, gpus } = findEquilibrium(steps, { ...demand, elasticity }, shocks);
  const all = steps.reduce((sum, step) => sum + step.gpus * (1 + (shocks.supply ?? 0)), 0);
  return { usdPerGpuHour: usdPerGpuHour ?? Number.POSITIVE_INFINITY, gpus: gpus ?? all };
};

const boundAt = (sorted: readonly number[], q: number): number | null => {
  const bound = quantileSorted([...sorted], q);
  return Number.isFinite(bound) ? bound : null;
};

const byNumber = (a: number, b: number): number => (a === b ? 0 : a - b);
