import type { Leg } from "../api-types.ts";
import { money } from "../lib/format.ts";
import { Age, instantOf } from "./age.tsx";
import { type Column, DataTable } from "./data-table.tsx";
import { Price } from "./price.tsx";
import { Unknown } from "./unknown.tsx";

const columns = (answeredAt: string): readonly Column<Leg>[] => [
  { key: "provider", label: "Provider", cell: (leg) => leg.provider },
  {
    key: "region",
    label: "Region",
    cell: (leg) => leg.region ?? <Unknown why="the venue does not tell" />,
  },
  { key: "gpu", label: "GPU", cell: (leg) => leg.gpu },
  { key: "gpus", label: "GPUs", align: "right", cell: (leg) => leg.gpus },
  {
    key: "price",
    label: "Price",
    unit: "$/GPU-h",
    align: "right",
    cell: (leg) => (
      <Price
        usd={leg.usd_per_gpu_hour}
        executable={leg.executable}
        stale={!leg.fresh}
        at={instantOf(answeredAt, leg.age_s)}
      />
    ),
  },
  { key: "total", label: "Leg", unit: "$/h", align: "right", cell: (leg) => money(leg.usd_per_hour) },
  { key: "hours", label: "Billed", unit: "hours", align: "right", cell: (leg) => leg.billed_hours },
  {
    key: "stock",
    label: "Stock",
    cell: (leg) =>
      leg.stock_known ? "counted" : <Unknown why="the venue does not tell how many are free" />,
  },
  { key: "age", label: "Age", align: "right", cell: (leg) => <Age at={instantOf(answeredAt, leg.age_s)} /> },
];

/** The legs of a quote or a plan, per GPU and in total. */
export const LegsTable = ({ legs, answeredAt }: { legs: readonly Leg[]; answeredAt: string }) => (
  <DataTable
    caption="Legs: what is rented from whom"
    columns={columns(answeredAt)}
    rows={legs}
    rowKey={(leg) => leg.listing_id}
    rowClass={(leg) => (leg.fresh ? "" : "dim")}
    empty="No legs."
  />
);
