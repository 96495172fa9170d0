/** The answers of the API as its schemas in ../api say, by hand: type imports from there would pull in Node. */

export type * from "./api-desk-types.ts";
export type * from "./api-model-types.ts";
export type * from "./api-source-types.ts";

export type Purchase = "on_demand" | "spot" | "reserved";

export interface SourceAge {
  readonly source: string;
  readonly status: "ok" | "stale" | "failing" | "disabled";
  readonly age_s: number | null;
}

export interface Meta {
  readonly at: string;
  readonly as_of: string;
  readonly data_age_s: number | null;
  readonly completeness: number | null;
  readonly sources: readonly SourceAge[];
  readonly methodology: string;
  readonly next_cursor?: string | null;
  readonly simulated?: boolean;
  readonly methodology_change?: MethodologyChange;
}

/** Up to when a series was published under which version of its method, and under which since. */
export interface MethodologyChange {
  readonly last_at: string;
  readonly from: string;
  readonly to: string;
}

export interface Answer<T> {
  readonly data: T;
  readonly meta: Meta;
}

export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly {
    readonly field: string;
    readonly message: string;
    readonly allowed?: readonly string[];
  }[];
  readonly details?: {
    readonly constraints?: readonly string[];
    readonly would_do?: Readonly<Record<string, number | boolean>>;
    readonly available_gpus?: number;
    readonly excluded?: Counts;
  };
}

export type Counts = Readonly<Record<string, number>>;

export interface Best {
  readonly usd_per_gpu_hour: number;
  readonly provider: string;
  readonly source: string;
  readonly listing_id: string;
  readonly tier: string | null;
  readonly age_s: number | null;
  readonly fresh: boolean;
  readonly executable: boolean;
}

export interface DatedValue {
  readonly at: string;
  readonly value: number;
}

export interface MarketRow {
  readonly gpu: string;
  readonly name: string;
  readonly family: boolean;
  readonly vendor: string | null;
  readonly vram_gib: number | null;
  readonly form_factor: string | null;
  readonly fp16_tflops: number | null;
  readonly best_on_demand: Best | null;
  readonly best_spot: Best | null;
  readonly best_on_demand_community: Best | null;
  readonly best_spot_community: Best | null;
  readonly index: number | null;
  readonly index_reason: string | null;
  readonly index_last: DatedValue | null;
  readonly index_providers: number;
  readonly free_gpus: number | null;
  readonly listings: number;
  readonly expired_listings: number;
  readonly providers: number;
  readonly fresh_free_gpus: number | null;
  readonly fresh_listings: number;
  readonly fresh_providers: number;
  readonly change_1d_percent: number | null;
  readonly change_7d_percent: number | null;
  readonly line: readonly (readonly number[])[];
  readonly age_s: number | null;
  readonly fresh: boolean;
}

export interface Change {
  readonly at: string;
  readonly kind: "new" | "gone" | "repriced";
  readonly listing_id: string;
  readonly source: string;
  readonly provider: string;
  readonly gpu: string;
  readonly gpu_count: number;
  readonly purchase: Purchase;
  readonly tier: string | null;
  readonly region: string | null;
  readonly from_usd_per_gpu_hour: number | null;
  readonly to_usd_per_gpu_hour: number | null;
  readonly percent: number | null;
  readonly flags: readonly string[];
}

export interface ChangesSummary {
  readonly since: string;
  readonly new: number;
  readonly gone: number;
  readonly repriced: number;
  readonly capped: boolean;
  readonly movers: readonly Change[];
}

export interface Reject {
  readonly pull_no: number;
  readonly observed_at: string;
  readonly reason: string;
  readonly raw: string;
}

export interface GpuFacts {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string | null;
  readonly launch: string | null;
  readonly vram_gib: number | null;
  readonly memory_bandwidth_gbps: number | null;
  readonly fp16_tflops: number | null;
  readonly fp8_tflops: number | null;
  readonly tdp_w: number | null;
  readonly form_factor: string | null;
  readonly interconnect: string | null;
  readonly interconnect_gbps: number | null;
  readonly members: readonly string[];
  readonly listings: number;
}

export interface Offer {
  readonly listing_id: string;
  readonly source: string;
  readonly provider: string;
  readonly upstream: string | null;
  readonly gpu: string;
  readonly gpu_raw: string;
  readonly gpu_count: number;
  readonly min_gpus: number;
  readonly vram_gib: number | null;
  readonly usd_per_gpu_hour: number;
  readonly usd_per_hour: number;
  readonly usd_per_pflop_hour: number | null;
  readonly usd_per_tbps_hour: number | null;
  readonly usd_per_vram_gib_hour: number | null;
  readonly available_gpus: number | null;
  readonly available_is: string | null;
  readonly tier: string | null;
  readonly purchase: Purchase;
  readonly term_months: number | null;
  readonly min_hours: number | null;
  readonly includes: {
    readonly cpu_cores: number | null;
    readonly ram_gib: number | null;
    readonly disk_gib: number | null;
  } | null;
  readonly reliability: number | null;
  readonly sla_uptime: number | null;
  readonly region: string | null;
  readonly zone: string | null;
  readonly country: string | null;
  readonly jurisdiction: string | null;
  readonly interconnect: string | null;
  readonly flags: readonly string[];
  readonly observed_at: string | null;
  readonly changed_at: string;
  readonly first_seen_at: string;
  readonly age_s: number | null;
  readonly fresh: boolean;
  readonly expired: boolean;
  readonly price_raw: number;
  readonly unit_raw: string;
  readonly currency: string;
  readonly fx_rate: number | null;
  readonly fx_date: string | null;
  readonly source_url: string | null;
  readonly executable: boolean;
}

export interface PriceRow {
  readonly at: string;
  readonly min?: number | null;
  readonly median?: number | null;
  readonly reason: string | null;
}

export interface IndexRow {
  readonly at: string;
  readonly value: number | null;
  readonly reason: string | null;
  readonly n_providers: number;
  readonly n_listings: number;
  readonly last: DatedValue | null;
}
