import type { Offer } from "../src/domain/offer.ts";

/** A small seeded generator, uniform in [0, 1): the same seed gives the same market. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

const cards = ["h100-sxm", "h200-sxm", "b200", "a100-sxm-80gb", "l40s", "rtx-4090", "rtx-5090", "mi300x"];
const regions = ["US", "DE", "FI", "JP", "IN", "FR"];

/** `count` offers of made-up sellers, prices log-uniform around a level per card. */
export const syntheticOffers = (count: number, observedAt: number, seed = 1): Offer[] => {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, i): Offer => {
    const card = Math.floor(random() * cards.length);
    const usd = Math.round((1 + card / 3) * Math.exp(random() - 0.5) * 10_000) / 10_000;
    const gpuCount = [1, 2, 4, 8][Math.floor(random() * 4)]!;
    return {
      source: "lium",
      provider: `seller-${i % 40}`,
      upstream: null,
      offerId: `offer-${i}`,
      machineId: `machine-${i}`,
      gpuRaw: cards[card]!,
      gpu: cards[card]!,
      gpuCount,
      minGpus: gpuCount,
      vramGib: 80,
      gpuShare: 1,
      machineShare: 1,
      purchase: random() < 0.7 ? "on_demand" : "spot",
      tier: random() < 0.5 ? "secure" : "community",
      termMonths: null,
      minHours: null,
      upfrontShare: null,
      priceRaw: usd * gpuCount,
      unitRaw: "USD per instance-hour",
      currency: "USD",
      fxRate: null,
      fxDate: null,
      usdPerGpuHour: usd,
      includes: { cpuCores: 32, ramGib: 256, diskGib: 1000 },
      region: regions[i % regions.length]!,
      zone: null,
      country: regions[i % regions.length]!,
      jurisdiction: "US",
      availableGpus: gpuCount,
      availableIs: "exact",
      reliability: Math.round(random() * 1000) / 1000,
      slaUptime: null,
      interruptionLow: null,
      interruptionHigh: null,
      minBidUsdPerGpuHour: null,
      interconnect: null,
      confidential: null,
      flags: [],
      effectiveFrom: null,
      observedAt,
      sourceUrl: null,
      scope: "",
    };
  });
};
