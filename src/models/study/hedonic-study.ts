import { hedonicInterval } from "../index/hedonic-interval.ts";
import { meanSplice, windowPeriods } from "../index/mean-splice.ts";
import type { IndexPoint } from "../index/priced-observation.ts";
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
 * and the time-product dummy beside it. Base period = 1. Source: methods.md 1.2, 1.3, 1.5. Empty: no
 * points; one day: 1.
 */
export const studyHedonic = ({ panel: table }: HedonicStudyInput): HedonicStudy => {
  const panel = observationsOf(table);
  const windowOf = windowedHedonic(panel);
  const end = panel.reduce((latest, { period }) => Math.max(latest, period), Number.NEGATIVE_INFINITY);
  const window = panel.filter(({ period }) => period > end - windowPeriods);
  return {
    points: meanSplice(panel, (_, start, end) => windowOf(start, end)),
    matched: meanSplice(panel, (part) => timeProductDummy(part)),
    last: hedonicInterval(window, { seed, replicates }),
  };
};
