import type { Fleet } from "../../src/domain/fleet.ts";
import { present } from "./market.ts";

interface Estimate {
  readonly value: number | null;
  readonly se: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly reason: string | null;
}

interface Equilibrium {
  readonly price: number | null;
  readonly gpus: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly gpus_low: number | null;
  readonly gpus_high: number | null;
  readonly unmet: number | null;
  readonly reason: string | null;
}

/** What GET /v1/curves/demand answers. */
export interface Demand {
  readonly gpu: string;
  readonly purchase: string;
  readonly points: readonly Readonly<Record<string, unknown>>[];
  readonly demand: Readonly<Record<string, number | string | null>>;
  readonly elasticity: Estimate & {
    readonly first_stage_f: number | null;
    readonly anderson_rubin: Readonly<Record<string, unknown>> | null;
    readonly least_squares: number | null;
    readonly assumed: boolean;
  };
  readonly kappa: Estimate & {
    readonly disappearances: number;
    readonly rentals_per_hour: number | null;
    readonly withdrawals_per_hour: number | null;
  };
  readonly equilibrium: Equilibrium;
  readonly shocked: Equilibrium | null;
  readonly shocks: { readonly supply: number; readonly demand: number };
  readonly excluded: Readonly<Record<string, number>>;
}

/** A fleet of 200 H100s, half of them rented. */
export const fleet = (changes: Partial<Fleet> = {}): Fleet => ({
  provider: "alpha",
  gpuRaw: "H100 SXM",
  gpu: "h100-sxm",
  region: null,
  totalGpus: 200,
  rentedGpus: 100,
  observedAt: present,
  ...changes,
});
