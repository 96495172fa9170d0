import { providerGate } from "./gate.ts";
import type { IndexListing } from "./index-listing.ts";
import { type Depth, providerDepths, toldGpus } from "./provider-depth.ts";
import { versionOne } from "./version-one.ts";
import { type WeightedValue, weightedMedian } from "./weighted-median.ts";

/** What a version of the methodology says of a cell. */
export interface HeadlineRule {
  /** Which listings pass the gate, in the order given. */
  readonly passes: (listings: readonly IndexListing[]) => boolean[];
  /** What a listing says of the GPUs behind it. */
  readonly depth: (listing: IndexListing) => Depth;
  /** GPUs that each provider weighs before the cap, in the order given. */
  readonly gpus: (providers: readonly Depth[]) => number[];
  readonly median: (points: readonly WeightedValue[]) => number | null;
  /** Whether so many machines of so many providers, three at least, are enough for a value. */
  readonly isWide: (nMachines: number, nProviders: number) => boolean;
}

/** Versions of the methodology, oldest first; a value is computed by the version that it was published under. */
export const methodologyVersions = [1, 2] as const;
export type MethodologyVersion = (typeof methodologyVersions)[number];
export const presentVersion: MethodologyVersion = 2;

export const minProviders = 3;
export const minMachines = 8;
/** So many providers are enough whatever the number of their machines. */
export const enoughProviders = 5;

const versionTwo: HeadlineRule = {
  passes: providerGate,
  depth: ({ freeGpus = null, part = 1 }) =>
    freeGpus === null ? { free: 0, telling: 0, silent: part } : { free: freeGpus, telling: 1, silent: 0 },
  gpus: (providers) => providerDepths(providers.map(toldGpus)),
  median: weightedMedian,
  isWide: (nMachines, nProviders) => nMachines >= minMachines || nProviders >= enoughProviders,
};

export const headlineRules: Readonly<Record<MethodologyVersion, HeadlineRule>> = {
  1: versionOne,
  2: versionTwo,
};
