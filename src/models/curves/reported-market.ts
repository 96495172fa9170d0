import { intervalLevel } from "../statistics/estimate.ts";
import type { DemandCurve, EquilibriumReason, Shocks } from "./equilibrium.ts";
import { equilibriumBand } from "./equilibrium-band.ts";
import type { SupplyPoint } from "./power-supply.ts";

/** What is offered now and what is rented already. */
export interface ReportedMarket {
  readonly free: readonly SupplyPoint[];
  readonly rentedGpus: number;
  /** Price at which they are taken, USD per GPU-hour. */
  readonly usdPerGpuHour: number;
}

export interface ElasticityUsed {
  readonly value: number;
  /** 0 where it is assumed. */
  readonly standardError: number;
}

export interface MarketEquilibrium {
  /** USD per GPU-hour; null together with a reason. */
  readonly price: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly gpus: number | null;
  readonly gpusLow: number | null;
  readonly gpusHigh: number | null;
  /** Share of draws in which supply does not reach demand, 0..1. */
  readonly unmet: number | null;
  readonly reason: EquilibriumReason | null;
}

const seed = 20_260_807;

/**
 * Where all capacity that is known and all demand that is reported meet. Supply is what is offered now plus what is
 * rented already, at the price at which it is taken; demand goes through the rented GPUs at that price. Free
 * capacity alone would not do: the demand that is reported was met by capacity that is no longer on offer. So
 * without a shock the present price comes out, or a lower one where more GPUs are on offer below it than buyers
 * would take there; a shock of supply takes from both parts. In the bands the providers of what is offered are
 * drawn, while what is rented is reported and stays. Source: methods.md 2. Null with the reason of
 * `findEquilibrium`: nothing rented gives `bad_demand`.
 */
export const marketEquilibrium = (
  market: ReportedMarket,
  elasticity: ElasticityUsed,
  shocks: Shocks,
  replicates = 1000,
): MarketEquilibrium => {
  const demand: DemandCurve & { elasticityStandardError: number } = {
    gpus: market.rentedGpus,
    usdPerGpuHour: market.usdPerGpuHour,
    elasticity: elasticity.value,
    elasticityStandardError: elasticity.standardError,
  };
  const options = { seed, replicates, level: intervalLevel };
  const { usdPerGpuHour, gpus, unmet } = equilibriumBand(stepsOf(market), demand, shocks, options);
  return {
    price: usdPerGpuHour.value,
    low: usdPerGpuHour.low,
    high: usdPerGpuHour.high,
    gpus: gpus.value,
    gpusLow: gpus.low,
    gpusHigh: gpus.high,
    unmet,
    reason: usdPerGpuHour.reason,
  };
};

/** What is rented is spread evenly over the providers that offer, so that every draw of as many holds all of it. */
const stepsOf = ({ free, rentedGpus, usdPerGpuHour }: ReportedMarket): SupplyPoint[] => {
  const providers = [...new Set(free.map(({ provider }) => provider))];
  const holders = providers.length === 0 ? ["rented"] : providers;
  const gpus = rentedGpus / holders.length;
  return [...free, ...holders.map((provider) => ({ usdPerGpuHour, gpus, provider }))];
};
