import type { Demand, Equilibrium, SupplyStep } from "../api-types.ts";
import { count, price } from "../lib/format.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";
import { allSupply, demandAt, type StackStep } from "./supply-shape.ts";

const whole = (gpus: number): string => count(Math.round(gpus));

const demandColumn = (
  key: string,
  label: string,
  at: Equilibrium,
  elasticity: number | null,
): Column<StackStep> => ({
  key,
  label,
  unit: "GPUs at that price",
  align: "right",
  cell: (step) => (
    <Known
      value={demandAt(at, elasticity, step.usd_per_gpu_hour)}
      format={whole}
      why="there is no equilibrium"
    />
  ),
});

const columnsOf = ({ equilibrium, shocked, shocks, elasticity }: Demand): readonly Column<StackStep>[] => [
  {
    key: "usd",
    label: "Price",
    unit: "$/GPU-h",
    align: "right",
    cell: (step) => price(step.usd_per_gpu_hour),
  },
  { key: "kind", label: "What", cell: (step) => (step.rented ? "rented" : "free") },
  { key: "gpus", label: "GPUs", align: "right", cell: (step) => whole(step.gpus) },
  {
    key: "sum",
    label: "Supply",
    unit: "GPUs up to here",
    align: "right",
    cell: (step) => whole(step.cumulative_gpus),
  },
  demandColumn("demand", "Demand", equilibrium, elasticity.value),
  ...(shocked === null
    ? []
    : [
        {
          key: "shocked-sum",
          label: "Supply shocked",
          unit: "GPUs up to here",
          align: "right" as const,
          cell: (step: StackStep) => whole(step.cumulative_gpus * (1 + shocks.supply)),
        },
        demandColumn("shocked", "Demand shocked", shocked, elasticity.value),
      ]),
];

/** Supply and demand in numbers, by price. */
export const DemandTable = ({ data, free }: { data: Demand; free: readonly SupplyStep[] }) => (
  <DataTable
    tall
    caption="Supply and demand by price"
    columns={columnsOf(data)}
    rows={allSupply(free, data.demand)}
    rowKey={(step) => `${step.cumulative_gpus} ${step.usd_per_gpu_hour}`}
    empty="No current offer to hold demand against."
  />
);
