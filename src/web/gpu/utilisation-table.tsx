import type { UtilisationPoint } from "../api-types.ts";
import { count, dollars, share } from "../lib/format.ts";
import { Age } from "../parts/age.tsx";
import { ShareBar } from "../parts/bars.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";
import { Unknown } from "../parts/unknown.tsx";

const silent = "the venue does not tell";

const columns: readonly Column<UtilisationPoint>[] = [
  {
    key: "venue",
    label: "Venue",
    unit: "region",
    cell: (row) => (
      <>
        {row.provider} <small>{row.region ?? "all regions"}</small>
      </>
    ),
  },
  {
    key: "used",
    label: "Rented",
    align: "right",
    cell: (row) => <Known value={row.utilisation} format={share} why={silent} />,
  },
  { key: "bar", label: "", cell: (row) => row.utilisation !== null && <ShareBar value={row.utilisation} /> },
  {
    key: "gpus",
    label: "Of GPUs",
    align: "right",
    cell: (row) =>
      row.total_gpus === null ? (
        <Unknown why={silent} />
      ) : (
        `${row.rented_gpus === null ? "—" : count(row.rented_gpus)} / ${count(row.total_gpus)}`
      ),
  },
  {
    key: "price",
    label: "Price",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => <Known value={row.usd_per_gpu_hour} format={dollars} why={silent} />,
  },
  { key: "since", label: "Since", align: "right", cell: (row) => <Age at={row.since} why={silent} /> },
];

/** How much of each venue's GPUs is rented, where it reports that. */
export const UtilisationTable = ({ points }: { points: readonly UtilisationPoint[] }) => (
  <DataTable
    tall
    caption="Reported utilisation by venue"
    columns={columns}
    rows={points}
    rowKey={(row) => `${row.source} ${row.provider} ${row.region}`}
    empty="No venue reports how much of this GPU is rented. Sources that do: lium-fleet, akash."
  />
);
