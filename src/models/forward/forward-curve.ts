import { median } from "simple-statistics";
import { groupBy } from "../group-by.ts";
import { annuity } from "./annuity.ts";
import { effectiveLevelRate, type UpfrontTerms } from "./upfront.ts";

export interface ForwardPoint {
  /** Start of the forward: the tenor before, or 0. */
  readonly fromMonths: number;
  /** Tenor. */
  readonly months: number;
  /** Level rate of the whole tenor, the median of its quotes, USD per GPU-hour. */
  readonly rate: number;
  /** What the quotes imply for the months from `fromMonths` to `months`, USD per GPU-hour. */
  readonly forward: number;
  /** Bounds of the forward over the quotes; null where a tenor it depends on has but one. */
  readonly low: number | null;
  readonly high: number | null;
  /** Quotes of the tenor. */
  readonly n: number;
  /** A forward that no seller would take by itself: the discount is for the commitment. */
  readonly flag: "negative" | "below_floor" | null;
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
 * cost of capital first. A negative forward, or one below `floor` (USD per GPU-hour), is flagged as a discount for
 * the commitment. Source: methods.md 7. Quotes that make no sense are left out; empty: empty; one tenor: its rate
 * is the forward from month 0.
 */
export const forwardCurve = (
  quotes: readonly UpfrontTerms[],
  annualRate: number,
  floor: number | null = null,
): ForwardPoint[] => {
  const level = quotes.flatMap((quote) => {
    const rate = quote.usdPerGpuHour > 0 ? effectiveLevelRate(quote, annualRate) : null;
    return rate === null ? [] : [{ months: quote.months, rate }];
  });
  const tenors = [...groupBy(level, ({ months }) => months)]
    .map(([months, rows]) =>
      tenorOf(
        months,
        rows.map(({ rate }) => rate),
      ),
    )
    .sort((a, b) => a.months - b.months);
  return tenors.map((tenor, i) => pointOf(tenors[i - 1] ?? start, tenor, annualRate, floor));
};

interface Tenor {
  readonly months: number;
  readonly rate: number;
  readonly lowest: number;
  readonly highest: number;
  readonly n: number;
}

const start: Tenor = { months: 0, rate: 0, lowest: 0, highest: 0, n: Number.POSITIVE_INFINITY };

const tenorOf = (months: number, rates: readonly number[]): Tenor => ({
  months,
  rate: median([...rates]),
  lowest: Math.min(...rates),
  highest: Math.max(...rates),
  n: rates.length,
});

const pointOf = (near: Tenor, far: Tenor, annualRate: number, floor: number | null): ForwardPoint => {
  const between = (nearRate: number, farRate: number): number =>
    forwardRate({ months: near.months, rate: nearRate }, { months: far.months, rate: farRate }, annualRate)!;
  const forward = between(near.rate, far.rate);
  const isBounded = near.n > 1 && far.n > 1;
  return {
    fromMonths: near.months,
    months: far.months,
    rate: far.rate,
    forward,
    low: isBounded ? between(near.highest, far.lowest) : null,
    high: isBounded ? between(near.lowest, far.highest) : null,
    n: far.n,
    flag: forward < 0 ? "negative" : floor !== null && forward < floor ? "below_floor" : null,
  };
};
