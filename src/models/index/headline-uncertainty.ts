import { presentVersion } from "../headline-rules.ts";
import type { IndexListing } from "../index-listing.ts";
import { type BootstrapOptions, clusterBootstrap } from "../statistics/cluster-bootstrap.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { drawableCell } from "./drawn-headline.ts";

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
  version = presentVersion,
): Estimate<"empty" | "undefined"> => {
  const { providers, headline } = drawableCell(listings, version);
  return clusterBootstrap(providers.length, headline, options);
};

/**
 * What the headline would be without each provider in turn, the one that moves it most first (ties by name).
 * Source: methods.md 1.5. Nothing usable: empty. One provider: a row without change.
 */
export const headlineLeverage = (
  listings: readonly IndexListing[],
  version = presentVersion,
): LeverageRow[] => {
  const { providers, gpus, headline } = drawableCell(listings, version);
  const all = headline(providers.map(() => 1));
  const rows = providers.map((provider, left) => {
    const without = headline(providers.map((_, i) => (i === left ? 0 : 1)));
    const change = without === null || all === null ? null : without / all - 1;
    return { provider, gpus: gpus[left]!, without, change };
  });
  return rows.sort(
    (a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0) || (a.provider < b.provider ? -1 : 1),
  );
};
