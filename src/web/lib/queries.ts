import type { ChangesSummary, GpuFacts, MarketRow, Providers } from "../api-types.ts";
import { pathOf } from "./client.ts";
import { type Loaded, useAnswer } from "./use-answer.ts";

/** The answers several rooms look at. */
export const useMarket = (tier?: string): Loaded<readonly MarketRow[]> =>
  useAnswer(pathOf("/v1/market", { tier }), { scope: tier ?? "" });
export const useProviders = (): Loaded<Providers> => useAnswer("/v1/providers");
export const useSummary = (): Loaded<ChangesSummary> => useAnswer("/v1/changes/summary");
export const useGpus = (): Loaded<readonly GpuFacts[]> => useAnswer("/v1/gpus", { poll: false });
