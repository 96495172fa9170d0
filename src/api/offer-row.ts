import { ageSeconds, type Book, type BookOffer, confirmedAt, isExecutable } from "../domain/book.ts";
import type { GpuTable } from "../domain/gpu.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { isCurrent, isExpired } from "../domain/validity.ts";
import { findResold } from "../models/resold.ts";
import { Type } from "../typebox.ts";
import { flag, number, purchase, text, time } from "./schema.ts";

export const offerRowSchema = Type.Object({
  listing_id: Type.String(),
  source: Type.String({ description: "The collector that saw it" }),
  provider: Type.String({ description: "Who sells it" }),
  upstream: text("Who owns the machine where the provider resells"),
  same_as: text("Listing at the machine's owner that counts for this capacity; null where this one counts"),
  gpu: Type.String({ description: "GPU id, family id or unknown:<name as written>" }),
  gpu_raw: Type.String({ description: "The GPU as the venue writes it" }),
  gpu_count: Type.Integer({ description: "GPUs in the offer" }),
  min_gpus: Type.Integer({ description: "Least number of GPUs that can be rented" }),
  vram_gib: number("Memory of one GPU as told"),
  usd_per_gpu_hour: Type.Number(),
  usd_per_hour: Type.Number({ description: "For the whole offer" }),
  usd_per_pflop_hour: number("Dense FP16; null where the card's rate is unknown"),
  usd_per_tbps_hour: number("Memory bandwidth"),
  usd_per_vram_gib_hour: number(),
  available_gpus: number("Free GPUs; null where the venue does not tell"),
  available_is: text("exact, floor, ceiling or level"),
  tier: text("secure or community"),
  purchase,
  term_months: number(),
  min_hours: number(),
  includes: Type.Unsafe<{ cpu_cores: number | null; ram_gib: number | null; disk_gib: number | null } | null>(
    {
      type: ["object", "null"],
      properties: {
        cpu_cores: { type: ["number", "null"] },
        ram_gib: { type: ["number", "null"] },
        disk_gib: { type: ["number", "null"] },
      },
    },
  ),
  reliability: number("0 to 1, as the venue measures it"),
  sla_uptime: number(),
  region: text("As the venue writes it"),
  zone: text(),
  country: text("ISO 3166-1 alpha-2"),
  jurisdiction: text("Country of the operator's ultimate parent"),
  interconnect: text(),
  confidential: flag(),
  state: Type.String(),
  flags: Type.Array(Type.String(), { description: "Why it stays out of index, quotes and routes" }),
  observed_at: text("When it was last seen"),
  changed_at: time("When price, free GPUs or state last changed"),
  first_seen_at: time(),
  age_s: number("Seconds since observed_at"),
  fresh: Type.Boolean({
    description: "Current: confirmed within twice its source's interval, list prices 30 days",
  }),
  expired: Type.Boolean({
    description: "Not confirmed for 7 days (list prices 30): out of quotes, routes, best prices and curves",
  }),
  price_raw: Type.Number({ description: "The number the venue wrote" }),
  unit_raw: Type.String({ description: "The unit it wrote it in" }),
  currency: Type.String(),
  fx_rate: number("USD per unit of currency"),
  fx_date: text("Day of the ECB rate"),
  effective_from: text(),
  source_url: text(),
  executable: Type.Boolean({ description: "Orderable at that price now" }),
});

/** The part of a row that does not depend on the time of the request, kept with its offer. */
const lasting = new WeakMap<BookOffer, ReturnType<typeof lastingPart>>();

const per = (usd: number, amount: number | null | undefined, unit: number): number | null =>
  amount == null || amount <= 0 ? null : usd / (amount / unit);

const lastingPart = (offer: BookOffer, gpus: GpuTable) => {
  const gpu = gpus.byId.get(offer.gpu);
  const usd = offer.usdPerGpuHour;
  return {
    listing_id: offer.listingId,
    source: offer.source,
    provider: offer.provider,
    upstream: offer.upstream,
    same_as: null as string | null,
    gpu: offer.gpu,
    gpu_raw: offer.gpuRaw,
    gpu_count: offer.gpuCount,
    min_gpus: offer.minGpus,
    vram_gib: offer.vramGib,
    usd_per_gpu_hour: usd,
    usd_per_hour: usd * offer.gpuCount,
    usd_per_pflop_hour: per(usd, gpu?.fp16Tflops, 1000),
    usd_per_tbps_hour: per(usd, gpu?.memoryBandwidthGbps, 1000),
    usd_per_vram_gib_hour: per(usd, gpu?.vramGib ?? offer.vramGib, 1),
    available_gpus: offer.availableGpus,
    available_is: offer.availableIs,
    tier: offer.tier,
    purchase: offer.purchase,
    term_months: offer.termMonths,
    min_hours: offer.minHours,
    includes: offer.includes && {
      cpu_cores: offer.includes.cpuCores,
      ram_gib: offer.includes.ramGib,
      disk_gib: offer.includes.diskGib,
    },
    reliability: offer.reliability,
    sla_uptime: offer.slaUptime,
    region: offer.region,
    zone: offer.zone,
    country: offer.country,
    jurisdiction: offer.jurisdiction,
    interconnect: offer.interconnect,
    confidential: offer.confidential,
    state: "live",
    flags: [...offer.flags],
    observed_at: null as string | null,
    changed_at: formatInstant(offer.changedAt),
    first_seen_at: formatInstant(offer.firstSeenAt),
    age_s: null as number | null,
    fresh: false,
    expired: true,
    price_raw: offer.priceRaw,
    unit_raw: offer.unitRaw,
    currency: offer.currency,
    fx_rate: offer.fxRate,
    fx_date: offer.fxDate,
    effective_from: offer.effectiveFrom === null ? null : formatInstant(offer.effectiveFrom),
    source_url: offer.sourceUrl,
    executable: false,
  };
};

/** An offer as the API shows it at `now`. */
export const offerRow = (offer: BookOffer, book: Book, now: Instant, gpus: GpuTable) => {
  let part = lasting.get(offer);
  if (!part) {
    part = lastingPart(offer, gpus);
    lasting.set(offer, part);
  }
  const seen = confirmedAt(offer, book);
  const age = ageSeconds(offer, book, now);
  // A copy whose fields are then set keeps the shape the serialiser is fast on; adding fields would lose it.
  const row = { ...part };
  row.observed_at = seen === null ? null : formatInstant(seen);
  row.age_s = age === null ? null : Math.round(age);
  row.fresh = isCurrent(offer, book, now);
  row.expired = isExpired(offer, book, now);
  row.executable = isExecutable(offer, book, now);
  if (offer.upstream !== null) row.same_as = ownerOf(offer, book, now);
  return row;
};

const resoldIn = new WeakMap<Book, ReturnType<typeof findResold>>();

const ownerOf = (offer: BookOffer, book: Book, now: Instant): string | null => {
  let resold = resoldIn.get(book);
  if (!resold) {
    resold = findResold(
      book.offers.filter((each) => each.flags.length === 0),
      book,
      now,
    );
    resoldIn.set(book, resold);
  }
  return resold.get(offer)?.listingId ?? null;
};

export type OfferRow = ReturnType<typeof offerRow>;
