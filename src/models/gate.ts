import { median } from "simple-statistics";
import { groupBy } from "./group-by.ts";
import { weightedMedian } from "./weighted-median.ts";

/** Listings within this factor of the median always pass, however tight the cell is. */
const alwaysWithin = Math.log(1.5);
/** Keeps a price at exactly the edge in, whatever all prices are multiplied by. */
const roundingSlack = 1e-12;

/** A listing as the gate sees it: price and GPU count are finite and positive. */
export interface GatedListing {
  readonly provider: string;
  readonly usdPerGpuHour: number;
  readonly gpus: number;
}

/** Log prices that pass: those within `reach` of `centre`. */
export interface Gate {
  readonly centre: number;
  readonly reach: number;
}

export const passesGate = (log: number, { centre, reach }: Gate): boolean => Math.abs(log - centre) <= reach;

/**
 * Which listings pass the outlier gate, in the order given, each provider voting once: a price stays when its log lies
 * within max(3 x 1.4826 MAD, ln 1.5) of m, the median over providers of their own median log price (by package size),
 * MAD being the median over providers of their distance from m. How often a provider lists the same decides nothing
 * about others. Unit-free: scaling all prices changes nothing. Source: methods.md 1.1. Empty: empty. One provider:
 * the distance is 0.
 */
export const providerGate = (listings: readonly GatedListing[]): boolean[] => {
  if (listings.length === 0) return [];
  const gate = gateOf([...groupBy(listings, ({ provider }) => provider).values()].map(medianLog));
  return listings.map(({ usdPerGpuHour }) => passesGate(Math.log(usdPerGpuHour), gate));
};

/** The median log price of a provider's listings by package size. */
export const medianLog = (listings: readonly Omit<GatedListing, "provider">[]): number =>
  Math.log(
    weightedMedian(listings.map(({ usdPerGpuHour, gpus }) => ({ value: usdPerGpuHour, weight: gpus })))!,
  );

/** The gate around log prices that all count the same, at least one. */
export const gateOf = (logs: readonly number[]): Gate => {
  const centre = median([...logs]);
  return { centre, reach: gateReach(median(logs.map((log) => Math.abs(log - centre)))) };
};

/** How far a log price may lie from the median where logs deviate from it by `mad` in the median. */
export const gateReach = (mad: number): number => Math.max(3 * 1.4826 * mad, alwaysWithin) + roundingSlack;
