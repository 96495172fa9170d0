/** What the models answer: index, demand, tightness, spreads, forwards, economics. */

import type { IndexRow, Purchase } from "./api-types.ts";

export type IndexMethod = "weighted_median" | "votes" | "hedonic";

export type Vintage = "provisional" | "final" | "revised";

/** A number with its bounds; null comes with its reason, a bound of null is open. */
export interface Estimate {
  readonly value: number | null;
  readonly se: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly reason: string | null;
}

export interface IndexPoint extends IndexRow {
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
  readonly n_machines: number;
  readonly hhi: number | null;
  readonly top_provider_share: number | null;
  readonly excluded: number;
  /** Method and version, as weighted_median/2. */
  readonly methodology: string;
  readonly vintage: Vintage | null;
  /** Hedonic only: the same from items seen twice alone. */
  readonly cross_check: number | null;
  /** Of what was published only. */
  readonly digest: string | null;
  readonly published_at: string | null;
}

export interface Receipt {
  readonly provider: string;
  readonly usd_per_gpu_hour: number;
  readonly listings: number;
  readonly gpus: number | null;
  readonly free_gpus?: number | null;
  readonly package_gpus?: number;
  readonly parts?: number;
  readonly deviation: number | null;
  readonly weight: number | null;
  readonly status: string;
}

export interface Leverage {
  readonly provider: string;
  readonly gpus: number | null;
  readonly without: number | null;
  readonly change: number | null;
}

export interface Receipts {
  readonly at: string;
  readonly value: number | null;
  readonly reason: string | null;
  readonly digest: string | null;
  readonly receipts: readonly Receipt[];
  readonly leverage: readonly Leverage[];
  readonly excluded: Readonly<Record<string, number>>;
}

export interface UtilisationPoint {
  readonly source: string;
  readonly provider: string;
  readonly region: string | null;
  readonly total_gpus: number | null;
  readonly rented_gpus: number | null;
  readonly utilisation: number | null;
  readonly usd_per_gpu_hour: number | null;
  readonly since: string | null;
}

export interface Equilibrium {
  readonly price: number | null;
  readonly gpus: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly gpus_low: number | null;
  readonly gpus_high: number | null;
  readonly unmet: number | null;
  readonly reason: string | null;
}

export interface Elasticity extends Estimate {
  readonly first_stage_f: number | null;
  readonly anderson_rubin: {
    readonly kind: string;
    readonly low?: number | null;
    readonly high?: number | null;
  } | null;
  readonly least_squares: number | null;
  readonly assumed: boolean;
}

export interface Demand {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly points: readonly UtilisationPoint[];
  readonly demand: {
    readonly rented_gpus: number | null;
    readonly total_gpus: number | null;
    readonly utilisation: number | null;
    readonly venues: number;
    readonly usd_per_gpu_hour: number | null;
    readonly reason: string | null;
  };
  readonly elasticity: Elasticity;
  readonly kappa: Estimate & {
    readonly disappearances: number;
    readonly rentals_per_hour: number | null;
    readonly withdrawals_per_hour: number | null;
  };
  readonly equilibrium: Equilibrium;
  readonly shocked: Equilibrium | null;
  readonly shocks: { readonly supply: number; readonly demand: number };
}

export interface TightnessPart {
  readonly part: string;
  readonly now: number | null;
  readonly score: number | null;
  readonly days: number;
  readonly reason: string | null;
  readonly unit: string | null;
}

export interface LeadTest extends Estimate {
  readonly p_value: number | null;
  readonly partial_r2: number | null;
  readonly leads: boolean | null;
  readonly horizon_days: number;
  readonly unit: string | null;
  /** The test in one sentence. */
  readonly says: string;
}

export interface Tightness {
  readonly score: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly parts: readonly TightnessPart[];
  readonly reason: string | null;
  /** Share of listings whose venue does not tell whether they are free. */
  readonly unknown_share: number | null;
  readonly history: readonly { readonly at: string; readonly score: number | null }[];
  readonly leads_price: LeadTest;
}

export interface Spread extends Estimate {
  readonly name: string;
  readonly kind: string;
  readonly level: string | null;
  readonly base: string | null;
  readonly estimator: string | null;
  readonly unit: string | null;
}

export interface ForwardTenor {
  readonly from_months: number;
  readonly months: number;
  readonly rate: number;
  readonly forward: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly flag: string | null;
}

export interface TermQuote {
  readonly provider: string;
  readonly region: string | null;
  readonly months: number;
  readonly usd_per_gpu_hour: number;
  readonly upfront_share: number | null;
  readonly level_rate: number | null;
  readonly break_even_cost_of_capital: number | null;
  /** The provider's lowest of its tenor, which enters the curve. */
  readonly in_curve: boolean;
  readonly listing_id: string;
}

export interface Forward {
  readonly rate: number;
  readonly tenors: readonly ForwardTenor[];
  readonly spot: Pick<Estimate, "value" | "low" | "high" | "reason">;
  readonly quotes: readonly TermQuote[];
  readonly floor: {
    readonly full: number | null;
    readonly avoidable: number | null;
    readonly reason: string | null;
  };
}

export interface EconomicsInputs {
  readonly capex_usd: number | null;
  readonly capex_source: string | null;
  readonly capex_as_of: string | null;
  /** How capex and kilowatts were made. */
  readonly basis: string | null;
  readonly residual_usd: number | null;
  readonly years: number | null;
  readonly annual_rate: number;
  readonly utilisation: number;
  readonly kilowatts: number | null;
  readonly pue: number;
  readonly pue_source: string | null;
  readonly usd_per_kwh: number | null;
  readonly country: string;
  readonly power_period: string | null;
  readonly power_source: string | null;
  readonly power_basis: string | null;
  readonly opex_usd_per_gpu_hour: number | null;
  readonly decay_per_year: number | null;
  readonly launch_drop: number;
  readonly launches: readonly {
    readonly gpu: string;
    readonly generation: string;
    readonly launch: string;
    readonly drop: number;
  }[];
}

export interface Economics {
  readonly gpu: string;
  readonly name: string;
  readonly launch: string | null;
  readonly index: Estimate;
  readonly floor: number | null;
  readonly avoidable: number | null;
  readonly margin: Estimate;
  readonly margin_over_avoidable: Estimate;
  readonly earns_power: boolean | null;
  readonly residual: readonly { readonly age_years: number; readonly usd: number | null }[];
  readonly age_years: number | null;
  readonly residual_now_usd: number | null;
  readonly inputs: EconomicsInputs;
  readonly reason: string | null;
}
