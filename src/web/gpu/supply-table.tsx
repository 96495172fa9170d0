import type { SupplyStep } from "../api-types.ts";
import { count, price } from "../lib/format.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";

const columns: readonly Column<SupplyStep>[] = [
  {
    key: "usd",
    label: "Price",
    unit: "$/GPU-h",
    align: "right",
    cell: (step) => price(step.usd_per_gpu_hour),
  },
  { key: "gpus", label: "GPUs", align: "right", cell: (step) => count(step.gpus) },
  {
    key: "sum",
    label: "Up to here",
    unit: "GPUs",
    align: "right",
    cell: (step) => count(step.cumulative_gpus),
  },
  { key: "by", label: "Provider", cell: (step) => step.provider },
];

/** The stack in numbers. */
export const SupplyTable = ({ steps }: { steps: readonly SupplyStep[] }) => (
  <DataTable
    tall
    caption="Supply by price"
    columns={columns}
    rows={steps}
    rowKey={(step) => step.listing_id}
    empty="No current offer."
  />
);
