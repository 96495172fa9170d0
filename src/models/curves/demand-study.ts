import { groupBy } from "../group-by.ts";
import { type Estimate, refused } from "../statistics/estimate.ts";
import type { DemandDay } from "./balanced-days.ts";
import { type PanelElasticity, panelElasticity } from "./demand-panel.ts";
import { type DisappearanceReason, fitDisappearances, type WatchedGap } from "./disappearance.ts";
import type { Shocks } from "./equilibrium.ts";
import { identified } from "./identified.ts";
import { type MarketEquilibrium, marketEquilibrium, type ReportedMarket } from "./reported-market.ts";
import { type ReferencePrice, type WatchedSpell, watchedGaps } from "./watched-gaps.ts";

/** What the tape holds about demand for a cell. */
export interface DemandEvidence {
  readonly spells: readonly WatchedSpell[];
  readonly references: readonly ReferencePrice[];
  readonly days: readonly DemandDay[];
}

export interface Kappa {
  readonly estimate: Estimate<DisappearanceReason | "no_watched_machines">;
  readonly disappearances: number;
  /** Of one listing at the reference price, over SKUs by the hours each was watched. */
  readonly rentalsPerHour: number | null;
  readonly withdrawalsPerHour: number | null;
}

/** What the evidence says. */
export interface DemandFindings {
  readonly kappa: Kappa;
  readonly elasticity: ReturnType<typeof identified<PanelElasticity>>;
}

export interface DemandStudyInput {
  /** The evidence, or what was found in it before. */
  readonly evidence: DemandEvidence | DemandFindings;
  /** Null where demand or its price is not reported: then there is no equilibrium. */
  readonly market: ReportedMarket | null;
  /** Elasticity to go by in place of the estimate. */
  readonly assumed: number | null;
  /** Changes to solve anew for; null for none. */
  readonly shocks: Shocks | null;
}

export interface DemandStudy {
  readonly findings: DemandFindings;
  /** Null where the market is not given or no elasticity is known or assumed. */
  readonly equilibrium: MarketEquilibrium | null;
  readonly shocked: MarketEquilibrium | null;
}

/**
 * Demand for a cell: kappa from disappearances, elasticity from days, and where supply and demand meet, as the market
 * stands and after shocks. Plain data in and out. Source: methods.md 2. Each part is null with its own reason.
 */
export const studyDemand = ({ evidence, market, assumed, shocks }: DemandStudyInput): DemandStudy => {
  const findings = "kappa" in evidence ? evidence : findDemand(evidence);
  const { value, standardError } = findings.elasticity;
  const used = assumed === null ? { value, standardError } : { value: assumed, standardError: 0 };
  const solve = (changes: Shocks): MarketEquilibrium | null =>
    market === null || used.value === null
      ? null
      : marketEquilibrium(market, { value: used.value, standardError: used.standardError ?? 0 }, changes);
  return { findings, equilibrium: solve({}), shocked: shocks === null ? null : solve(shocks) };
};

const findDemand = ({ spells, references, days }: DemandEvidence): DemandFindings => ({
  kappa: kappaOf(watchedGaps(spells, references), spells.length),
  elasticity: identified(panelElasticity(days)),
});

const kappaOf = (gaps: readonly WatchedGap[], spells: number): Kappa => {
  if (spells === 0)
    return {
      estimate: refused("no_watched_machines", 0),
      disappearances: 0,
      rentalsPerHour: null,
      withdrawalsPerHour: null,
    };
  const { kappa, disappearances, rentalsPerHour, withdrawalsPerHour } = fitDisappearances(gaps);
  return {
    estimate: kappa,
    disappearances,
    rentalsPerHour: meanRate(gaps, rentalsPerHour),
    withdrawalsPerHour,
  };
};

/** Mean of the rates of the SKUs, each with its hours; SKUs without a rate are not in it. Null without any. */
const meanRate = (gaps: readonly WatchedGap[], rates: Readonly<Record<string, number>>): number | null => {
  let [weighted, hours] = [0, 0];
  for (const [sku, own] of groupBy(gaps, (gap) => gap.sku ?? "")) {
    const rate = rates[sku] ?? rates.other;
    if (rate === undefined) continue;
    const watched = own.reduce((sum, { gapHours }) => sum + gapHours, 0);
    weighted += rate * watched;
    hours += watched;
  }
  return hours > 0 ? weighted / hours : null;
};
