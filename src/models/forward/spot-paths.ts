import { randomNormal, seededRandom } from "../statistics/random.ts";

/** A random walk of the log price. */
export interface SpotWalk {
  readonly startUsdPerGpuHour: number;
  /** Mean change of ln p a month; the mean price grows by half the variance more. */
  readonly driftPerMonth: number;
  /** Standard deviation of the change of ln p a month. */
  readonly volatilityPerMonth: number;
}

/**
 * Simulated spot prices, USD per GPU-hour: a row a path, an entry a month, the first one month after the start. The
 * seed decides them wholly. A start that is not positive, a volatility that is negative, anything not finite, no
 * months or no paths: empty.
 */
export const simulateSpot = (
  { startUsdPerGpuHour, driftPerMonth, volatilityPerMonth }: SpotWalk,
  months: number,
  paths: number,
  seed: number,
): number[][] => {
  const isSound =
    startUsdPerGpuHour > 0 &&
    volatilityPerMonth >= 0 &&
    [startUsdPerGpuHour, driftPerMonth, volatilityPerMonth].every(Number.isFinite) &&
    [months, paths].every((count) => Number.isInteger(count) && count > 0);
  if (!isSound) return [];
  const random = seededRandom(seed);
  return Array.from({ length: paths }, () => {
    let log = Math.log(startUsdPerGpuHour);
    return Array.from({ length: months }, () => {
      log += driftPerMonth + volatilityPerMonth * randomNormal(random);
      return Math.exp(log);
    });
  });
};
