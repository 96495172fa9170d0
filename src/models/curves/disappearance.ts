import { type Estimate, refused } from "../statistics/estimate.ts";
import { fitMixture } from "./disappearance-fit.ts";
import type { Exposure } from "./disappearance-likelihood.ts";

/**
 * A time between two looks at a listing. Looks between which nothing changed may be joined to one that it survived.
 */
export interface WatchedGap {
  readonly gapHours: number;
  /** Whether the listing had disappeared at the end. */
  readonly gone: boolean;
  /** ln of its price over the reference price of the market. */
  readonly logRelativePrice: number;
  /** Listings with a base rate of their own, such as a SKU. */
  readonly sku?: string;
  /** Hour of the day, 0..24; the rate may rise and fall once a day where every gap tells it. */
  readonly hourOfDay?: number;
  /** Place in the venue's list, 0 the top; counts where every gap tells it. */
  readonly rank?: number;
}

export type DisappearanceReason =
  | "too_few_disappearances"
  | "price_does_not_vary"
  | "not_converged"
  | "not_identified";

export interface DisappearanceModel {
  /** Percent fewer rentals an hour for one percent more relative price. */
  readonly kappa: Estimate<DisappearanceReason>;
  /**
   * Rentals an hour of one listing at the reference price and rank 0, by SKU: `""` where none is told, `other` for
   * those with fewer than 5 disappearances each.
   */
  readonly rentalsPerHour: Readonly<Record<string, number>>;
  /** Withdrawals an hour of one listing, whatever its price; 0 where the data show none. */
  readonly withdrawalsPerHour: number | null;
  /** Change of the log rate a place further down; null where no rank is told. */
  readonly rankEffect: number | null;
  readonly disappearances: number;
  readonly excluded: number;
}

export const minDisappearances = 30;

/**
 * What disappearances say about demand: listings are rented at rate exp(a_sku + f(hour) - kappa ln(p/P) + b rank)
 * and withdrawn at a rate of their own; which of the two it was is not seen, so that the mixture is fitted by
 * maximum likelihood. Rates per hour. Bounds of kappa from its profile likelihood, withdrawals being 0 or more; null,
 * open, where they would lie beyond +-25. Its standard error, from the curvature, is null where withdrawals fit to 0
 * or a bound is open. Source: methods.md 2; Venzon, Moolgavkar 1988. Kappa is null with `too_few_disappearances`
 * (fewer than 30; so empty and one point too), `price_does_not_vary`, `not_converged`, or `not_identified` (one rate
 * whatever the price explains the data nearly as well, or kappa is open on both sides or itself beyond +-25). Gaps
 * that are not positive, or hold a number that is not finite, are counted in `excluded`.
 */
export const fitDisappearances = (gaps: readonly WatchedGap[]): DisappearanceModel => {
  const usable = withPooledSkus(gaps.filter(isUsable));
  const disappearances = usable.filter(({ gone }) => gone).length;
  const counts = { disappearances, excluded: gaps.length - usable.length };
  const refuse = (reason: DisappearanceReason): DisappearanceModel => ({
    kappa: refused(reason, usable.length),
    rentalsPerHour: {},
    withdrawalsPerHour: null,
    rankEffect: null,
    ...counts,
  });
  if (disappearances < minDisappearances) return refuse("too_few_disappearances");
  if (usable.every((gap) => gap.logRelativePrice === usable[0]!.logRelativePrice))
    return refuse("price_does_not_vary");
  const names = namesOf(usable);
  const fitted = fitMixture(
    usable.map((gap) => exposureOf(gap, names)),
    names.map(isSku),
  );
  if (fitted === null) return refuse("not_converged");
  const { coefficients, withdrawalsPerHour, kappa } = fitted;
  if (kappa.reason !== null) return refuse(kappa.reason);
  const rank = names.indexOf("rank");
  return {
    kappa,
    rentalsPerHour: Object.fromEntries(
      names.flatMap((name, j) =>
        isSku(name) ? [[name.slice(sku.length), Math.exp(coefficients[j]!)] as const] : [],
      ),
    ),
    withdrawalsPerHour,
    rankEffect: rank < 0 ? null : coefficients[rank]!,
    ...counts,
  };
};

/** Per hour and USD: fills of one offer at distance d above the reference price come at rate A exp(-k d). */
export const fillIntensity = (
  kappa: number,
  rentalsPerHour: number,
  usdPerGpuHour: number,
): { readonly perHour: number; readonly perUsd: number } => ({
  perHour: rentalsPerHour,
  perUsd: kappa / usdPerGpuHour,
});

const sku = "sku ";
const fewestASku = 5;

const isSku = (name: string): boolean => name.startsWith(sku);

const isUsable = ({ gapHours, logRelativePrice, hourOfDay = 0, rank = 0 }: WatchedGap): boolean =>
  gapHours > 0 && [gapHours, logRelativePrice, hourOfDay, rank].every(Number.isFinite);

/** A SKU that hardly ever disappears has no rate of its own; together they have one, or are left out. */
const withPooledSkus = (gaps: readonly WatchedGap[]): WatchedGap[] => {
  const counts = (all: readonly WatchedGap[]): Map<string, number> => {
    const gone = new Map<string, number>();
    for (const gap of all) gone.set(gap.sku ?? "", (gone.get(gap.sku ?? "") ?? 0) + (gap.gone ? 1 : 0));
    return gone;
  };
  const own = counts(gaps);
  if (own.size === 1) return [...gaps];
  const pooled = gaps.map((gap) => (own.get(gap.sku ?? "")! < fewestASku ? { ...gap, sku: "other" } : gap));
  const together = counts(pooled);
  return pooled.filter((gap) => together.get(gap.sku ?? "")! >= fewestASku);
};

const namesOf = (gaps: readonly WatchedGap[]): string[] => {
  const skus = [...new Set(gaps.map((gap) => gap.sku ?? ""))].sort();
  const hours = new Set(gaps.map(({ hourOfDay }) => hourOfDay));
  const ranks = new Set(gaps.map(({ rank }) => rank));
  return [
    "price",
    ...skus.map((name) => `${sku}${name}`),
    ...(hours.has(undefined) || hours.size < 3 ? [] : ["sine", "cosine"]),
    ...(ranks.has(undefined) || ranks.size < 2 ? [] : ["rank"]),
  ];
};

const exposureOf = (gap: WatchedGap, names: readonly string[]): Exposure => {
  const angle = (2 * Math.PI * (gap.hourOfDay ?? 0)) / 24;
  const known = new Map([
    ["price", gap.logRelativePrice],
    [`${sku}${gap.sku ?? ""}`, 1],
    ["sine", Math.sin(angle)],
    ["cosine", Math.cos(angle)],
    ["rank", gap.rank ?? 0],
  ]);
  return { gapHours: gap.gapHours, gone: gap.gone, x: names.map((name) => known.get(name) ?? 0) };
};
