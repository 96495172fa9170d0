import type { IndexListing } from "../../src/models/index-listing.ts";

/**
 * A committed cell: ten providers with 4 to 40 listings each, prices between 1.80 and 2.60 USD per GPU-hour around a
 * level of each provider's own, the first provider holding nearly half of the GPUs. No randomness.
 */
export const syntheticCell: readonly IndexListing[] = Array.from({ length: 10 }, (_, p) => p).flatMap((p) =>
  Array.from({ length: p === 0 ? 40 : 4 + p }, (_, i) => ({
    id: `p${p}-${i}`,
    provider: `provider-${p}`,
    usdPerGpuHour: 1.8 + 0.05 * p + 0.01 * ((i * 7) % 36),
    gpus: 8,
    freeGpus: p === 0 ? 16 : 8,
    machine: i % 3 === 0 ? null : `m${i}`,
  })),
);
