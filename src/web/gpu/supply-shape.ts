import type { Demand, Equilibrium, Offer, PowerFit, RisingPoint, Supply, SupplyStep } from "../api-types.ts";
import type { Frame } from "../lib/scale.ts";

type Scales = Pick<Frame, "x" | "y">;
type Point = readonly [gpus: number, usd: number];

const samples = 60;

/** All GPUs of the stack. */
export const gpusOf = (steps: readonly Pick<SupplyStep, "cumulative_gpus">[]): number =>
  steps.at(-1)?.cumulative_gpus ?? 0;

/** The price from which on the stack is blind; null where it is nowhere, or everywhere: that is no part of it. */
export const blindFrom = ({ steps, truncated_above }: Pick<Supply, "steps" | "truncated_above">) =>
  truncated_above !== null && truncated_above > (steps[0]?.usd_per_gpu_hour ?? 0) ? truncated_above : null;

/** Listings of the stack whose venue does not tell how many are free, and the GPUs that they count for. */
export const untoldStock = (
  steps: readonly SupplyStep[],
  offers: readonly Pick<Offer, "listing_id" | "available_gpus">[],
): { readonly listings: number; readonly gpus: number } => {
  const told = new Map(offers.map(({ listing_id, available_gpus }) => [listing_id, available_gpus]));
  const untold = steps.filter(({ listing_id }) => told.get(listing_id) === null);
  return { listings: untold.length, gpus: untold.reduce((sum, { gpus }) => sum + gpus, 0) };
};

/** The top edge of the stack as horizontal and vertical strokes from 0 GPUs; `factor` scales the GPUs of each step. */
export const stackEdge = (
  steps: readonly Pick<SupplyStep, "gpus" | "cumulative_gpus" | "usd_per_gpu_hour">[],
  { x, y }: Scales,
  factor = 1,
): string =>
  steps
    .map(({ gpus, cumulative_gpus, usd_per_gpu_hour }) => {
      const [from, to] = [x((cumulative_gpus - gpus) * factor), x(cumulative_gpus * factor)];
      return `H${from.toFixed(1)}V${y(usd_per_gpu_hour).toFixed(1)}H${to.toFixed(1)}`;
    })
    .join("");

/** The rising line as steps, each up to its GPUs. */
export const risingEdge = (points: readonly RisingPoint[], scales: Scales): string =>
  stackEdge(
    points.map((point, i) => ({
      ...point,
      gpus: point.cumulative_gpus - (points[i - 1]?.cumulative_gpus ?? 0),
    })),
    scales,
  );

export interface StackStep {
  readonly usd_per_gpu_hour: number;
  readonly gpus: number;
  readonly cumulative_gpus: number;
  readonly rented: boolean;
}

/** All capacity that is known, by price: what is free, and what is rented at the price of its venues, if reported. */
export const allSupply = (
  free: readonly Pick<SupplyStep, "gpus" | "usd_per_gpu_hour">[],
  { rented_gpus, usd_per_gpu_hour, reason }: Demand["demand"],
): readonly StackStep[] => {
  const taken =
    reason !== null || rented_gpus === null || usd_per_gpu_hour === null
      ? []
      : [{ gpus: rented_gpus, usd_per_gpu_hour, rented: true }];
  let sum = 0;
  return [...free.map((step) => ({ ...step, rented: false })), ...taken]
    .sort((a, b) => a.usd_per_gpu_hour - b.usd_per_gpu_hour)
    .map(({ gpus, usd_per_gpu_hour: usd, rented }) => {
      sum += gpus;
      return { usd_per_gpu_hour: usd, gpus, cumulative_gpus: sum, rented };
    });
};

/** The power curve a Q^b from the first GPU to the last, as far as it stays below `top`; empty where there is no fit. */
export const powerPoints = (fit: PowerFit | undefined, total: number, top: number): Point[] => {
  if (fit?.a == null || fit.b == null || !(total > 0)) return [];
  const { a, b } = fit;
  return Array.from({ length: samples + 1 }, (_, i): Point => {
    const gpus = Math.max(1, (i / samples) * total);
    return [gpus, a * gpus ** b];
  }).filter(([, usd]) => usd <= top);
};

/** Demand of constant elasticity through an equilibrium at a price, GPUs; null where one of the two is unknown. */
export const demandAt = (
  { price, gpus }: Pick<Equilibrium, "price" | "gpus">,
  elasticity: number | null,
  usd: number,
): number | null =>
  price === null || gpus === null || elasticity === null || !(price > 0) || !(usd > 0)
    ? null
    : gpus * (usd / price) ** -elasticity;

/** Demand of constant elasticity through an equilibrium, within the picture; empty where one of the two is unknown. */
export const demandPoints = (
  at: Pick<Equilibrium, "price" | "gpus">,
  elasticity: number | null,
  total: number,
  top: number,
): Point[] =>
  Array.from({ length: samples }, (_, i) => ((i + 1) / samples) * top).flatMap((usd): Point[] => {
    const gpus = demandAt(at, elasticity, usd);
    return gpus === null || gpus > total ? [] : [[gpus, usd]];
  });
