/** What supply, quotes and routes answer, as their schemas in ../api say. */

import type { Counts, Estimate, Purchase } from "./api-types.ts";

export interface SupplyStep {
  readonly usd_per_gpu_hour: number;
  readonly gpus: number;
  readonly cumulative_gpus: number;
  readonly listing_id: string;
  readonly provider: string;
}

export interface Walk {
  readonly gpus: number;
  readonly vwap: number | null;
  readonly marginal: number | null;
  readonly slippage_bps: number | null;
  readonly reason: string | null;
}

/** The price of the Q-th GPU as a Q^b; null comes with its reason. */
export interface PowerFit {
  readonly a: number | null;
  readonly b: number | null;
  readonly r2: number | null;
  readonly reason: string | null;
}

export interface RisingPoint {
  readonly cumulative_gpus: number;
  readonly usd_per_gpu_hour: number;
}

export interface Supply {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly steps: readonly SupplyStep[];
  readonly truncated_above: number | null;
  readonly blind_sources: readonly string[];
  readonly open_archives: readonly string[];
  readonly walk?: Walk;
  readonly fit?: PowerFit;
  readonly elasticity?: Estimate;
  readonly isotonic?: readonly RisingPoint[];
  readonly excluded: Counts;
}

export interface Leg {
  readonly listing_id: string;
  readonly provider: string;
  readonly source: string;
  readonly region: string | null;
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly tier: string | null;
  readonly gpus: number;
  readonly usd_per_gpu_hour: number;
  readonly usd_per_hour: number;
  readonly billed_hours: number;
  readonly age_s: number | null;
  readonly fresh: boolean;
  readonly executable: boolean;
  readonly stock_known: boolean;
}

export interface Quote {
  readonly quote_id: string;
  readonly quoted_at: string;
  readonly stored: boolean;
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly gpus: number;
  readonly hours: number;
  readonly vwap_usd_per_gpu_hour: number;
  readonly usd_per_hour: number;
  readonly total_usd: number;
  readonly legs: readonly Leg[];
  readonly gpus_rented: number;
  readonly worst_age_s: number | null;
  readonly executable: boolean;
  readonly best_usd_per_gpu_hour: number;
  readonly slippage_bps: number;
  readonly excluded: Counts;
  readonly considered: number;
  readonly warnings: readonly string[];
  readonly why: readonly string[];
}

export interface Plan {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly legs: readonly Leg[];
  readonly gpus_rented: number;
  readonly expected_usd: number;
  readonly expected_hours: number;
  readonly executable: boolean;
  readonly worst_age_s: number | null;
  readonly cost_lines: readonly { readonly label: string; readonly usd: number }[];
  readonly warnings: readonly string[];
  readonly why: readonly string[];
}

export interface Routes {
  readonly route_id: string;
  readonly routed_at: string;
  readonly stored: boolean;
  readonly plans: readonly Plan[];
  readonly excluded: Counts;
  readonly considered: number;
}

/** A contract for a term against buying the same hours as one goes. */
export interface Commitment {
  readonly gpus: number;
  readonly months: number;
  /** USD saved at the expected price; the bounds are those of the trend. */
  readonly npv: Estimate;
  readonly decision: "commit" | "wait" | "close" | null;
  readonly p_undercut: number | null;
  readonly break_even: {
    readonly usd_per_gpu_hour: number | null;
    readonly utilisation: number | null;
  };
  readonly effective_usd_per_gpu_hour: number;
  readonly low_outcome_usd: number | null;
  readonly high_outcome_usd: number | null;
  readonly critical_ratio: number | null;
  readonly spot: {
    readonly usd_per_gpu_hour: number;
    readonly expected_usd_per_gpu_hour: number | null;
    readonly reason: string | null;
  };
  readonly why: readonly string[];
}
