import { isPositive } from "../is-positive.ts";
import { gpusOf, type SupplyCurve, sortSteps, stepReached, supplyCurve } from "./supply-curve.ts";

/** A step of the supply stack. */
export interface EquilibriumStep {
  readonly usdPerGpuHour: number;
  readonly gpus: number;
}

/** Demand of constant elasticity through a point: Q(p) = gpus (p / usdPerGpuHour)^-elasticity. */
export interface DemandCurve {
  readonly gpus: number;
  readonly usdPerGpuHour: number;
  /** 0 or more; 0 is a demand that does not ask for the price. */
  readonly elasticity: number;
}

/** Changes of both sides at every price, as shares: 0.2 is 20 % more, -1 is nothing left. */
export interface Shocks {
  readonly supply?: number;
  readonly demand?: number;
}

export type EquilibriumReason = "no_supply" | "insufficient_supply" | "bad_demand" | "bad_shock";

export interface Equilibrium {
  /** USD per GPU-hour; null together with a reason. */
  readonly usdPerGpuHour: number | null;
  readonly gpus: number | null;
  readonly reason: EquilibriumReason | null;
}

/**
 * Where supply steps and a demand curve meet: on a step, at its price with what is demanded there; between two
 * steps, at all GPUs up to the lower one and the price at which no more are demanded. Source: methods.md 2. Steps
 * in any order; those whose price or GPUs are not finite and positive are left out. Null: no steps left
 * (`no_supply`), demand above all supply at its highest price (`insufficient_supply`), `bad_demand`, `bad_shock`
 * (not finite, below -1, or making demand infinite).
 */
export const findEquilibrium = (
  steps: readonly EquilibriumStep[],
  demand: DemandCurve,
  { supply: supplyShock = 0, demand: demandShock = 0 }: Shocks = {},
): Equilibrium => {
  const { gpus, usdPerGpuHour, elasticity } = demand;
  if (!isPositive(gpus) || !isPositive(usdPerGpuHour) || !(elasticity >= 0 && Number.isFinite(elasticity)))
    return nowhere("bad_demand");
  if (![supplyShock, demandShock].every((shock) => Number.isFinite(shock) && shock >= -1))
    return nowhere("bad_shock");
  const wanted = gpus * (1 + demandShock);
  if (wanted === Number.POSITIVE_INFINITY) return nowhere("bad_shock");
  return meetCurve(supplyCurve(sortSteps(steps, supplyShock)), { ...demand, gpus: wanted });
};

/** The same for a curve and a demand that are sound and shocked already. */
export const meetCurve = (curve: SupplyCurve, demand: DemandCurve): Equilibrium => {
  if (gpusOf(curve) === 0) return nowhere("no_supply");
  const step = stepReached(curve, (price) => demandAt(demand, price));
  if (step === null) return nowhere("insufficient_supply");
  const usdPerGpuHour = curve.prices[step]!;
  const [wanted, below] = [demandAt(demand, usdPerGpuHour), curve.cumulative[step - 1] ?? 0];
  return wanted < below
    ? { usdPerGpuHour: priceAt(demand, below), gpus: below, reason: null }
    : { usdPerGpuHour, gpus: wanted, reason: null };
};

/** GPUs demanded at a price in USD per GPU-hour; none where none are at the price of the curve. */
export const demandAt = ({ gpus, usdPerGpuHour, elasticity }: DemandCurve, price: number): number =>
  gpus === 0 ? 0 : gpus * (price / usdPerGpuHour) ** -elasticity;

const priceAt = ({ gpus, usdPerGpuHour, elasticity }: DemandCurve, wanted: number): number =>
  usdPerGpuHour * (gpus / wanted) ** (1 / elasticity);

const nowhere = (reason: EquilibriumReason): Equilibrium => ({ usdPerGpuHour: null, gpus: null, reason });
