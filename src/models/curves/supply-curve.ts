import { isPositive } from "../is-positive.ts";
import type { EquilibriumStep } from "./equilibrium.ts";

/** Steps laid out for being met many times: prices, never falling, and the GPUs up to and with each. */
export interface SupplyCurve {
  readonly prices: Float64Array;
  readonly cumulative: Float64Array;
}

/**
 * The steps that have a price and GPUs (finite and positive), cheapest first, each with a share of GPUs more than it
 * had: 0.2 is 20 % more, -1 leaves none of them. Empty: empty.
 */
export const sortSteps = <Step extends EquilibriumStep>(steps: readonly Step[], more: number): Step[] =>
  steps
    .map((step) => ({ ...step, gpus: step.gpus * (1 + more) }))
    .filter(({ usdPerGpuHour, gpus }) => isPositive(usdPerGpuHour) && isPositive(gpus))
    .sort((a, b) => a.usdPerGpuHour - b.usdPerGpuHour);

/** The curve of steps that are sorted. Empty: empty. */
export const supplyCurve = (sorted: readonly EquilibriumStep[]): SupplyCurve => {
  let below = 0;
  const cumulative = Float64Array.from(sorted, ({ gpus }) => {
    below += gpus;
    return below;
  });
  return { prices: Float64Array.from(sorted, ({ usdPerGpuHour }) => usdPerGpuHour), cumulative };
};

/** All GPUs of the curve; empty: 0. */
export const gpusOf = ({ cumulative }: SupplyCurve): number => cumulative.at(-1) ?? 0;

/**
 * The cheapest step up to which there are as many GPUs as are wanted at its price, by its place; null where supply
 * falls short at every price, or is empty. Steps without GPUs of their own (not drawn) count for nothing. `wanted`
 * must not rise with the price.
 */
export const stepReached = (
  { prices, cumulative }: SupplyCurve,
  wanted: (usdPerGpuHour: number) => number,
): number | null => {
  let [low, high] = [0, prices.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const gpus = cumulative[middle]!;
    if (gpus > 0 && wanted(prices[middle]!) <= gpus) high = middle;
    else low = middle + 1;
  }
  const isBeyondAll = (cumulative[low - 1] ?? 0) === cumulative.at(-1);
  return low < prices.length && !isBeyondAll ? low : null;
};
