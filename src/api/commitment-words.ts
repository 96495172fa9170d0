import { dayOf, formatInstant } from "../domain/time.ts";
import { usualTrendPerMonth, usualVolatilityPerMonth } from "../models/forward/believed-walk.ts";
import { type CommitmentStudy, pathCount } from "../models/forward/commitment-study.ts";
import { type DatedPrice, minChanges } from "../models/forward/spot-walk.ts";
import type { Asked } from "./context.ts";
import type { PriceHistory } from "./price-history.ts";

/** What the sentences are about. */
export interface Weighed {
  readonly asked: Asked;
  readonly purchase: "on_demand" | "spot";
  readonly usdPerGpuHour: number;
  readonly months: number;
  readonly upfrontShare: number;
  readonly annualRate: number;
  readonly utilisation: number;
  readonly start: DatedPrice;
  /** The request gave the price of the market itself. */
  readonly isSaid: boolean;
  readonly history: PriceHistory;
  readonly study: CommitmentStudy;
}

const usd = (amount: number): string => `$${amount.toFixed(2)}`;
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
const amount = (dollars: number): string =>
  `${dollars < 0 ? "-" : ""}$${Math.round(Math.abs(dollars)).toLocaleString("en-US")}`;
const counted = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? "" : "s"}`;
const names = { on_demand: "on-demand", spot: "spot" } as const;

/** Why a commitment was judged so, a sentence a step, with the numbers. */
export const commitmentWords = (weighed: Weighed): string[] => [
  startWords(weighed),
  ...historyWords(weighed),
  ...contractWords(weighed),
  pathWords(weighed),
  decisionWords(weighed),
];

const startWords = ({ asked, start, isSaid, purchase }: Weighed): string =>
  isSaid
    ? `You say that the same hours cost ${usd(start.usdPerGpuHour)} per GPU-hour on the market now.`
    : start.at === asked.now
      ? `The ${names[purchase]} index is ${usd(start.usdPerGpuHour)} per GPU-hour now.`
      : `There is no ${names[purchase]} index now; its last value is ${usd(start.usdPerGpuHour)} per GPU-hour of ${formatInstant(start.at)}.`;

const historyWords = ({ study, history, purchase }: Weighed): string[] => {
  const { driftPerMonth: drift, volatilityPerMonth: volatility, changes } = study.history;
  const { growthPerMonth, growthError, volatilityPerMonth } = study.walk;
  const usual = percent(usualVolatilityPerMonth[purchase]);
  if (drift.value === null || volatility.value === null)
    return [
      `The tape holds ${counted(changes, "weekly change")} of the price, and ${minChanges} are needed to say how it moves.`,
      `Taken instead: no trend, give or take ${percent(usualTrendPerMonth)} a month, and swings of ${usual} a month, ${usualSource[purchase]}.`,
    ];
  const days = history.prices.length;
  const of = history.series === "index" ? "index" : "median offer (the index was published too seldom)";
  return [
    `Over ${changes} weekly changes on ${days} days from ${dayOf(history.prices[0]!.at)} the daily ${of} moved ${percent(drift.value)} a month (${percent(drift.low!)} to ${percent(drift.high!)}) with swings of ${percent(volatility.value)}.`,
    `So short a record says little of the trend: taken is ${percent(growthPerMonth)} a month, give or take ${percent(growthError)}, drawn towards none, with swings of ${percent(volatilityPerMonth)} (the usual ones are ${usual}, ${usualSource[purchase]}).`,
  ];
};

const usualSource = {
  spot: "as in the public histories of AWS (2022-12 to 2024-04) and GCP (2022-02 to 2026-03)",
  on_demand: "as at Lambda, RunPod and Vast from 2026-03 to 2026-06",
} as const;

const contractWords = ({
  study,
  usdPerGpuHour,
  upfrontShare,
  annualRate,
  utilisation,
}: Weighed): string[] => [
  ...(upfrontShare > 0
    ? [
        `${percent(upfrontShare)} paid at the start makes ${usd(usdPerGpuHour)} cost like ${usd(study.effectiveUsdPerGpuHour!)} paid monthly at ${percent(annualRate)} a year.`,
      ]
    : []),
  ...(utilisation < 1 && study.breakEvenUsdPerGpuHour !== null
    ? [
        `With ${percent(utilisation)} of the hours used, an hour used costs ${usd(study.breakEvenUsdPerGpuHour)}.`,
      ]
    : []),
];

const pathWords = ({ study, months }: Weighed): string =>
  `Over ${months} months an average of ${usd(study.expectedUsdPerGpuHour!)} is expected against ${usd(study.effectiveUsdPerGpuHour!)} under contract; in ${percent(study.undercut!)} of ${pathCount.toLocaleString("en-US")} paths the average is below the contract, and 90 % of them end between ${amount(study.lowOutcomeUsd!)} and ${amount(study.highOutcomeUsd!)} saved.`;

const decisionWords = ({ study: { decision, npvUsd } }: Weighed): string => {
  const worth = `${amount(npvUsd.value!)} at the expected price, ${amount(npvUsd.low!)} to ${amount(npvUsd.high!)} over nine in ten trends`;
  if (decision === null)
    return `No decision: the numbers rest on what is usual, not on this GPU. The contract is worth ${worth}.`;
  if (decision === "close")
    return `Close: the contract is worth ${worth}, so that the trend, which nobody knows, decides.`;
  return decision === "commit"
    ? `Commit: the contract is worth ${worth}.`
    : `Wait: the contract is worth ${worth}.`;
};
