import type { Fleet, FleetDraft } from "../domain/fleet.ts";
import type { GpuTable } from "../domain/gpu.ts";
import { type FxRate, usdRate } from "../domain/money.ts";
import type { Includes, Offer, OfferDraft, OfferFlag, Reject } from "../domain/offer.ts";
import type { ProviderTable } from "../domain/provider.ts";
import { availabilityKinds, purchases, tiers } from "../domain/purchase.ts";
import type { RegionTable } from "../domain/region.ts";
import { dayOf, type Instant } from "../domain/time.ts";
import { withoutOddFields } from "./side-fields.ts";

/** Tables and times a draft is judged with. */
export interface JudgeContext {
  readonly source: string;
  readonly gpus: GpuTable;
  readonly providers: ProviderTable;
  readonly regions: RegionTable;
  readonly rates: readonly FxRate[];
  readonly observedAt: Instant;
}

export type Judgement =
  /** `odd`: side fields that were off their scale and are therefore not told. */
  { readonly offer: Offer; readonly odd: readonly string[] } | { readonly reject: Reject };

/**
 * Resolves a draft's provider, GPU, place and currency and checks its numbers. A price, a count, a share of a card or a
 * name that cannot be makes it a reject with one reason; a side field costs only itself (side-fields.ts). An unknown
 * GPU is kept as `unknown:<raw>` and flagged. A currency is understood in either case and never taken for dollars.
 */
export const judge = (told: OfferDraft, context: JudgeContext): Judgement => {
  const currency = told.currency.trim().toUpperCase();
  const { draft, odd } = withoutOddFields(currency === told.currency ? told : { ...told, currency });
  const fault = faultOf(draft);
  if (fault) return rejected(fault, draft);
  const observedAt = Math.min(draft.observedAt ?? context.observedAt, context.observedAt);
  const rate = usdRate(context.rates, currency, dayOf(observedAt));
  if (!rate) return rejected("no_fx_rate", draft);
  return { offer: resolve(draft, context, observedAt, rate), odd };
};

/** Resolves a fleet's GPU and provider; counts that cannot be make it a reject. */
export const judgeFleet = (
  draft: FleetDraft,
  { gpus, providers, observedAt }: JudgeContext,
): { readonly fleet: Fleet } | { readonly reject: Reject } => {
  const { gpuRaw, vramGib = null, region = null, totalGpus, rentedGpus } = draft;
  if (!(totalGpus > 0) || !(rentedGpus >= 0) || rentedGpus > totalGpus || !Number.isFinite(totalGpus))
    return { reject: { reason: "bad_fleet", raw: JSON.stringify(draft).slice(0, 2000) } };
  const { gpu } = gpus.resolve({ name: gpuRaw, instanceType: null, vramGib });
  const provider = providers.canonical(draft.provider);
  return { fleet: { provider, gpuRaw, gpu, region, totalGpus, rentedGpus, observedAt } };
};

const rejected = (reason: string, draft: OfferDraft): Judgement => ({
  reject: { reason, raw: JSON.stringify(draft).slice(0, 2000) },
});

const count = (value: number | null | undefined): boolean =>
  value == null || (Number.isInteger(value) && value >= 0);
const positive = (value: number | null | undefined): boolean =>
  value == null || (Number.isFinite(value) && value > 0);

const checks: readonly (readonly [reason: string, passes: (draft: OfferDraft) => boolean])[] = [
  ["bad_price", (draft) => Number.isFinite(draft.pricePerGpuHour) && draft.pricePerGpuHour > 0],
  ["bad_price", (draft) => Number.isFinite(draft.priceRaw) && draft.priceRaw > 0],
  ["bad_currency", (draft) => /^[A-Z]{3}$/.test(draft.currency)],
  ["no_provider", (draft) => draft.provider.trim() !== ""],
  ["no_gpu_name", (draft) => draft.gpuRaw.trim() !== ""],
  ["no_offer_id", (draft) => draft.offerId !== "" || draft.machineId != null],
  ["bad_gpu_count", (draft) => Number.isInteger(draft.gpuCount) && draft.gpuCount >= 1],
  [
    "bad_gpu_count",
    (draft) => count(draft.minGpus) && draft.minGpus !== 0 && (draft.minGpus ?? 1) <= draft.gpuCount,
  ],
  ["bad_gpu_share", ({ gpuShare }) => gpuShare == null || (gpuShare > 0 && gpuShare <= 1)],
  ["bad_availability", (draft) => draft.availableIs == null || availabilityKinds.includes(draft.availableIs)],
  ["bad_term", (draft) => positive(draft.termMonths)],
  [
    "bad_purchase",
    (draft) => purchases.includes(draft.purchase) && (draft.tier == null || tiers.includes(draft.tier)),
  ],
];

