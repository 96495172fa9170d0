import { median } from "simple-statistics";
import { isPositive } from "./is-positive.ts";

/** Listings within this factor of the median always pass, however tight the cell is. */
const alwaysWithin = Math.log(1.5);
/** Keeps a price at exactly the edge in, whatever all prices are multiplied by. */
const roundingSlack = 1e-12;

/**
 * Which prices pass the outlier gate, in the order given: a price stays when its log lies within
 * max(3 x 1.4826 MAD, ln 1.5) of the unweighted median log. Unit-free: scaling all prices changes nothing.
 * Source: methods.md 1.1. Empty: empty. One price: it passes. A price that is not finite and positive fails and
 * takes no part in the median.
 */
export const madGate = (prices: readonly number[]): boolean[] => {
  const logs = prices.map((price) => (isPositive(price) ? Math.log(price) : Number.NaN));
  const usable = logs.filter((log) => !Number.isNaN(log));
  if (usable.length === 0) return logs.map(() => false);
  const centre = median(usable);
  const mad = median(usable.map((log) => Math.abs(log - centre)));
  const reach = gateReach(mad);
  return logs.map((log) => Math.abs(log - centre) <= reach);
};

/** How far a log price may lie from the median where logs deviate from it by `mad` in the median. */
export const gateReach = (mad: number): number => Math.max(3 * 1.4826 * mad, alwaysWithin) + roundingSlack;
