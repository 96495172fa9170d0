import type { EconomicsFacts } from "../domain/economics-table.ts";
import type { Gpu } from "../domain/gpu.ts";
import type { PowerPrice } from "../domain/power-table.ts";
import {
  type OwnershipInputs,
  type OwnershipOverrides,
  powerUsageEffectivenessSource,
} from "../models/economics/inputs.ts";
import type { OwnEconomics } from "../models/economics/own.ts";
import type { Estimate } from "../models/statistics/estimate.ts";
import type { Static } from "../typebox.ts";
import type { querySchema, rowSchema } from "./economics-schema.ts";
import { estimateRow } from "./estimate.ts";

export type EconomicsQuery = Static<typeof querySchema>;
export type EconomicsRow = Static<typeof rowSchema>;

/** Query fields that replace an input, by the name of the input. */
const overrides = {
  capexUsd: "capex_usd",
  residualUsd: "residual_usd",
  years: "years",
  annualRate: "annual_rate",
  utilisation: "utilisation",
  opexUsdPerGpuHour: "opex_usd_per_gpu_hour",
  kilowatts: "kilowatts",
  decayPerYear: "decay_per_year",
  launchDrop: "launch_drop",
  powerUsageEffectiveness: "pue",
  usdPerKilowattHour: "usd_per_kwh",
} as const satisfies Record<keyof OwnershipOverrides, keyof EconomicsQuery>;

/** What a request says instead of the tables. */
export const overridesOf = (query: EconomicsQuery): OwnershipOverrides =>
  Object.fromEntries(
    Object.entries(overrides).flatMap(([input, field]) =>
      query[field] === undefined ? [] : [[input, query[field]]],
    ),
  );

export interface RowParts {
  readonly gpu: Gpu;
  readonly facts: EconomicsFacts | null;
  readonly power: PowerPrice | null;
  readonly country: string;
  readonly index: Estimate;
  readonly inputs: OwnershipInputs;
  readonly own: OwnEconomics;
  readonly query: EconomicsQuery;
}

/** One row of the answer. */
export const economicsRow = (parts: RowParts): EconomicsRow => ({
  gpu: parts.gpu.id,
  name: parts.gpu.name,
  launch: parts.gpu.launch,
  index: estimateRow(parts.index),
  floor: parts.own.floor,
  avoidable: parts.own.avoidable,
  margin: estimateRow(parts.own.margin),
  margin_over_avoidable: estimateRow(parts.own.marginOverAvoidable),
  earns_power: parts.own.earnsPower,
  residual: parts.own.residual.map(({ ageYears, usd }) => ({ age_years: ageYears, usd })),
  age_years: parts.own.ageYears,
  residual_now_usd: parts.own.residualNowUsd,
  inputs: inputsRow(parts),
  reason: parts.own.reason,
});

const inputsRow = ({ facts, power, country, inputs, own, query }: RowParts): EconomicsRow["inputs"] => {
  const fromTable = query.capex_usd === undefined && facts?.capexUsd != null;
  const tablePower = query.usd_per_kwh === undefined ? power : null;
  return {
    capex_usd: inputs.capexUsd,
    capex_source: fromTable ? facts.source : null,
    capex_as_of: fromTable ? facts.asOf : null,
    basis: facts?.basis ?? null,
    residual_usd: own.residualUsd,
    years: inputs.years,
    annual_rate: inputs.annualRate,
    utilisation: inputs.utilisation,
    kilowatts: inputs.kilowatts,
    pue: inputs.powerUsageEffectiveness,
    pue_source: query.pue === undefined ? powerUsageEffectivenessSource : null,
    usd_per_kwh: inputs.usdPerKilowattHour,
    country,
    power_period: tablePower?.period ?? null,
    power_source: tablePower?.source ?? null,
    power_basis: tablePower?.basis ?? null,
    opex_usd_per_gpu_hour: inputs.opexUsdPerGpuHour,
    decay_per_year: inputs.decayPerYear,
    launch_drop: inputs.launchDrop,
    launches: inputs.successors.map(({ gpu, generation, launchedAt }) => ({
      gpu,
      generation,
      launch: new Date(launchedAt).toISOString().slice(0, 7),
      drop: inputs.launchDrop,
    })),
    said: Object.values(overrides).filter((field) => query[field] !== undefined),
  };
};
