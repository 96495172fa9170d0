import type { Change } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { instant, price } from "../lib/format.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { Age } from "../parts/age.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Panel } from "../parts/panel.tsx";
import { Percent } from "../parts/percent.tsx";
import { Unknown } from "../parts/unknown.tsx";

const shown = 30;

const usd = (value: number | null) =>
  value === null ? <Unknown why="it was not offered then" /> : price(value);

const columns: readonly Column<Change>[] = [
  { key: "at", label: "When", cell: (row) => <Age at={row.at} /> },
  { key: "kind", label: "What", cell: (row) => row.kind },
  { key: "provider", label: "Provider", cell: (row) => row.provider },
  { key: "region", label: "Region", cell: (row) => row.region ?? <Unknown why="the venue does not tell" /> },
  { key: "purchase", label: "Terms", cell: (row) => row.purchase.replace("_", " ") },
  {
    key: "from",
    label: "From",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => usd(row.from_usd_per_gpu_hour),
  },
  { key: "to", label: "To", unit: "$/GPU-h", align: "right", cell: (row) => usd(row.to_usd_per_gpu_hour) },
  {
    key: "percent",
    label: "Change",
    align: "right",
    cell: (row) => <Percent value={row.percent} why="one side is missing" />,
  },
];

/** What changed last about a GPU. */
export const Changes = ({ gpu, since }: { gpu: string; since: string }) => {
  const { answer, busy } = useAnswer<readonly Change[]>(pathOf("/v1/changes", { gpu, since, limit: shown }), {
    scope: gpu,
  });
  return (
    <Panel title="Changes" note={`new, gone and repriced since ${instant(Date.parse(since))}`} busy={busy}>
      <DataTable
        caption="Changes, newest first"
        columns={columns}
        rows={answer?.data ?? []}
        rowKey={(row) => `${row.listing_id} ${row.at} ${row.kind}`}
        empty={answer === null ? "Loading…" : "Nothing changed in this span."}
      />
    </Panel>
  );
};
