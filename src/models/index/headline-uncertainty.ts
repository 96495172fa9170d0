import { madGate } from "../gate.ts";
import { groupBy } from "../group-by.ts";
import type { IndexListing } from "../headline-index.ts";
import { cappedShares } from "../provider-cap.ts";
import { type BootstrapOptions, clusterBootstrap } from "../statistics/cluster-bootstrap.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { weightedMedian } from "../weighted-median.ts";

export interface LeverageRow {
  readonly provider: string;
  readonly gpus: number;
  /** The headline without this provider, USD per GPU-hour; null where nobody is left. */
  readonly without: number | null;
  /** Change of the headline when this provider is left out, as a share of it. */
  readonly change: number | null;
}

/**
 * Bounds of the headline when providers are drawn with replacement, each draw gated, capped and weighed anew (at
 * least 500 draws; 1,000 where not said), in USD per GPU-hour. The value is that of `headlineIndex` before its gate
 * of publication; `n` counts providers. One provider: open bounds. Source: methods.md 1.5. Nothing usable: null,
 * `empty`.
 */
export const headlineInterval = (
  listings: readonly IndexListing[],
  options: BootstrapOptions,
): Estimate<"empty" | "undefined"> => {
  const providers = byProvider(listings);
  return clusterBootstrap(providers.length, (counts) => headlineOf(providers, counts), options);
};

/**
 * What the headline would be without each provider in turn, the one that moves it most first (ties by name).
 * Source: methods.md 1.5. Nothing usable: empty. One provider: a row without change.
 */
export const headlineLeverage = (listings: readonly IndexListing[]): LeverageRow[] => {
  const providers = byProvider(listings);
  const all = headlineOf(
    providers,
    providers.map(() => 1),
  );
  const rows = providers.map(({ provider, rows: own }, left) => {
    const without = headlineOf(
      providers,
      providers.map((_, i) => (i === left ? 0 : 1)),
    );
    const change = without === null || all === null ? null : without / all - 1;
    return { provider, gpus: own.reduce((sum, { gpus }) => sum + gpus, 0), without, change };
  });
  return rows.sort(
    (a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0) || (a.provider < b.provider ? -1 : 1),
  );
};

interface ProviderListings {
  readonly provider: string;
  readonly rows: readonly IndexListing[];
}

const byProvider = (listings: readonly IndexListing[]): ProviderListings[] => {
  const usable = listings.filter(({ usdPerGpuHour, gpus }) => isPositive(usdPerGpuHour) && isPositive(gpus));
  const groups = [...groupBy(usable, ({ provider }) => provider)];
  return groups
    .map(([provider, rows]) => ({ provider, rows }))
    .sort((a, b) => (a.provider < b.provider ? -1 : 1));
};

/** The headline of providers taken `counts` times each, a copy being a provider of its own. */
const headlineOf = (providers: readonly ProviderListings[], counts: readonly number[]): number | null => {
  const copies = providers.flatMap(({ rows }, i) => Array.from({ length: counts[i]! }, () => rows));
  const prices = copies.flatMap((rows) => rows.map(({ usdPerGpuHour }) => usdPerGpuHour));
  const passes = madGate(prices);
  let seen = 0;
  const kept = copies.map((rows) => rows.filter(() => passes[seen++])).filter((rows) => rows.length > 0);
  const gpus = kept.map((rows) => rows.reduce((sum, row) => sum + row.gpus, 0));
  const shares = cappedShares(gpus);
  return weightedMedian(
    kept.flatMap((rows, i) =>
      rows.map((row) => ({ value: row.usdPerGpuHour, weight: (row.gpus / gpus[i]!) * shares[i]! })),
    ),
  );
};

const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
