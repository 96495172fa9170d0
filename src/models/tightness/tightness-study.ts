import { type LeadTest, leadTest } from "./lead-test.ts";
import { tightnessDays } from "./score.ts";
import { type TightnessDay, tightnessOn } from "./tightness-days.ts";

export interface TightnessStudyInput {
  /** One a day without gaps, oldest first; a day without any reading is a day of nulls. */
  readonly days: readonly TightnessDay[];
}

export interface TightnessStudy {
  /** The score of each day that has 30 days before it. */
  readonly history: readonly { readonly at: number; readonly score: number | null }[];
  /** Whether it leads the price: log points a point of score over the next 7 days. */
  readonly leadsPrice: LeadTest;
}

/** Days over which the price may follow. */
export const leadHorizonDays = 7;

/**
 * The score of every past day against its own 30 days before, and whether it led the change of ln price over the
 * 7 days after it. Plain data in and out. 30 days or fewer: no history, and a test that refuses with `too_few`.
 */
export const studyTightness = ({ days }: TightnessStudyInput): TightnessStudy => {
  const scores = days.map((day, i) =>
    i < tightnessDays ? null : tightnessOn(day, days.slice(i - tightnessDays, i)).score,
  );
  const prices = days.map(({ usdPerGpuHour: usd }) => (usd !== null && usd > 0 ? Math.log(usd) : null));
  return {
    history: days.slice(tightnessDays).map(({ at }, i) => ({ at, score: scores[i + tightnessDays]! })),
    leadsPrice: leadTest(scores, prices, leadHorizonDays),
  };
};
