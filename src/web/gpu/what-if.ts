import { numberIn, type Params } from "../lib/location.ts";

/** Largest shock that can be asked for, percent. */
export const mostShock = 50;
export const mostElasticity = 10;

/** What is asked of the demand model beside the data: shocks in percent, an elasticity taken as given. */
export interface WhatIf {
  readonly supplyPercent: number;
  readonly demandPercent: number;
  readonly elasticity: number | null;
}

/** The shocks and the elasticity that stand in the address; what makes no sense does not count. */
export const whatIfOf = (params: Params): WhatIf => {
  const elasticity = numberIn(params.elasticity, 0, mostElasticity, -1);
  return {
    supplyPercent: numberIn(params.shock_supply, -mostShock, mostShock, 0),
    demandPercent: numberIn(params.shock_demand, -mostShock, mostShock, 0),
    elasticity: elasticity < 0 ? null : elasticity,
  };
};
