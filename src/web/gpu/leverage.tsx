import type { Leverage as Row } from "../api-types.ts";
import { count, dollars, percent } from "../lib/format.ts";
import { TwoWayBar } from "../parts/bars.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";
import { Refused } from "../parts/refused.tsx";

const columnsOf = (most: number): readonly Column<Row>[] => [
  { key: "provider", label: "Without", cell: (row) => row.provider },
  {
    key: "change",
    label: "Index moves",
    align: "right",
    cell: (row) => (row.change === null ? <Refused reason="too_few_providers" /> : percent(row.change * 100)),
  },
  { key: "bar", label: "", cell: (row) => <TwoWayBar value={row.change ?? 0} most={most} /> },
  {
    key: "without",
    label: "To",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => <Known value={row.without} format={dollars} why="too little is left for an index" />,
  },
  {
    key: "gpus",
    label: "Its GPUs",
    align: "right",
    cell: (row) => <Known value={row.gpus} format={count} why="it does not tell" />,
  },
];

/** Which provider moves the index most when left out; nothing where the API has none. */
export const Leverage = ({ rows, of }: { rows: readonly Row[]; of: string }) => {
  if (rows.length === 0) return null;
  const most = Math.max(...rows.map(({ change }) => Math.abs(change ?? 0)), 0);
  return (
    <div>
      <h3 class="table-title">Leverage: {of} without each provider</h3>
      <DataTable
        tall
        caption={`Leverage: ${of} without each provider`}
        columns={columnsOf(most)}
        rows={rows}
        rowKey={(row) => row.provider}
        empty=""
      />
    </div>
  );
};
