import { type BootstrapOptions, drawnBounds } from "../statistics/cluster-bootstrap.ts";
import { bounded, type Estimate, intervalLevel, refused } from "../statistics/estimate.ts";
import { type Random, randomInteger, randomNormal, seededRandom } from "../statistics/random.ts";
import {
  type DemandCurve,
  type EquilibriumReason,
  findEquilibrium,
  meetCurve,
  type Shocks,
} from "./equilibrium.ts";
import type { SupplyPoint } from "./power-supply.ts";
import { sortSteps, supplyCurve } from "./supply-curve.ts";

export interface EquilibriumBand {
  /** USD per GPU-hour. An upper bound of null: in too many draws supply does not reach demand. */
  readonly usdPerGpuHour: Estimate<EquilibriumReason>;
  readonly gpus: Estimate<EquilibriumReason>;
  /** Share of draws in which supply does not reach demand, 0..1. */
  readonly unmet: number;
}

interface UncertainDemand extends DemandCurve {
  readonly elasticityStandardError: number;
}

/**
 * The equilibrium with bands: supply providers drawn with replacement, the elasticity of demand drawn from a normal
 * with its standard error (never below 0), both shocked as asked, and solved anew in each draw. `n` counts
 * providers; one provider has no band. Where supply falls short the price counts as above all others and the
 * quantity as all there is. Source: methods.md 2. Null with the reason of `findEquilibrium`.
 */
export const equilibriumBand = (
  steps: readonly SupplyPoint[],
  demand: UncertainDemand,
  shocks: Shocks,
  { seed, replicates = 1000, level = intervalLevel }: BootstrapOptions,
): EquilibriumBand => {
  const providers = [...new Set(steps.map(({ provider }) => provider))];
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
  const shocked = { ...demand, gpus: demand.gpus * (1 + (shocks.demand ?? 0)) };
  const draw = drawer(sortSteps(steps, shocks.supply ?? 0), providers, shocked, seededRandom(seed));
  const drawn = Array.from({ length: replicates }, draw);
  const prices = drawn.map((each) => each.usdPerGpuHour).sort(byNumber);
  const quantities = drawn.map((each) => each.gpus).sort(byNumber);
  return {
    usdPerGpuHour: bounded(usdPerGpuHour, ...drawnBounds(usdPerGpuHour, prices, n, level), n),
    gpus: bounded(gpus, ...drawnBounds(gpus, quantities, n, level), n),
    unmet: prices.filter((price) => price === Number.POSITIVE_INFINITY).length / replicates,
  };
};

/** Draws of the market. The stack is sorted once: in a draw each step counts as often as its provider. */
const drawer = (
  sorted: readonly SupplyPoint[],
  providers: readonly string[],
  demand: UncertainDemand,
  random: Random,
): (() => { usdPerGpuHour: number; gpus: number }) => {
  const place = new Map(providers.map((provider, i) => [provider, i]));
  const owner = Int32Array.from(sorted, ({ provider }) => place.get(provider)!);
  const { prices } = supplyCurve(sorted);
  const [cumulative, counts] = [new Float64Array(sorted.length), new Int32Array(providers.length)];
  return () => {
    counts.fill(0);
    for (let i = 0; i < counts.length; i++) counts[randomInteger(random, counts.length)]! += 1;
    const elasticity = Math.max(0, demand.elasticity + demand.elasticityStandardError * randomNormal(random));
    let below = 0;
    for (let i = 0; i < sorted.length; i++) {
      below += sorted[i]!.gpus * counts[owner[i]!]!;
      cumulative[i] = below;
    }
    const { usdPerGpuHour, gpus } = meetCurve({ prices, cumulative }, { ...demand, elasticity });
    return { usdPerGpuHour: usdPerGpuHour ?? Number.POSITIVE_INFINITY, gpus: gpus ?? below };
  };
};

const byNumber = (a: number, b: number): number => (a === b ? 0 : a - b);
