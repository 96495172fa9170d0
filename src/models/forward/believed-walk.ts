import type { Purchase } from "../../domain/purchase.ts";
import { randomNormal, seededRandom } from "../statistics/random.ts";
import { simulateSpot } from "./spot-paths.ts";
import type { WalkEstimate } from "./spot-walk.ts";

/** The walk that prices are believed to follow: their own history drawn towards public ones. */
export interface BelievedWalk {
  /** Growth of the expected price a month, in logs. */
  readonly growthPerMonth: number;
  /** Standard error of that growth. */
  readonly growthError: number;
  /** Standard deviation of the change of ln p a month. */
  readonly volatilityPerMonth: number;
}

/**
 * Volatility a month of ln p in public histories: root mean square of 28-day changes of the medians of 16 GPUs for
 * spot (AWS 2022-12 to 2024-04, GCP 2022-02 to 2026-03), of Lambda, RunPod and Vast for the rest (2026-03 to
 * 2026-06).
 */
export const usualVolatilityPerMonth: Readonly<Record<Purchase, number>> = {
  spot: 0.115,
  on_demand: 0.09,
  reserved: 0.09,
};

/** Size of a usual trend a month: root mean square of the mean monthly log changes of the same 16 GPUs. */
export const usualTrendPerMonth = 0.03;

/** Weekly changes that the usual volatility weighs: what stood still for a quarter moves all the same. */
const usualChanges = 4;

/**
 * Volatility of the history pooled with the usual one (as 4 weekly changes more), growth drawn towards 0 by its
 * precision against that of usual trends. Logs a month. A history that says nothing: the usual volatility and growth
 * 0 with the size of a usual trend as its error.
 */
export const believedWalk = (estimate: WalkEstimate, purchase: Purchase): BelievedWalk => {
  const usual = usualVolatilityPerMonth[purchase];
  const { changes, months } = estimate;
  const [drift, volatility] = [estimate.driftPerMonth.value, estimate.volatilityPerMonth.value];
  if (drift === null || volatility === null)
    return { growthPerMonth: 0, growthError: usualTrendPerMonth, volatilityPerMonth: usual };
  const freedom = changes - 1;
  const variance = (freedom * volatility ** 2 + usualChanges * usual ** 2) / (freedom + usualChanges);
  const weight = usualTrendPerMonth ** 2 / (usualTrendPerMonth ** 2 + variance / months);
  return {
    growthPerMonth: weight * (drift + variance / 2),
    growthError: usualTrendPerMonth * Math.sqrt(1 - weight),
    volatilityPerMonth: Math.sqrt(variance),
  };
};

/**
 * Expected prices by month, USD per GPU-hour, where growth lies `errors` standard errors from what is believed; null:
 * over all growths, start x exp(growth t). Not knowing the growth spreads prices but leaves their mean: the mean over
 * normal growths is brought back to it month by month.
 */
export const expectedPath = (
  start: number,
  { growthPerMonth, growthError }: BelievedWalk,
  months: number,
  errors: number | null = null,
): number[] => monthsOf(months, (t) => start * Math.exp(growthPerMonth * t) * tilt(growthError, t, errors));

/** Simulated prices as of `simulateSpot`, each path with a growth of its own; empty where that is. */
export const believedPaths = (
  start: number,
  { growthPerMonth, growthError, volatilityPerMonth }: BelievedWalk,
  months: number,
  paths: number,
  seed: number,
): number[][] => {
  const driftPerMonth = growthPerMonth - volatilityPerMonth ** 2 / 2;
  const walk = { startUsdPerGpuHour: start, driftPerMonth, volatilityPerMonth };
  const random = seededRandom(seed + growthStream);
  return simulateSpot(walk, months, paths, seed).map((path) => {
    const errors = randomNormal(random);
    return path.map((price, i) => price * tilt(growthError, i + 1, errors));
  });
};

/** Keeps the growths apart from the steps, which take the stream of the seed itself. */
const growthStream = 2 ** 40;

const tilt = (error: number, t: number, errors: number | null): number =>
  errors === null ? 1 : Math.exp(errors * error * t - (error * t) ** 2 / 2);

const monthsOf = (months: number, price: (t: number) => number): number[] =>
  Number.isInteger(months) && months > 0 ? Array.from({ length: months }, (_, i) => price(i + 1)) : [];
