import { hedonicInterval } from "../index/hedonic-interval.ts";
import { meanSplice, windowPeriods } from "../index/mean-splice.ts";
import type { IndexPoint, PricedObservation } from "../index/priced-observation.ts";
import { timeProductDummy } from "../index/time-product-dummy.ts";
import { windowedHedonic } from "../index/windowed-hedonic.ts";
import type { Estimate } from "../statistics/estimate.ts";
import { observationsOf } from "./observations.ts";
import type { Table } from "./table.ts";

export interface HedonicStudyInput {
  /** Machines over time (panelShape), whole days as periods. */
  readonly panel: Table;
}

export interface HedonicStudy {
  /** A point a day, base = the first. */
  readonly points: readonly IndexPoint[];
  /** The same days by what was seen twice alone, as a cross-check. */
  readonly matched: readonly IndexPoint[];
  /** The last day of the last window against its first, with bounds from drawing providers. */
  readonly last: Estimate;
}

const seed = 1;
/** Draws of providers, each a fit of the last window. */
const replicates = 500;

/**
 * The quality-adjusted index of a panel: time-dummy hedonic in a rolling window of 28 days joined by the mean splice,
 * and the time-product dummy beside it. Base period = 1. Observations alike in everything but their number (day,
 * provider, price, traits) enter as one with their GPUs added up, which changes no coefficient. Source: methods.md
 * 1.2, 1.3, 1.5. Empty: no points; one day: 1.
 */
export const studyHedonic = ({ panel: table }: HedonicStudyInput): HedonicStudy => {
  const observations = observationsOf(table);
  const panel = pooled(observations);
  const windowOf = windowedHedonic(panel);
  const end = panel.reduce((latest, { period }) => Math.max(latest, period), Number.NEGATIVE_INFINITY);
  const window = panel.filter(({ period }) => period > end - windowPeriods);
  return {
    points: meanSplice(panel, (_, end) => windowOf(end - windowPeriods, end)),
    matched: meanSplice(observations, (part) => timeProductDummy(part)),
    last: hedonicInterval(window, { seed, replicates }),
  };
};

/** Observations of one day, provider, price and quality as one. */
const pooled = (observations: readonly PricedObservation[]): PricedObservation[] => {
  const rows = new Map<string, PricedObservation>();
  for (const each of observations) {
    const key = JSON.stringify([each.period, each.provider, each.usdPerGpuHour, each.traits]);
    const known = rows.get(key);
    rows.set(key, known === undefined ? each : { ...known, gpus: known.gpus + each.gpus });
  }
  return [...rows.values()];
};
