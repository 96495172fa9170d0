import { gateOf, passesGate } from "./gate.ts";
import type { HeadlineRule } from "./headline-rules.ts";
import { gpusBehindListing } from "./index-listing.ts";
import { lowerWeightedMedian } from "./weighted-median.ts";

/**
 * The first version of the headline, which values published under it are still checked by: every listing votes in the
 * gate, a listing whose stock is not told weighs its package, of two prices at half of the weight the lower one is
 * taken, and a value needs 8 machines.
 */
export const versionOne: HeadlineRule = {
  passes: (listings) => {
    if (listings.length === 0) return [];
    const logs = listings.map(({ usdPerGpuHour }) => Math.log(usdPerGpuHour));
    const gate = gateOf(logs);
    return logs.map((log) => passesGate(log, gate));
  },
  depth: (listing) => ({ free: gpusBehindListing(listing), telling: 1, silent: 0 }),
  gpus: (providers) => providers.map(({ free }) => free),
  median: lowerWeightedMedian,
  isWide: (nMachines) => nMachines >= 8,
};
