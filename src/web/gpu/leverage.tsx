import type { Leverage as Row } from "../api-types.ts";
import { count, dollars, percent } from "../lib/format.ts";
import { TwoWayBar } from "../parts/bars.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";
import { Refused } from "../parts/refused.tsx";

/** Which provider moves the index most when left out. */
export const Leverage = ({ rows, loading }: { rows: readonly Row[]; loading: boolean }) => {
  const most = Math.max(...rows.map(({ change }) => Math.abs(change ?? 0)), 0);
  return (
    <DataTable
      tall
      caption="Leverage: the weighted median without each provider"
      columns={[
        { key: "provider", label: "Without", cell: (row: Row) => row.provider },
        {
          key: "change",
          label: "Median moves",
          align: "right",
          cell: (row) =>
            row.change === null ? <Refused reason="too_few_providers" /> : percent(row.change * 100),
        },
        {
          key: "bar",
          label: "",
          cell: (row) => <TwoWayBar value={row.change ?? 0} most={most} />,
        },
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
      ]}
      rows={rows}
      rowKey={(row) => row.provider}
      empty={loading ? "Loading…" : "No receipt, no leverage."}
    />
  );
};
