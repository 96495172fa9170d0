import { formatInstant, type Instant } from "../domain/time.ts";
import { type LeadTest, minLeadObservations } from "../models/tightness/lead-test.ts";
import type { TightnessPart, TightnessPartScore } from "../models/tightness/score.ts";
import { tightnessOn } from "../models/tightness/tightness-days.ts";
import { leadHorizonDays, type TightnessStudy } from "../models/tightness/tightness-study.ts";
import type { TightnessRow } from "../store/read-tightness-days.ts";
import { estimateRow } from "./estimate.ts";
import type { TightnessCell } from "./tightness-days.ts";

interface PartWords {
  readonly unit: string;
  /** Why it is not known now. */
  readonly unknown: string;
}

const partWords: Readonly<Record<TightnessPart, PartWords>> = {
  free_share: { unit: "share of GPUs", unknown: "no_fleet_reported" },
  sold_out_share: { unit: "share of listings", unknown: "no_stock_told" },
  net_new_listings: { unit: "share of listings a day", unknown: "not_watched" },
  hours_to_disappear: { unit: "hours", unknown: "no_disappearance" },
  spot_discount: { unit: "share of the on-demand price", unknown: "no_matched_spot" },
  launch_failures: { unit: "share of launches", unknown: "no_outcomes_reported" },
};

const partRow = ({ part, now, score, days, reason }: TightnessPartScore) => ({
  part,
  now,
  score,
  days,
  reason: reason === "unknown" ? partWords[part].unknown : reason,
  unit: partWords[part].unit,
});

/** The tightness of a GPU now against the days before. */
export const tightnessRow = (
  gpu: string,
  { region, purchase }: Omit<TightnessCell, "gpus">,
  now: TightnessRow,
  before: readonly TightnessRow[],
) => {
  const { score, low, high, reason, parts } = tightnessOn(now, before);
  const unknown_share = now.unknownShare;
  return { gpu, region, purchase, score, low, high, reason, unknown_share, parts: parts.map(partRow) };
};

/** The daily scores with that of the instant asked for at their end; empty while no day has one. */
export const historyRows = ({ history }: TightnessStudy, now: Instant, score: number | null) => {
  const known = history.findIndex((each) => each.score !== null);
  const all = [...(known < 0 ? [] : history.slice(known)), ...(score === null ? [] : [{ at: now, score }])];
  return all.map((each) => ({ at: formatInstant(each.at), score: each.score }));
};

/** The test whether the score leads the price, with a sentence that says it. */
export const leadRow = ({ leadsPrice: test }: TightnessStudy) => ({
  ...estimateRow(test),
  p_value: test.pValue,
  partial_r2: test.partialRSquared,
  leads: test.leads,
  horizon_days: leadHorizonDays,
  unit: "log points a point of score",
  says: leadSentence(test),
});

const over = `over the next ${leadHorizonDays} days`;

const leadSentence = ({ value, low, high, pValue, leads, n, reason }: LeadTest): string => {
  if (value === null || pValue === null) return `Not known: ${refusals[reason ?? ""] ?? reason} (${n} days).`;
  const effect = `10 points more of score went with ${tenPoints(value)} on the price ${over}`;
  const proof = `95 % interval ${tenPoints(low)} to ${tenPoints(high)}, p ${pValue < 0.001 ? "below 0.001" : pValue.toPrecision(2)}, ${n} days`;
  return leads
    ? `Tightness led the price: ${effect} (${proof}).`
    : `Tightness did not lead the price by more than chance: ${effect} (${proof}).`;
};

const refusals: Readonly<Record<string, string>> = {
  too_few: `the test needs ${minLeadObservations} days that have a score and a price ${leadHorizonDays} days on`,
  does_not_vary: "the score or the price has not moved",
};

/** Ten points of score as a change of the price, in percent. */
const tenPoints = (logPoints: number | null): string => {
  if (logPoints === null) return "any";
  const percent = 100 * Math.expm1(10 * logPoints);
  return `${percent < 0 ? "-" : "+"}${Math.abs(percent).toPrecision(2)} %`;
};
