import { fitHedonic, hedonicPoint } from "./hedonic-fit.ts";
import { hedonicPanel } from "./hedonic-panel.ts";
import { isPriced, type PricedObservation } from "./priced-observation.ts";

/** A hedonic panel laid out for being drawn many times: a pass over its observations is paid once. */
export interface DrawableHedonic {
  readonly providers: number;
  /**
   * The index in the last period, first = 1, of providers (in the order of their first observations) taken `counts`
   * times each; null where the draw leaves the first or the last period without observations, or is too small.
   */
  readonly last: (counts: readonly number[]) => number | null;
}

/**
 * Lays out a panel by provider. Values are those of `timeDummyHedonic` with each provider's GPUs times how often it
 * is drawn. Observations that are not priced are left out. Empty: no providers.
 */
export const drawableHedonic = (observations: readonly PricedObservation[]): DrawableHedonic => {
  const panel = hedonicPanel(observations.filter(isPriced), ({ provider }) => provider);
  const last = panel.periods.length - 1;
  return {
    providers: panel.clusters.length,
    last: (counts) => {
      const fitted = fitHedonic(panel, counts);
      if (!fitted.kept.includes(0) || !fitted.kept.includes(last)) return null;
      return last === 0 ? 1 : hedonicPoint(panel, fitted, 0, last).value;
    },
  };
};
