import { annuity } from "../forward/annuity.ts";
import { type Estimate, refused } from "../statistics/estimate.ts";
import { type PowerDraw, powerUsdPerGpuHour } from "./power.ts";

/** What it takes to own a GPU, per GPU with its part of the host. */
export interface OwnershipCosts {
  readonly capexUsd: number;
  /** What it fetches at the end of the years. */
  readonly residualUsd: number;
  readonly years: number;
  /** Cost of capital a year, 0.12 is 12 %, compounded monthly. */
  readonly annualRate: number;
  /** Share of hours rented out, above 0 to 1. */
  readonly utilisation: number;
  readonly power: PowerDraw;
  /** Other costs per rented GPU-hour. */
  readonly opexUsdPerGpuHour: number;
}

const hoursAYear = 8760;

/**
 * The price that pays for a GPU, USD per GPU-hour: capital with interest less what the residual is worth, spread
 * over rented hours, plus power (of rented hours) and other costs. Source: methods.md 7. A number negative or not
 * finite (power prices may be negative), utilisation outside 0..1 or 0, no years, or a
 * result that is not finite: null.
 */
export const operatingFloor = ({
  capexUsd,
  residualUsd,
  years,
  annualRate,
  utilisation,
  power,
  opexUsdPerGpuHour,
}: OwnershipCosts): number | null => {
  const powerUsd = powerUsdPerGpuHour(power);
  const amounts = [capexUsd, residualUsd, annualRate, opexUsdPerGpuHour];
  if (powerUsd === null || !amounts.every((each) => Number.isFinite(each) && each >= 0)) return null;
  if (!(utilisation > 0 && utilisation <= 1) || !(years > 0 && Number.isFinite(years))) return null;
  const months = 12 * years;
  const discount = (1 + annualRate / 12) ** -months;
  const monthly = (capexUsd - residualUsd * discount) / annuity(months, annualRate)!;
  const floor = (12 * monthly) / (hoursAYear * utilisation) + powerUsd + opexUsdPerGpuHour;
  return Number.isFinite(floor) ? floor : null;
};

/**
 * What renting out one more hour costs an owner, USD per GPU-hour: power and variable costs; below it, it pays to
 * switch off. Source: methods.md 7. A variable cost that is negative, or anything not finite: null.
 */
export const avoidableCost = (power: PowerDraw, variableUsdPerGpuHour = 0): number | null => {
  const powerUsd = powerUsdPerGpuHour(power);
  return powerUsd === null || !(variableUsdPerGpuHour >= 0 && Number.isFinite(variableUsdPerGpuHour))
    ? null
    : powerUsd + variableUsdPerGpuHour;
};

/**
 * Margin of a price over a floor, USD per GPU-hour, with the bounds of the price shifted. No price: null,
 * `no_price`. No floor: null, `no_floor`.
 */
export const marginOverFloor = (price: Estimate, floor: number | null): Estimate<"no_price" | "no_floor"> => {
  const { value, low, high, n } = price;
  if (value === null || !Number.isFinite(value)) return refused("no_price", n);
  if (floor === null || !Number.isFinite(floor)) return refused("no_floor", n);
  return {
    ...price,
    value: value - floor,
    low: low === null ? null : low - floor,
    high: high === null ? null : high - floor,
    reason: null,
  };
};
