import { type BootstrapOptions, clusterBootstrap } from "../statistics/cluster-bootstrap.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { drawableHedonic } from "./drawn-hedonic.ts";
import type { PricedObservation } from "./priced-observation.ts";

/**
 * The hedonic index in the last period with the interval that drawing providers with replacement gives it (each
 * provider's GPUs times how often it is drawn), which allows for prices of one provider moving together as the
 * standard error of the fit does not. Base period = 1; `n` counts providers. Source: methods.md 1.5. A draw that
 * leaves the first or the last period without observations does not count. Nothing usable: null, `empty`; not
 * identified: null, `undefined`.
 */
export const hedonicInterval = (
  observations: readonly PricedObservation[],
  options: BootstrapOptions,
): Estimate<"empty" | "undefined"> => {
  const { providers, last } = drawableHedonic(observations);
  return clusterBootstrap(providers, last, options);
};
