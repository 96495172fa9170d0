import { formatInstant } from "../domain/time.ts";
import type { DemandFindings, DemandStudy } from "../models/curves/demand-study.ts";
import type { Shocks } from "../models/curves/equilibrium.ts";
import type { MarketEquilibrium } from "../models/curves/reported-market.ts";
import { bounded, refused } from "../models/statistics/estimate.ts";
import type { DemandPoint, ReportedDemand } from "./demand-points.ts";
import type { EquilibriumRow } from "./demand-schema.ts";
import { estimateRow } from "./estimate.ts";

/** The answer of GET /v1/curves/demand from what is reported and what was found in the tape. */
export const demandRow = (
  reported: ReportedDemand,
  { findings, equilibrium, shocked }: DemandStudy,
  assumed: number | null,
  shocks: Shocks | null,
) => {
  const without = reported.reason ?? "demand_not_identified";
  return {
    points: reported.points.map(pointRow),
    demand: {
      rented_gpus: reported.rentedGpus,
      total_gpus: reported.totalGpus,
      utilisation: reported.totalGpus === null ? null : reported.rentedGpus! / reported.totalGpus,
      venues: reported.venues,
      usd_per_gpu_hour: reported.usdPerGpuHour,
      reason: reported.reason,
    },
    elasticity: elasticityRow(findings, reported, assumed),
    kappa: kappaRow(findings),
    equilibrium: equilibriumRow(equilibrium, without),
    shocked: shocks === null ? null : equilibriumRow(shocked, without),
    shocks: { supply: shocks?.supply ?? 0, demand: shocks?.demand ?? 0 },
    excluded: { ...reported.excluded },
  };
};

const pointRow = (point: DemandPoint) => ({
  source: point.source,
  provider: point.provider,
  region: point.region,
  total_gpus: point.totalGpus,
  rented_gpus: point.rentedGpus,
  utilisation: point.rentedGpus / point.totalGpus,
  usd_per_gpu_hour: point.usdPerGpuHour,
  since: formatInstant(point.since),
});

/**
 * An assumption stands in the place of the estimate, without error and without observations. Fleets that are
 * reported, but were not yet at a midnight, are too few days and not none.
 */
const elasticityRow = (
  { elasticity }: DemandFindings,
  { points }: ReportedDemand,
  assumed: number | null,
) => {
  const isNew = elasticity.reason === "no_reported_demand" && points.length > 0;
  const found = isNew ? refused("too_few_days", 0) : elasticity;
  return {
    ...estimateRow(assumed === null ? found : bounded(assumed, null, null, 0)),
    first_stage_f: elasticity.firstStageF,
    anderson_rubin: elasticity.andersonRubin,
    least_squares: elasticity.leastSquares,
    sargan_p_value: elasticity.sargan?.pValue ?? null,
    assumed: assumed !== null,
  };
};

const kappaRow = ({ kappa }: DemandFindings) => ({
  ...estimateRow(kappa.estimate),
  disappearances: kappa.disappearances,
  rentals_per_hour: kappa.rentalsPerHour,
  withdrawals_per_hour: kappa.withdrawalsPerHour,
});

const equilibriumRow = (found: MarketEquilibrium | null, without: string): EquilibriumRow =>
  found === null
    ? {
        ...{ price: null, gpus: null, low: null, high: null, gpus_low: null, gpus_high: null },
        ...{ unmet: null, reason: without },
      }
    : {
        price: found.price,
        gpus: found.gpus,
        low: found.low,
        high: found.high,
        gpus_low: found.gpusLow,
        gpus_high: found.gpusHigh,
        unmet: found.unmet,
        reason: found.reason,
      };
