import { type PowerDraw, powerUsdPerGpuHour } from "../economics/power.ts";
import { type Estimate, refused } from "../statistics/estimate.ts";

/** A price with bounds that may be open. */
export type PriceEstimate = Pick<Estimate, "value" | "standardError" | "low" | "high" | "n">;

export type MarginReason = "no_price" | "bad_input";

/**
 * Compute-power spread: the index less what the power of a GPU-hour costs (kW x PUE x price of power), USD per
 * GPU-hour; bounds are those of the index, shifted. A power price may be negative. Source: methods.md 3. No index:
 * null, `no_price`. Draw or PUE negative, or anything not finite: null, `bad_input`.
 */
export const computePowerSpread = (index: PriceEstimate, draw: PowerDraw): Estimate<MarginReason> => {
  const cost = powerUsdPerGpuHour(draw);
  if (index.value === null || !Number.isFinite(index.value)) return refused("no_price", index.n);
  return cost === null ? refused("bad_input", index.n) : shifted(index, (price) => price - cost, 1);
};

/**
 * Token spread: what the tokens of a GPU-hour sell for less what the GPU-hour costs, USD per GPU-hour: the margin
 * of serving a model on rented GPUs. Bounds are those of the GPU price, turned around. Source: methods.md 3. No GPU
 * price: null, `no_price`. Tokens or their price negative or not finite: null, `bad_input`.
 */
export const tokenSpread = (
  gpu: PriceEstimate,
  tokensPerGpuHour: number,
  usdPerMillionTokens: number,
): Estimate<MarginReason> => {
  if (gpu.value === null || !Number.isFinite(gpu.value)) return refused("no_price", gpu.n);
  const revenue = (tokensPerGpuHour * usdPerMillionTokens) / 1e6;
  if (!(tokensPerGpuHour >= 0 && usdPerMillionTokens >= 0) || !Number.isFinite(revenue))
    return refused("bad_input", gpu.n);
  return shifted(gpu, (price) => revenue - price, -1);
};

/** A margin that rises (1) or falls (-1) with the price, bounds carried over. */
const shifted = (
  price: PriceEstimate,
  margin: (usd: number) => number,
  direction: 1 | -1,
): Estimate<never> => {
  const [low, high] = direction === 1 ? [price.low, price.high] : [price.high, price.low];
  return {
    value: margin(price.value!),
    standardError: price.standardError,
    low: low === null ? null : margin(low),
    high: high === null ? null : margin(high),
    n: price.n,
    reason: null,
  };
};
