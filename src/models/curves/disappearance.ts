import { inverse } from "ml-matrix";
import { type Estimate, estimated, refused } from "../statistics/estimate.ts";
import { maximise, type Surface } from "../statistics/newton.ts";
import { type Exposure, logLikelihood } from "./disappearance-likelihood.ts";

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
  | "not_identified"
  | "not_finite";

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
/** A withdrawal rate below this share of all disappearances is none. */
const leastWithdrawal = 1e-4;
const widestError = 5;

/**
 * What disappearances say about demand: listings are rented at rate exp(a_sku + f(hour) - kappa ln(p/P) + b rank)
 * and withdrawn at a rate of their own; which of the two it was is not seen, so that the mixture is fitted by
 * maximum likelihood. Rates per hour; errors from the curvature at the optimum. Source: methods.md 2. Kappa is null
 * with `too_few_disappearances` (fewer than 30; so empty and one point too), `price_does_not_vary`,
 * `not_converged`, or `not_identified` (its error is above 5: rentals and withdrawals cannot be told apart). Gaps
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
    names,
  );
  if (fitted === null) return refuse("not_converged");
  const { parameters, standardErrors, withdrawalsPerHour } = fitted;
  const kappa = estimated(-parameters[priceAt]!, standardErrors[priceAt]!, usable.length);
  if (kappa.standardError === null || kappa.standardError > widestError) return refuse("not_identified");
  const rank = names.indexOf("rank");
  return {
    kappa,
    rentalsPerHour: Object.fromEntries(
      names.flatMap((name, j) =>
        isSku(name) ? [[name.slice(sku.length), Math.exp(parameters[j]!)] as const] : [],
      ),
    ),
    withdrawalsPerHour,
    rankEffect: rank < 0 ? null : parameters[rank]!,
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

const priceAt = 0;
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

interface Fitted {
  readonly parameters: readonly number[];
  readonly standardErrors: readonly number[];
  readonly withdrawalsPerHour: number;
}

/** The likelier of the optima reached from few and from many withdrawals; without any where they vanish. */
const fitMixture = (exposures: readonly Exposure[], names: readonly string[]): Fitted | null => {
  const hours = exposures.reduce((sum, { gapHours }) => sum + gapHours, 0);
  const rate = exposures.filter(({ gone }) => gone).length / hours;
  const from = (share: number): number[] =>
    names.map((name, j) => (j === priceAt ? -2 : isSku(name) ? Math.log(rate * (1 - share)) : 0));
  const likelihood = (parameters: readonly number[]): Surface => logLikelihood(exposures, parameters);
  const best = [0.2, 0.6]
    .flatMap((share) => maximise(likelihood, [...from(share), Math.log(rate * share)]) ?? [])
    .sort((a, b) => b.surface.value - a.surface.value)[0];
  const withdrawalsPerHour = best ? Math.exp(best.parameters.at(-1)!) : 0;
  const found = best && withdrawalsPerHour > leastWithdrawal * rate ? best : maximise(likelihood, from(0));
  if (found === null) return null;
  return {
    parameters: found.parameters,
    standardErrors: inverse(found.surface.curvature.clone().mul(-1), true).diagonal().map(Math.sqrt),
    withdrawalsPerHour: found === best ? withdrawalsPerHour : 0,
  };
};
