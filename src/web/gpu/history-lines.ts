import type uPlot from "uplot";
import type { Answer, IndexRow, Offer, PriceRow } from "../api-types.ts";
import { styleOf } from "../lib/series-colour.ts";
import type { Palette } from "../parts/chart.tsx";

const mostProviders = 8;

/** One line of the history: a value or none at each row, and how it is drawn. */
export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Prices that somebody posted, or their middle; the index is measured. */
  readonly posted: boolean;
  readonly style: (palette: Palette) => Partial<uPlot.Series>;
}

/** Providers with the most listings, as many as have a colour. */
export const topProviders = (offers: readonly Offer[]): string[] => {
  const counts = new Map<string, number>();
  for (const { provider } of offers) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, mostProviders)
    .map(([provider]) => provider);
};

/** The book as it stands, as the last point: a bucket that has not ended has no row yet. */
export const presentRow = (offers: readonly Offer[], at: string): PriceRow | null => {
  const usable = offers.filter((offer) => offer.flags.length === 0 && offer.fresh);
  const prices = usable.map(({ usd_per_gpu_hour }) => usd_per_gpu_hour).sort((a, b) => a - b);
  if (prices.length === 0) return null;
  const middle = (prices[(prices.length - 1) >> 1]! + prices[prices.length >> 1]!) / 2;
  return { at, min: prices[0]!, median: middle, reason: null };
};

const byTime = <T extends { readonly at: string }>(
  rows: readonly T[] | undefined,
  of: (row: T) => number | null | undefined,
): Map<string, number | null> => new Map((rows ?? []).map((row) => [row.at, of(row) ?? null]));

/** Cheapest, median and index of the market. */
export const marketLines = (
  rows: readonly PriceRow[],
  index: readonly IndexRow[] | undefined,
  present: { readonly at: string; readonly index: number | null } | null,
): readonly Line[] => {
  const indexAt = byTime(index, (row) => row.value);
  if (present !== null) indexAt.set(present.at, present.index);
  return [
    {
      name: "Cheapest",
      posted: true,
      values: rows.map((row) => row.min ?? null),
      style: ({ series }) => ({ stroke: series[2] ?? "" }),
    },
    {
      name: "Median",
      posted: true,
      values: rows.map((row) => row.median ?? null),
      style: ({ text }) => ({ stroke: text, dash: [4, 3] }),
    },
    {
      name: "Index",
      posted: false,
      values: rows.map((row) => indexAt.get(row.at) ?? null),
      style: ({ accent }) => ({ stroke: accent, width: 2.5 }),
    },
  ];
};

/** The cheapest of each provider; its last point is its row of the present, where there is one. */
export const providerLines = (
  rows: readonly PriceRow[],
  providers: readonly string[],
  answers: readonly (Answer<readonly PriceRow[]> | null)[],
  presentOf: (provider: string) => PriceRow | null,
): readonly Line[] =>
  providers.map((provider, i) => {
    const at = byTime(answers[i]?.data, (row) => row.min);
    const present = presentOf(provider);
    if (present !== null) at.set(present.at, present.min ?? null);
    const { colour, dash } = styleOf(provider);
    return {
      name: provider,
      posted: true,
      values: rows.map((row) => at.get(row.at) ?? null),
      style: ({ series }: Palette) => ({ stroke: series[colour] ?? "", dash: [...dash] }),
    };
  });
