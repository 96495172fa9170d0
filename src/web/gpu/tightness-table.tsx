import type { Tightness } from "../api-types.ts";
import { dayOf, decimal } from "../lib/format.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";

type Day = Tightness["history"][number];

const columns: readonly Column<Day>[] = [
  { key: "at", label: "Day", unit: "UTC", cell: (row) => dayOf(Date.parse(row.at)) },
  {
    key: "score",
    label: "Score",
    unit: "0 to 100",
    align: "right",
    cell: (row) => (
      <Known value={row.score} format={(score) => decimal(score, 1)} why="too few parts were known" />
    ),
  },
];

/** The score day by day in numbers, newest first. */
export const TightnessTable = ({ history }: { history: Tightness["history"] }) => (
  <DataTable
    tall
    caption="Tightness by day, newest first"
    columns={columns}
    rows={history.toReversed()}
    rowKey={(row) => row.at}
    empty="No day has a score."
  />
);
