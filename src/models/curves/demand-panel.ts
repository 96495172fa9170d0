import type { Instant } from "../../domain/time.ts";
import { type Estimate, refused } from "../statistics/estimate.ts";
import { balanceDays, type DemandDay, fewestDays } from "./balanced-days.ts";
import { type DemandElasticity, demandElasticity, type ElasticityReason } from "./demand-elasticity.ts";

export type PanelReason =
  | ElasticityReason
  | "no_reported_demand"
  | "too_few_days"
  | "price_does_not_vary"
  | "supply_does_not_vary";

export interface PanelElasticity extends Omit<DemandElasticity, keyof Estimate>, Estimate<PanelReason> {
  /** Providers whose fleets are in it. */
  readonly providers: readonly string[];
}

/**
 * Price elasticity of demand from days: ln of rented GPUs on ln price, weekdays as controls, with ln of all GPUs of
 * the same fleets (capacity that enters or leaves) and the share of silent sources as what moves supply, each where
 * it varies. The providers are the same on all days: the one with the fewest days leaves until 40 days have all of
 * them, and a provider speaks through the source with the most days. Days without a price, without anything rented or
 * on which nobody knows who was silent are left out. Source: methods.md 2. Null: no day with fleets
 * (`no_reported_demand`), `too_few_days` (fewer than 40), `price_does_not_vary`, `supply_does_not_vary`, and the
 * reasons of `demandElasticity`.
 */
export const panelElasticity = (days: readonly DemandDay[]): PanelElasticity => {
  const { providers, rows } = balanceDays(days);
  if (days.every(({ fleets }) => fleets.length === 0)) return refuse("no_reported_demand", 0, []);
  const n = rows.length;
  if (n < fewestDays) return refuse("too_few_days", n, providers);
  const logPrice = rows.map(({ price }) => Math.log(price));
  if (!varies(logPrice)) return refuse("price_does_not_vary", n, providers);
  const shifters = columnsThatVary(rows.map(({ total, silent }) => [Math.log(total), silent]));
  if (shifters[0]!.length === 0) return refuse("supply_does_not_vary", n, providers);
  const weekdays = rows.map(({ at }) => weekdayColumns(at));
  const logQuantity = rows.map(({ rented }) => Math.log(rented));
  const controls = columnsThatVary(weekdays);
  return { ...demandElasticity({ logQuantity, logPrice, controls, shifters }), providers };
};

const weekdayColumns = (at: Instant): number[] => {
  const weekday = new Date(at).getUTCDay();
  return [1, 2, 3, 4, 5, 6].map((each) => Number(each === weekday));
};

const varies = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);

const columnsThatVary = (rows: readonly (readonly number[])[]): number[][] => {
  const kept = rows[0]!.map((_, j) => varies(rows.map((row) => row[j]!)));
  return rows.map((row) => row.filter((_, j) => kept[j]));
};

const refuse = (reason: PanelReason, n: number, providers: readonly string[]): PanelElasticity => ({
  ...refused(reason, n),
  firstStageF: null,
  andersonRubin: null,
  sargan: null,
  durbinWuHausman: null,
  leastSquares: null,
  providers,
});
