/** What makes up the tightness of a market. */
export type TightnessPart =
  | "free_share"
  | "sold_out_share"
  | "net_new_listings"
  | "hours_to_disappear"
  | "spot_discount"
  | "launch_failures";

/** A part now, and day by day over the 30 days before; null where it was not known. */
export interface TightnessReading {
  readonly now: number | null;
  readonly before: readonly (number | null)[];
}

export interface TightnessPartScore {
  readonly part: TightnessPart;
  readonly now: number | null;
  /** 0..100, higher is tighter: how much of its own past it lies beyond. */
  readonly score: number | null;
  /** Days of the past that are known. */
  readonly days: number;
  readonly reason: "unknown" | "too_few_days" | null;
}

export interface Tightness {
  /** 0..100, 50 is the middle of the last 30 days; the mean of the parts' scores. */
  readonly score: number | null;
  /** The lowest and highest score that leaving out one part gives. */
  readonly low: number | null;
  readonly high: number | null;
  readonly parts: readonly TightnessPartScore[];
  readonly reason: "too_few_parts" | null;
}

/** Days of the past that a part is held against. */
export const tightnessDays = 30;
export const minTightnessDays = 10;
export const minTightnessParts = 3;

/** Whether a higher number means a tighter market. */
const risesWhenTight: Readonly<Record<TightnessPart, boolean>> = {
  free_share: false,
  sold_out_share: true,
  net_new_listings: false,
  hours_to_disappear: false,
  spot_discount: false,
  launch_failures: true,
};

const parts = Object.keys(risesWhenTight) as TightnessPart[];

/**
 * Tightness of a market, 0..100: each part's place among its own last 30 days (share of days below it, days alike
 * counting half), turned so that higher is tighter, and the mean of the parts. Units and scales of the parts do not
 * matter. Bounds: the range over leaving out one part. Null: fewer than 3 parts that are known now and on 10 days
 * before (`too_few_parts`; so empty). Numbers that are not finite are not known; days before the last 30 do not
 * count.
 */
export const tightness = (
  readings: Partial<Readonly<Record<TightnessPart, TightnessReading>>>,
): Tightness => {
  const scored = parts.map((part) => scorePart(part, readings[part] ?? { now: null, before: [] }));
  const scores = scored.flatMap(({ score }) => (score === null ? [] : [score]));
  if (scores.length < minTightnessParts)
    return { score: null, low: null, high: null, parts: scored, reason: "too_few_parts" };
  const sum = scores.reduce((total, score) => total + score, 0);
  const without = scores.map((score) => (sum - score) / (scores.length - 1));
  return {
    score: sum / scores.length,
    low: Math.min(...without),
    high: Math.max(...without),
    parts: scored,
    reason: null,
  };
};

const scorePart = (part: TightnessPart, { now, before }: TightnessReading): TightnessPartScore => {
  const past = before.slice(-tightnessDays).filter((value): value is number => isKnown(value));
  const days = past.length;
  if (!isKnown(now)) return { part, now: null, score: null, days, reason: "unknown" };
  if (days < minTightnessDays) return { part, now, score: null, days, reason: "too_few_days" };
  const below = past.filter((value) => value < now).length;
  const alike = past.filter((value) => value === now).length;
  const place = (100 * (below + alike / 2)) / days;
  return { part, now, score: risesWhenTight[part] ? place : 100 - place, days, reason: null };
};

const isKnown = (value: number | null): value is number => value !== null && Number.isFinite(value);
