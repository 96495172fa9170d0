import type { Economics } from "../api-types.ts";
import { wholeDollars } from "../lib/format.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";

type Point = Economics["residual"][number];

const columns: readonly Column<Point>[] = [
  { key: "age", label: "Age", unit: "years", align: "right", cell: (point) => point.age_years },
  {
    key: "usd",
    label: "Worth",
    unit: "$",
    align: "right",
    cell: (point) => <Known value={point.usd} format={wholeDollars} why="its price when new is not known" />,
  },
];

/** What a GPU is worth by its age, in numbers. */
export const ResidualTable = ({ row }: { row: Economics }) => (
  <DataTable
    caption="Worth by age"
    columns={columns}
    rows={row.residual}
    rowKey={(point) => String(point.age_years)}
    empty="What it is worth by its age is not known."
  />
);
