import type { Change } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { emptyWords } from "../lib/empty-words.ts";
import { instant, price, pricesApart } from "../lib/format.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { regionWords } from "../lib/words.ts";
import { Age } from "../parts/age.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { Percent } from "../parts/percent.tsx";
import { Unknown } from "../parts/unknown.tsx";

const shown = 30;

const Side = ({ row, side }: { row: Change; side: 0 | 1 }) => {
  const both = [row.from_usd_per_gpu_hour, row.to_usd_per_gpu_hour] as const;
  const usd = both[side];
  if (usd === null) return <Unknown why="it was not offered then" />;
  const [from, to] = both;
  return <>{from === null || to === null ? price(usd) : pricesApart(from, to)[side]}</>;
};

const gpuColumn: Column<Change> = { key: "gpu", label: "GPU", cell: (row) => row.gpu };

/** `of` is the GPU of the room; the column of GPUs stands only where a family has several. */
const columnsOf = (rows: readonly Change[], of: string): readonly Column<Change>[] => [
  { key: "at", label: "When", cell: (row) => <Age at={row.at} /> },
  { key: "kind", label: "What", cell: (row) => row.kind },
  ...(rows.some(({ gpu }) => gpu !== of) ? [gpuColumn] : []),
  { key: "provider", label: "Provider", cell: (row) => row.provider },
  {
    key: "region",
    label: "Region",
    cell: (row) => regionWords(row.region) ?? <Unknown why="the venue does not tell" />,
  },
  { key: "purchase", label: "Terms", cell: (row) => row.purchase.replace("_", " ") },
  {
    key: "from",
    label: "From",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => <Side row={row} side={0} />,
  },
  { key: "to", label: "To", unit: "$/GPU-h", align: "right", cell: (row) => <Side row={row} side={1} /> },
  {
    key: "percent",
    label: "Change",
    align: "right",
    cell: (row) => <Percent value={row.percent} why="one side is missing" />,
  },
];

/** What changed last about a GPU. */
export const Changes = ({ gpu, since }: { gpu: string; since: string }) => {
  const view = useAnswer<readonly Change[]>(pathOf("/v1/changes", { gpu, since, limit: shown }), {
    scope: gpu,
  });
  const rows = view.answer?.data ?? [];
  return (
    <Panel
      title="Changes"
      note={`new, gone and repriced since ${instant(Date.parse(since))}`}
      busy={view.busy}
    >
      {view.failure && <Failed what="The changes" failure={view.failure} retry={view.reload} />}
      <DataTable
        caption="Changes, newest first"
        columns={columnsOf(rows, gpu)}
        rows={rows}
        rowKey={(row) => `${row.listing_id} ${row.at} ${row.kind}`}
        empty={emptyWords(view, "Nothing changed in this span.")}
      />
    </Panel>
  );
};
