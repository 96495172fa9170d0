import type { GpuEvidence } from "./gpu.ts";
import type { AvailabilityKind, Purchase, Tier } from "./purchase.ts";
import type { Instant } from "./time.ts";

/** What comes with the price; null where the venue does not say. */
export interface Includes {
  readonly cpuCores: number | null;
  readonly ramGib: number | null;
  readonly diskGib: number | null;
}

/**
 * What a source reads off one row of its payload, before GPU, place and currency are resolved.
 * Absent means unknown; a source never writes 0 for unknown.
 */
export interface OfferDraft {
  readonly provider: string;
  /** Who owns the machine where `provider` resells. */
  readonly upstream?: string | null;
  /** The venue's own id of what is offered. */
  readonly offerId: string;
  readonly machineId?: string | null;
  /** The GPU as the venue writes it. */
  readonly gpuRaw: string;
  /** The venue's instance type, which decides the GPU before its name does. */
  readonly instanceType?: string | null;
  /** Memory of one GPU in GiB as told; never the total of the machine. */
  readonly vramGib?: number | null;
  /** What else tells which card it is. */
  readonly evidence?: GpuEvidence | null;
  /** GPUs in the offer. */
  readonly gpuCount: number;
  /** The least number of GPUs that can be rented; equal to gpuCount where it is sold whole. Default gpuCount. */
  readonly minGpus?: number;
  /** Part of one card, 1 for a whole card; slices and MIG are below 1. */
  readonly gpuShare?: number;
  /** Part of the machine's GPUs that the offer takes, 0..1. */
  readonly machineShare?: number | null;
  readonly purchase: Purchase;
  readonly tier?: Tier | null;
  readonly termMonths?: number | null;
  readonly minHours?: number | null;
  readonly upfrontShare?: number | null;
  /** The number the venue wrote, in the unit it wrote (`unitRaw`, for example "US cents per instance-hour"). */
  readonly priceRaw: number;
  readonly unitRaw: string;
  /** ISO 4217. */
  readonly currency: string;
  /** `priceRaw` brought to one GPU for one hour, still in `currency`. */
  readonly pricePerGpuHour: number;
  readonly includes?: Partial<Includes> | null;
  /** Region as the venue writes it. */
  readonly region?: string | null;
  readonly zone?: string | null;
  /** ISO 3166-1 alpha-2, where the payload tells. */
  readonly country?: string | null;
  readonly availableGpus?: number | null;
  readonly availableIs?: AvailabilityKind | null;
  readonly reliability?: number | null;
  readonly slaUptime?: number | null;
  /** Share of such spot machines that the venue took back in the trailing month: between low and high, 0..1. */
  readonly interruptionLow?: number | null;
  readonly interruptionHigh?: number | null;
  /** The least bid that is taken for it, in `currency` per GPU-hour; no ask. */
  readonly minBidPerGpuHour?: number | null;
  readonly interconnect?: string | null;
  readonly confidential?: boolean | null;
  /** A statistic made from other prices, not an offer one can take. */
  readonly derived?: boolean;
  /** The price leaves out the host (CPU, RAM) that one must also pay for. */
  readonly gpuOnly?: boolean;
  readonly effectiveFrom?: Instant | null;
  /** When the venue says the market was so; default: when the payload was received. */
  readonly observedAt?: Instant;
  readonly sourceUrl?: string | null;
  /** The query that found it (see Completeness.blindScopes). */
  readonly scope?: string;
}

/** Doubts about the price of the moment; they come and go with it. */
const priceFlags = ["price_band", "spot_ratio", "tier_ratio", "price_jump", "price_outlier"] as const;
export const offerFlags = ["slice", "derived", "gpu_only", "unknown_gpu", ...priceFlags] as const;
/** Why an offer is shown but stays out of index, quotes and routes. */
export type OfferFlag = (typeof offerFlags)[number];

const doubts: ReadonlySet<string> = new Set(priceFlags);

/** Whether the flag is about the price of the moment and not about what is sold. */
export const isPriceFlag = (flag: OfferFlag): boolean => doubts.has(flag);

/** Something one can rent, resolved and checked. Unknown is null. Prices are finite and positive. */
export interface Offer {
  readonly source: string;
  readonly provider: string;
  readonly upstream: string | null;
  readonly offerId: string;
  readonly machineId: string | null;
  readonly gpuRaw: string;
  /** GPU id, family id, or `unknown:<raw>`. */
  readonly gpu: string;
  readonly gpuCount: number;
  readonly minGpus: number;
  readonly vramGib: number | null;
  readonly gpuShare: number;
  readonly machineShare: number | null;
  readonly purchase: Purchase;
  readonly tier: Tier | null;
  readonly termMonths: number | null;
  readonly minHours: number | null;
  readonly upfrontShare: number | null;
  readonly priceRaw: number;
  readonly unitRaw: string;
  readonly currency: string;
  /** USD per unit of `currency` and the day of the rate; null for USD. */
  readonly fxRate: number | null;
  readonly fxDate: string | null;
  readonly usdPerGpuHour: number;
  readonly includes: Includes | null;
  readonly region: string | null;
  readonly zone: string | null;
  readonly country: string | null;
  readonly jurisdiction: string | null;
  readonly availableGpus: number | null;
  readonly availableIs: AvailabilityKind | null;
  readonly reliability: number | null;
  readonly slaUptime: number | null;
  readonly interruptionLow: number | null;
  readonly interruptionHigh: number | null;
  readonly minBidUsdPerGpuHour: number | null;
  readonly interconnect: string | null;
  readonly confidential: boolean | null;
  readonly flags: readonly OfferFlag[];
  readonly effectiveFrom: Instant | null;
  readonly observedAt: Instant;
  readonly sourceUrl: string | null;
  readonly scope: string;
}

/** A row that failed its check, kept with its reason and the raw text. */
export interface Reject {
  readonly reason: string;
  readonly raw: string;
}

/** What a pull saw of its market. */
export interface Completeness {
  /** `truncated`: a cap cut the answer. `partial`: some requests or rows were lost. `empty`: nothing observed. */
  readonly state: "complete" | "truncated" | "partial" | "empty";
  /** Why it is not complete; null when it is. */
  readonly note: string | null;
  /**
   * Scopes (OfferDraft.scope) that were not seen whole: a listing of theirs that is missing becomes `unknown`,
   * one of any other scope `delisted`. `"*"` stands for all of them.
   */
  readonly blindScopes: readonly string[] | "*";
}

export const complete: Completeness = { state: "complete", note: null, blindScopes: [] };

/**
 * What two rows must agree on to be the same listing; a rename of the GPU id keeps it, and so does another archive
 * (what follows @ in the id of an imported source).
 */
export const listingKey = (offer: Offer): string =>
  [
    offer.source.split("@", 1)[0],
    offer.provider,
    offer.machineId === null ? `o:${offer.offerId}` : `m:${offer.machineId}`,
    offer.gpuRaw,
    offer.gpuCount,
    offer.region ?? "",
    offer.zone ?? "",
    offer.purchase,
    offer.tier ?? "",
    offer.termMonths ?? "",
  ].join("|");
