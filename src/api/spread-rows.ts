import { hoursAMonth } from "../domain/time.ts";
import type { BasisReversion } from "../models/spreads/basis.ts";
import { differentials } from "../models/spreads/differentials.ts";
import type { TermDifferential } from "../models/spreads/term-differentials.ts";
import type { Estimate } from "../models/statistics/estimate.ts";
import { refused } from "../models/statistics/estimate.ts";
import { type GpuStudy, standardJob } from "../models/study/gpu-study.ts";
import type { Static } from "../typebox.ts";
import { Type } from "../typebox.ts";
import { estimateFields, estimateRow } from "./estimate.ts";
import { oneOf, text } from "./schema.ts";

export const spreadKinds = ["bid_ask", "spot_discount", "basis", "grade", "power", "token"] as const;
export type SpreadKind = (typeof spreadKinds)[number];

export const spreadRowSchema = Type.Object({
  name: Type.String(),
  kind: oneOf(spreadKinds),
  level: text("Provider or level of the grade; +1 for one unit of a number"),
  base: text("What it is measured against"),
  ...estimateFields,
  reason: text(
    "Why there is no value; members_differ: the cards of the family draw different power, so that ask for one of them",
  ),
  estimator: Type.String(),
  unit: Type.String(),
});

export type SpreadRow = Static<typeof spreadRowSchema>;

interface Named {
  readonly name: string;
  readonly kind: SpreadKind;
  readonly estimator: string;
  readonly unit: string;
  readonly level?: string;
  readonly base?: string;
}

export const spreadRow = ({ level, base, ...named }: Named, estimate: Estimate): SpreadRow => ({
  ...named,
  level: level ?? null,
  base: base ?? null,
  ...estimateRow(estimate),
});

const share = "share of the price";
const logPoints = "log points";
const clustered = "mean, error clustered by host or provider";

/** Ask against bid where a venue shows both; what needs trades is refused, since venues show asks and no prints. */
export const bidAskRows = ({ listingSpread }: GpuStudy): SpreadRow[] => [
  spreadRow(
    {
      name: "ask against minimum bid",
      kind: "bid_ask",
      estimator: "2 (ask - bid) / (ask + bid), mean over machines",
      unit: share,
    },
    listingSpread.value === null ? refused("no_minimum_bid", 0) : listingSpread,
  ),
  ...["EDGE", "Roll", "Abdi-Ranaldo", "Corwin-Schultz"].map((estimator) =>
    spreadRow(
      { name: "effective spread from trades", kind: "bid_ask", estimator, unit: share },
      refused("no_prints", 0),
    ),
  ),
];

const { workHours, checkpointHours, restartHours } = standardJob;

export const spotRows = ({ spotDiscount, spotRiskPremium }: GpuStudy): SpreadRow[] => [
  spreadRow(
    {
      name: "spot below on-demand",
      kind: "spot_discount",
      estimator: `1 - spot / on-demand over matched pairs, ${clustered}`,
      unit: share,
    },
    spotDiscount.value === null ? refused("no_pairs", 0) : spotDiscount,
  ),
  spreadRow(
    {
      name: "on-demand over spot after interruptions",
      kind: "spot_discount",
      estimator: `on-demand / (spot E[T] / W) - 1 for ${workHours} h of work, checkpoints of ${Math.round(checkpointHours * 60)} min, restarts of ${Math.round(restartHours * 60)} min, ${clustered}`,
      unit: share,
    },
    spotRiskPremium.value === null ? refused("no_interruption_rate", 0) : spotRiskPremium,
  ),
];

/** What providers ask more or less than each other for the same, and how fast a deviation from that is gone. */
export const basisRows = (study: GpuStudy, reversions: readonly BasisReversion[]): SpreadRow[] => [
  ...differentialRows(study, "provider", "basis", "provider"),
  ...reversions.map(({ provider, ...reversion }) =>
    spreadRow(
      {
        name: "half-life of the basis",
        kind: "basis",
        level: provider,
        estimator: "ln 0.5 / ln phi of an AR(1) of daily basis",
        unit: "days",
      },
      reversion,
    ),
  ),
];

const grades: Readonly<Record<string, string>> = {
  gpu: "card",
  tier: "tier",
  region_group: "region",
  interconnect: "interconnect",
  log2_gpus_per_host: "twice the GPUs a host",
  cpu_cores_per_gpu: "one CPU core more a GPU",
  ram_gib_per_gpu: "one GiB of RAM more a GPU",
  reliability: "reliability from 0 to 1",
};

/** What a grade costs more or less, everything else equal; a grade that does not vary or cannot be told apart says so. */
export const gradeRows = (study: GpuStudy): SpreadRow[] =>
  Object.entries(grades).flatMap(([trait, name]) => differentialRows(study, trait, "grade", name));

/** What a term costs more or less than the same by the hour. */
export const termRows = (terms: readonly TermDifferential[]): SpreadRow[] => {
  const named = {
    name: "term",
    kind: "grade",
    estimator: `ln(reserved / on-demand) of the same provider, card, size and region, ${clustered}`,
    unit: logPoints,
  } as const;
  if (terms.length === 0) return [spreadRow(named, refused("no_pairs", 0))];
  return terms.map(({ months, ...estimate }) =>
    spreadRow({ ...named, level: tenorText(months), base: "by the hour" }, estimate),
  );
};

const tenorText = (months: number): string =>
  months < 1 ? `${Math.round(months * hoursAMonth)} hours` : `${Number(months.toFixed(2))} months`;

const differentialRows = (
  { differentials: fit }: GpuStudy,
  trait: string,
  kind: SpreadKind,
  name: string,
): SpreadRow[] => {
  const estimator = "hedonic fit of the present book, weighted by GPUs, provider effects beside grades";
  const found = differentials(fit, trait);
  if (found.length > 0) {
    return found.map(({ level, base, logPoints: value, standardError, low, high }) =>
      spreadRow(
        { name, kind, level, base, estimator, unit: logPoints },
        { value, standardError, low, high, n: fit.n, reason: null },
      ),
    );
  }
  const isDropped = fit.dropped.some((each) => each === trait || each.startsWith(`${trait}=`));
  const reason = fit.reason ?? (isDropped ? "not_identified" : "does_not_vary");
  return [spreadRow({ name, kind, estimator, unit: logPoints }, refused(reason, fit.n))];
};
