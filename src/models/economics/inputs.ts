import type { EconomicsFacts } from "../../domain/economics-table.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { PowerPrice } from "../../domain/power-table.ts";
import type { Instant } from "../../domain/time.ts";
import { launchInstant, type Successor, successorsOf } from "./successors.ts";

/** What someone says instead of the tables and the assumptions. */
export interface OwnershipOverrides {
  readonly capexUsd?: number;
  readonly residualUsd?: number;
  readonly years?: number;
  readonly annualRate?: number;
  readonly utilisation?: number;
  readonly opexUsdPerGpuHour?: number;
  readonly kilowatts?: number;
  readonly decayPerYear?: number;
  readonly launchDrop?: number;
  readonly powerUsageEffectiveness?: number;
  readonly usdPerKilowattHour?: number;
}

/** Everything that decides the economics of one GPU. Null: not known and not said. */
export interface OwnershipInputs {
  readonly capexUsd: number | null;
  /** Null: by the residual model. */
  readonly residualUsd: number | null;
  readonly years: number | null;
  readonly annualRate: number;
  readonly utilisation: number;
  readonly opexUsdPerGpuHour: number | null;
  readonly kilowatts: number | null;
  readonly decayPerYear: number | null;
  /** Share of the value that each launch takes away, 0..1. */
  readonly launchDrop: number;
  readonly powerUsageEffectiveness: number;
  readonly usdPerKilowattHour: number | null;
  readonly launchedAt: Instant | null;
  /** Launches up to now that made it worth less. */
  readonly successors: readonly Successor[];
}

/** Uptime Institute Global Data Center Survey 2025: weighted average of a site over its machines. */
export const defaultPowerUsageEffectiveness = 1.54;
export const powerUsageEffectivenessSource =
  "Uptime Institute, Global Data Center Survey 2025: weighted average";

/** Assumptions, each to be said otherwise: cost of capital, share of hours rented, loss by each launch. */
export const assumed = { annualRate: 0.12, utilisation: 0.8, launchDrop: 0.15 } as const;

export interface InputSources {
  readonly gpu: Gpu;
  /** All GPUs, for the generations after this one. */
  readonly all: readonly Gpu[];
  readonly facts: EconomicsFacts | null;
  readonly power: PowerPrice | null;
}

/**
 * Inputs of a GPU at an instant: what was said, else its row and the price of power, else the assumptions; nothing
 * is guessed. Launches that were still to come do not count.
 */
export const ownershipInputs = (
  { gpu, all, facts, power }: InputSources,
  at: Instant,
  said: OwnershipOverrides = {},
): OwnershipInputs => ({
  capexUsd: said.capexUsd ?? facts?.capexUsd ?? null,
  residualUsd: said.residualUsd ?? null,
  years: said.years ?? facts?.years ?? null,
  annualRate: said.annualRate ?? assumed.annualRate,
  utilisation: said.utilisation ?? assumed.utilisation,
  opexUsdPerGpuHour: said.opexUsdPerGpuHour ?? facts?.opexUsdPerGpuHour ?? null,
  kilowatts: said.kilowatts ?? facts?.kilowatts ?? null,
  decayPerYear: said.decayPerYear ?? facts?.decayPerYear ?? null,
  launchDrop: said.launchDrop ?? assumed.launchDrop,
  powerUsageEffectiveness: said.powerUsageEffectiveness ?? defaultPowerUsageEffectiveness,
  usdPerKilowattHour: said.usdPerKilowattHour ?? power?.usdPerKilowattHour ?? null,
  launchedAt: launchInstant(gpu),
  successors: successorsOf(gpu, all).filter(({ launchedAt }) => launchedAt <= at),
});
