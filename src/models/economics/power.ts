/** What a GPU with its part of the host draws, and what that costs. */
export interface PowerDraw {
  readonly kilowatts: number;
  /** Power of the whole site over that of the machines, 1 or more. */
  readonly powerUsageEffectiveness: number;
  /** May be negative. */
  readonly usdPerKilowattHour: number;
}

/**
 * Cost of power in USD per GPU-hour: kW x PUE x price of power. Source: methods.md 3 and 7. Draw or PUE negative,
 * or anything not finite: null.
 */
export const powerUsdPerGpuHour = ({
  kilowatts,
  powerUsageEffectiveness,
  usdPerKilowattHour,
}: PowerDraw): number | null => {
  const cost = kilowatts * powerUsageEffectiveness * usdPerKilowattHour;
  return kilowatts >= 0 && powerUsageEffectiveness >= 0 && Number.isFinite(cost) ? cost : null;
};