const faultOf = (draft: OfferDraft): string | null =>
  checks.find(([, passes]) => !passes(draft))?.[0] ?? null;

const resolve = (
  draft: OfferDraft,
  { source, gpus, providers, regions }: JudgeContext,
  observedAt: Instant,
  rate: { rate: number; date: string },
): Offer => {
  const provider = providers.canonical(draft.provider);
  const match = gpus.resolve({
    name: draft.gpuRaw,
    instanceType: draft.instanceType ?? null,
    vramGib: draft.vramGib ?? null,
    evidence: draft.evidence ?? null,
  });
  const region = draft.region ?? null;
  const usdPerGpuHour = draft.pricePerGpuHour * rate.rate;
  const dollars = draft.currency === "USD";
  return {
    source,
    provider,
    upstream: draft.upstream ? providers.canonical(draft.upstream) : null,
    offerId: draft.offerId,
    machineId: draft.machineId ?? null,
    gpuRaw: draft.gpuRaw,
    gpu: match.gpu,
    gpuCount: draft.gpuCount,
    minGpus: draft.minGpus ?? draft.gpuCount,
    vramGib: draft.vramGib ?? null,
    gpuShare: draft.gpuShare ?? 1,
    machineShare: draft.machineShare ?? null,
    purchase: draft.purchase,
    tier: draft.tier ?? null,
    termMonths: draft.termMonths ?? null,
    minHours: draft.minHours ?? null,
    upfrontShare: draft.upfrontShare ?? null,
    priceRaw: draft.priceRaw,
    unitRaw: draft.unitRaw,
    currency: draft.currency,
    fxRate: dollars ? null : rate.rate,
    fxDate: dollars ? null : rate.date,
    usdPerGpuHour,
    includes: includesOf(draft),
    region,
    zone: draft.zone ?? null,
    country: draft.country ?? (region === null ? null : regions.countryOf(provider, region)),
    jurisdiction: providers.find(provider)?.jurisdiction ?? null,
    availableGpus: draft.availableGpus ?? null,
    availableIs: draft.availableGpus == null ? null : (draft.availableIs ?? "exact"),
    reliability: draft.reliability ?? null,
    slaUptime: draft.slaUptime ?? null,
    interruptionLow: draft.interruptionLow ?? null,
    interruptionHigh: draft.interruptionHigh ?? null,
    minBidUsdPerGpuHour: draft.minBidPerGpuHour == null ? null : draft.minBidPerGpuHour * rate.rate,
    interconnect: draft.interconnect ?? null,
    confidential: draft.confidential ?? null,
    flags: flagsOf(draft, match),
    effectiveFrom: draft.effectiveFrom ?? null,
    observedAt,
    sourceUrl: draft.sourceUrl ?? null,
    scope: draft.scope ?? "",
  };
};

const includesOf = ({ includes }: OfferDraft): Includes | null =>
  includes
    ? {
        cpuCores: includes.cpuCores ?? null,
        ramGib: includes.ramGib ?? null,
        diskGib: includes.diskGib ?? null,
      }
    : null;

/** What makes the listing special for good; doubts about its price are for plausibility.ts. */
const flagsOf = (draft: OfferDraft, match: { gpu: string; slice: boolean }): OfferFlag[] => [
  ...(match.slice || (draft.gpuShare ?? 1) < 1 ? (["slice"] as const) : []),
  ...(draft.derived ? (["derived"] as const) : []),
  ...(draft.gpuOnly ? (["gpu_only"] as const) : []),
  ...(match.gpu.startsWith("unknown:") ? (["unknown_gpu"] as const) : []),
];
