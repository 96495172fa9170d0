import type { OfferFlag } from "./offer.ts";
import type { PriceBand } from "./price-bands.ts";
import { hour, type Instant } from "./time.ts";

/** A price that moved by this factor or more since the last pull is a jump. */
export const jumpFactor = 3;
/** A jump is believed once a pull at least this much later shows the price again. */
export const jumpStandsMs = 6 * hour;
/** A price this factor from its own median is an outlier, or further where it always moved much. */
export const outlierFactor = 3;
/** An outlier is believed once it stood this long. */
export const outlierStandsMs = 72 * hour;
/** Prices it takes to speak of a listing's own history. */
export const historyPrices = 8;
/** Within this factor of the other providers' median a price is corroborated. */
export const nearFactor = 1.5;
/** Spot at less than this share of on-demand is no price. */
export const leastSpotShare = 0.05;
/** Below this share of what the same provider asks in its other tier a price may be a placeholder. */
export const leastTierShare = 0.5;

/** What a listing asked over the last thirty days. */
export interface PriceHistory {
  /** The last believed price before the present one, USD per GPU-hour; null when there was none. */
  readonly before: number | null;
  /** When the present price was first seen. */
  readonly since: Instant;
  /** Number of believed prices in the span, their median and the median distance of their logs from its log. */
  readonly prices: number;
  readonly median: number | null;
  readonly spread: number | null;
}

export interface PriceEvidence {
  readonly usdPerGpuHour: number;
  readonly observedAt: Instant;
  readonly band: PriceBand;
  /** For spot: what the same provider asks on demand for the same GPU nearby; empty where it does not. */
  readonly onDemand: readonly number[];
  /** The least that the same provider asks in its other tier for the same GPU and purchase; null where it does not. */
  readonly otherTier?: number | null;
  /** The least that anybody else asks for them: other providers, other machines. Null where nobody does. */
  readonly leastElsewhere?: number | null;
  /** The price at which the listing was last taken for a placeholder, while it still is; null where it is not. */
  readonly placeholder?: number | null;
  /** Null for a listing seen for the first time. */
  readonly history: PriceHistory | null;
  /** Median of what other providers ask for the same GPU and purchase now; null where there are none. */
  readonly others: number | null;
}

/**
 * Why a price is in doubt; empty when it is believed. A doubt flags the price and never deletes it: it stays visible
 * and out of index, quotes and routes.
 *
 * - `price_band`: outside what its GPU has ever been let for; a wrong unit or a placeholder.
 * - `spot_ratio`: spot above all on-demand prices of the same provider and GPU, or below a twentieth of them.
 * - `tier_ratio`: below half of the same provider's other tier for the same GPU, and nobody else asks so little: a
 *   placeholder. Standing does not lift it, nor the other tier's absence; only others at such a price do, or a price of
 *   its own that is no longer so low.
 * - `price_jump`: moved threefold at once, other providers do not bear it out, and it has not stood for six hours.
 * - `price_outlier`: threefold (or six robust deviations) from its own median of thirty days, not borne out by others,
 *   and it has not stood for three days.
 *
 * Needs a finite positive price. Evidence that is missing raises no doubt.
 */
export const doubtsOf = (evidence: PriceEvidence): OfferFlag[] => {
  const { usdPerGpuHour: price, band, history, observedAt } = evidence;
  const isInBand = price >= band.low && price <= band.high;
  const doubts: OfferFlag[] = isInBand ? [] : ["price_band"];
  if (isOddSpot(evidence)) doubts.push("spot_ratio");
  if (isPlaceholder(evidence)) doubts.push("tier_ratio");
  if (history === null || isBorneOut(evidence)) return doubts;
  if (isJump(price, observedAt, history)) doubts.push("price_jump");
  if (isOutlier(price, observedAt, history)) doubts.push("price_outlier");
  return doubts;
};

const apart = (a: number, b: number): number => Math.abs(Math.log(a / b));
const slack = 1e-9;

const isOddSpot = ({ usdPerGpuHour: price, onDemand }: PriceEvidence): boolean =>
  onDemand.length > 0 &&
  (price > Math.max(...onDemand) * (1 + slack) || price < Math.min(...onDemand) * leastSpotShare);

const isPlaceholder = ({ usdPerGpuHour: price, ...evidence }: PriceEvidence): boolean => {
  const { otherTier = null, leastElsewhere = null, placeholder = null } = evidence;
  if (leastElsewhere !== null && leastElsewhere <= price * nearFactor) return false;
  if (otherTier !== null) return price < otherTier * leastTierShare * (1 - slack);
  return placeholder !== null && price <= placeholder * nearFactor;
};

/** Near what others ask, or nearer to it than the price before was. */
const isBorneOut = ({ usdPerGpuHour: price, others: level, history }: PriceEvidence): boolean => {
  if (level === null) return false;
  if (apart(price, level) <= Math.log(nearFactor)) return true;
  return history?.before != null && apart(price, level) < apart(history.before, level);
};

const isJump = (price: number, at: Instant, { before, since }: PriceHistory): boolean =>
  before !== null && apart(price, before) >= Math.log(jumpFactor) - slack && at - since < jumpStandsMs;

const isOutlier = (
  price: number,
  at: Instant,
  { prices, since, median: level, spread }: PriceHistory,
): boolean =>
  prices >= historyPrices &&
  at - since < outlierStandsMs &&
  level !== null &&
  apart(price, level) >= Math.max(Math.log(outlierFactor) - slack, 6 * 1.4826 * (spread ?? 0));

/** Whether a move is large enough to look at the listing's history. */
export const isLargeMove = (price: number, before: number): boolean => apart(price, before) >= Math.log(1.5);
