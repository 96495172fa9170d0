import { fitHedonic, hedonicPoints } from "./hedonic-fit.ts";
import { hedonicPanel } from "./hedonic-panel.ts";
import { type IndexPoint, isPriced, type PricedObservation } from "./priced-observation.ts";

/**
 * The points of `timeDummyHedonic` for any window of a panel, from after `start` up to and including `end`, whose
 * observations are passed over once for all windows. Observations that are not priced are left out; a window
 * without any has no points.
 */
export const windowedHedonic = (
  observations: readonly PricedObservation[],
): ((start: number, end: number) => IndexPoint[]) => {
  const used = observations.filter(isPriced).sort((a, b) => a.period - b.period);
  const panel = hedonicPanel(used, ({ period }) => period);
  return (start, end) => {
    const times = panel.periods.map((period) => Number(period > start && period <= end));
    return hedonicPoints(panel, fitHedonic(panel, times));
  };
};
