import { annuity } from "./annuity.ts";

/** A contract at a rate per GPU-hour, part of all of it paid when it starts. */
export interface UpfrontTerms {
  readonly usdPerGpuHour: number;
  readonly months: number;
  /** Part of the whole paid at month 0, 0..1. */
  readonly upfrontShare: number;
}

/**
 * The rate without upfront payment that costs a buyer with this cost of capital as much: [u R T + (1 - u) R A(T)] /
 * A(T), USD per GPU-hour. Nothing upfront, or capital that costs nothing: the rate itself. Source: methods.md 7. A
 * number negative or not finite, a share above 1, no months: null.
 */
export const effectiveLevelRate = (
  { usdPerGpuHour, months, upfrontShare }: UpfrontTerms,
  annualRate: number,
): number | null => {
  const worth = annuity(months, annualRate);
  if (worth === null || worth === 0) return null;
  if (!(usdPerGpuHour >= 0 && Number.isFinite(usdPerGpuHour)) || !(upfrontShare >= 0 && upfrontShare <= 1))
    return null;
  return (usdPerGpuHour * (upfrontShare * months + (1 - upfrontShare) * worth)) / worth;
};

const highestRate = 10;

/**
 * The yearly cost of capital at which paying upfront is as dear as a contract of the same length at `levelRate`
 * without; a buyer whose capital costs less should pay upfront. Null: the upfront offer is dearer even at no cost
 * of capital, or not dearer even at 1,000 %, or it makes no sense.
 */
export const breakEvenCostOfCapital = (terms: UpfrontTerms, levelRate: number): number | null => {
  const gap = (annualRate: number): number =>
    (effectiveLevelRate(terms, annualRate) ?? Number.NaN) - levelRate;
  if (!(gap(0) <= 0 && gap(highestRate) >= 0)) return null;
  let [low, high] = [0, highestRate];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (gap(middle) <= 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};
