import type { ChangesSummary, GpuFacts, MarketRow, Providers } from "../api-types.ts";
import type { Intervals } from "./staleness.ts";
import { type Loaded, useAnswer } from "./use-answer.ts";

/** The answers several rooms look at. */
export const useMarket = (): Loaded<readonly MarketRow[]> => useAnswer("/v1/market");
export const useProviders = (): Loaded<Providers> => useAnswer("/v1/providers");
export const useSummary = (): Loaded<ChangesSummary> => useAnswer("/v1/changes/summary");
export const useGpus = (): Loaded<readonly GpuFacts[]> => useAnswer("/v1/gpus", { poll: false });

/** Minutes between the pulls of each source. */
export const useIntervals = (): Intervals =>
  new Map(useProviders().answer?.data.sources.map(({ source, every_minutes }) => [source, every_minutes]));
