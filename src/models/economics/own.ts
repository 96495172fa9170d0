import { day, type Instant } from "../../domain/time.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { avoidableCost, marginOverFloor, operatingFloor } from "./floor.ts";
import type { OwnershipInputs } from "./inputs.ts";
import type { PowerDraw } from "./power.ts";
import { type ResidualModel, residualByAge, residualValue } from "./residual.ts";

/** Why there is no floor: the first input that is not known, or one that is no sense. */
export type OwnReason =
  | "no_capex"
  | "no_years"
  | "no_kilowatts"
  | "no_power_price"
  | "no_opex"
  | "no_residual"
  | "bad_inputs";

/** What owning a GPU costs and brings, USD per GPU-hour unless a name says otherwise. */
export interface OwnEconomics {
  readonly floor: number | null;
  readonly avoidable: number | null;
  readonly margin: Estimate;
  readonly marginOverAvoidable: Estimate;
  /** The index is above power and variable costs; null where one of them is not known. */
  readonly earnsPower: boolean | null;
  readonly residual: readonly { readonly ageYears: number; readonly usd: number }[];
  /** What is taken as its value at the end of the years. */
  readonly residualUsd: number | null;
  readonly ageYears: number | null;
  readonly residualNowUsd: number | null;
  readonly reason: OwnReason | null;
}

const daysAYear = 365.25;
const mostYears = 30;

/**
 * The economics of one GPU at an instant against the price it is let for. A figure whose inputs are not all known
 * is null; `reason` says why the floor is. The residual list goes to the end of the years or the age today.
 */
export const ownGpu = (inputs: OwnershipInputs, index: Estimate, at: Instant): OwnEconomics => {
  const power = powerOf(inputs);
  const model = residualModelOf(inputs);
  const ageYears = ageAt(inputs.launchedAt, at);
  const residualUsd = inputs.residualUsd ?? endValue(model, inputs.years);
  const floor = floorOf(inputs, power, residualUsd);
  const avoidable = power === null ? null : avoidableCost(power);
  return {
    floor,
    avoidable,
    margin: marginOverFloor(index, floor),
    marginOverAvoidable: marginOverFloor(index, avoidable),
    earnsPower: index.value === null || avoidable === null ? null : index.value > avoidable,
    residual: residualsOf(model, Math.max(inputs.years ?? 0, ageYears ?? 0)),
    residualUsd,
    ageYears,
    residualNowUsd: model === null || ageYears === null ? null : residualValue(model, ageYears),
    reason: floor === null ? reasonOf(inputs, residualUsd) : null,
  };
};

const powerOf = (inputs: OwnershipInputs): PowerDraw | null => {
  const { kilowatts, powerUsageEffectiveness, usdPerKilowattHour } = inputs;
  return kilowatts === null || usdPerKilowattHour === null
    ? null
    : { kilowatts, powerUsageEffectiveness, usdPerKilowattHour };
};

const yearsBetween = (from: Instant, to: Instant): number => (to - from) / (daysAYear * day);

const ageAt = (launchedAt: Instant | null, at: Instant): number | null =>
  launchedAt === null || at < launchedAt ? null : yearsBetween(launchedAt, at);

const residualModelOf = (inputs: OwnershipInputs): ResidualModel | null => {
  const { capexUsd, decayPerYear, launchedAt, launchDrop, successors } = inputs;
  if (capexUsd === null || decayPerYear === null || launchedAt === null) return null;
  const launches = successors.map((each) => ({
    ageYears: yearsBetween(launchedAt, each.launchedAt),
    drop: launchDrop,
  }));
  return { newValue: capexUsd, decayPerYear, launches };
};

const endValue = (model: ResidualModel | null, years: number | null): number | null =>
  model === null || years === null ? null : residualValue(model, years);

const residualsOf = (model: ResidualModel | null, years: number): { ageYears: number; usd: number }[] =>
  model === null
    ? []
    : residualByAge(model, Math.min(mostYears, Math.ceil(years))).map(({ ageYears, value }) => ({
        ageYears,
        usd: value,
      }));

const floorOf = (
  { capexUsd, years, annualRate, utilisation, opexUsdPerGpuHour }: OwnershipInputs,
  power: PowerDraw | null,
  residualUsd: number | null,
): number | null =>
  capexUsd === null || years === null || opexUsdPerGpuHour === null || power === null || residualUsd === null
    ? null
    : operatingFloor({ capexUsd, residualUsd, years, annualRate, utilisation, power, opexUsdPerGpuHour });

const reasonOf = (inputs: OwnershipInputs, residualUsd: number | null): OwnReason => {
  if (inputs.capexUsd === null) return "no_capex";
  if (inputs.years === null) return "no_years";
  if (inputs.kilowatts === null) return "no_kilowatts";
  if (inputs.usdPerKilowattHour === null) return "no_power_price";
  if (inputs.opexUsdPerGpuHour === null) return "no_opex";
  return residualUsd === null ? "no_residual" : "bad_inputs";
};
