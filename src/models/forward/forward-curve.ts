import { extent, median } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import { annuity } from "./annuity.ts";
import { effectiveLevelRate, type UpfrontTerms } from "./upfront.ts";

/** A quote for a term; who gives it, where that is known. */
export interface ForwardQuote extends UpfrontTerms {
  readonly provider?: string;
}

export interface ForwardPoint {
  /** Start of the forward: the tenor before, or 0. */
  readonly fromMonths: number;
  /** Tenor. */
  readonly months: number;
  /** Level rate of the whole tenor, the median of its quotes, USD per GPU-hour. */
  readonly rate: number;
  /** What the quotes imply for the months from `fromMonths` to `months`, USD per GPU-hour. */
  readonly forward: number;
  /** Bounds of the forward over the quotes behind it; null where a tenor it depends on has but one. */
  readonly low: number | null;
  readonly high: number | null;
  /** Quotes of the tenor. */
  readonly n: number;
  /**
   * `negative` and `below_floor`: no seller would take it by itself, the discount is for the commitment.
   * `mixed_providers`: nobody quotes both tenors, so that it says as much of the providers as of the time.
   */
  readonly flag: "negative" | "below_floor" | "mixed_providers" | null;
}

/**
 * The forward from one tenor to a longer one: [A(T2) R2 - A(T1) R1] / [A(T2) - A(T1)], USD per GPU-hour, from level
 * rates paid monthly in arrears. Source: methods.md 7. T2 not above T1, or a number negative or not finite: null.
 */
export const forwardRate = (
  near: { readonly months: number; readonly rate: number },
  far: { readonly months: number; readonly rate: number },
  annualRate: number,
): number | null => {
  const [first, second] = [annuity(near.months, annualRate), annuity(far.months, annualRate)];
  if (first === null || second === null || !(second > first)) return null;
  const forward = (second * far.rate - first * near.rate) / (second - first);
  return Number.isFinite(forward) && near.rate >= 0 && far.rate >= 0 ? forward : null;
};

/**
 * Forwards between neighbouring tenors from quotes for terms, upfront payments brought to level rates at the yearly
 * cost of capital first: from the medians of the providers that quote both tenors, where nobody does from those of
 * all. A negative forward, or one below `floor` (USD per GPU-hour), is flagged as a discount for the commitment.
 * Source: methods.md 7. Quotes that make no sense are left out, those without a provider count as one provider's;
 * empty: empty; one tenor: its rate is the forward from month 0.
 */
export const forwardCurve = (
  quotes: readonly ForwardQuote[],
  annualRate: number,
  floor: number | null = null,
): ForwardPoint[] => {
  const level = quotes.flatMap(({ provider = "", ...terms }) => {
    const rate = terms.usdPerGpuHour > 0 ? effectiveLevelRate(terms, annualRate) : null;
    return rate === null ? [] : [{ months: terms.months, provider, rate }];
  });
  const tenors = [...groupBy(level, ({ months }) => months)].sort(([a], [b]) => a - b);
  return tenors.map(([months, far], i) => {
    const [fromMonths, near] = tenors[i - 1] ?? [0, null];
    return pointOf({ months: fromMonths, rates: near }, { months, rates: far }, annualRate, floor);
  });
};

interface ProviderRate {
  readonly provider: string;
  readonly rate: number;
}

/** What is quoted for a tenor; null: the start, which nobody quotes. */
interface Tenor<Rates> {
  readonly months: number;
  readonly rates: Rates;
}

const pointOf = (
  near: Tenor<readonly ProviderRate[] | null>,
  far: Tenor<readonly ProviderRate[]>,
  annualRate: number,
  floor: number | null,
): ForwardPoint => {
  const matched = matchedRates(near.rates, far.rates);
  const between = (nearRate: number, farRate: number): number =>
    forwardRate({ months: near.months, rate: nearRate }, { months: far.months, rate: farRate }, annualRate)!;
  const forward = between(matched.near.middle, matched.far.middle);
  const isBounded = matched.near.n > 1 && matched.far.n > 1;
  const flag = forward < 0 ? "negative" : floor !== null && forward < floor ? "below_floor" : null;
  return {
    fromMonths: near.months,
    months: far.months,
    rate: rangeOf(far.rates).middle,
    forward,
    low: isBounded ? between(matched.near.highest, matched.far.lowest) : null,
    high: isBounded ? between(matched.near.lowest, matched.far.highest) : null,
    n: far.rates.length,
    flag: flag ?? (matched.isMixed ? "mixed_providers" : null),
  };
};

/** The rates of both tenors by the providers that quote both, by all where nobody does. */
const matchedRates = (near: readonly ProviderRate[] | null, far: readonly ProviderRate[]) => {
  if (near === null) return { near: nothing, far: rangeOf(far), isMixed: false };
  const among = (rows: readonly ProviderRate[], others: readonly ProviderRate[]) =>
    rows.filter(({ provider }) => others.some((other) => other.provider === provider));
  const [both, later] = [among(near, far), among(far, near)];
  return both.length === 0
    ? { near: rangeOf(near), far: rangeOf(far), isMixed: true }
    : { near: rangeOf(both), far: rangeOf(later), isMixed: false };
};

const nothing = { lowest: 0, middle: 0, highest: 0, n: Number.POSITIVE_INFINITY };

const rangeOf = (rows: readonly ProviderRate[]) => {
  const rates = rows.map(({ rate }) => rate);
  const [lowest, highest] = extent(rates);
  return { lowest, middle: median(rates), highest, n: rates.length };
};
