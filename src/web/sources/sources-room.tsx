import type { ProviderRow, SourceRow } from "../api-types.ts";
import { count } from "../lib/format.ts";
import { useProviders } from "../lib/queries.ts";
import { readSort, sorted, writeSort } from "../lib/sort.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { TapeNotice } from "../parts/tape-notice.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { archiveColumns } from "./archive-columns.tsx";
import { sourceColumns } from "./source-columns.tsx";
import { SourceDetail } from "./source-detail.tsx";

const rank: Readonly<Record<SourceRow["status"], number>> = {
  failing: 0,
  stale: 1,
  ok: 2,
  waiting: 3,
  disabled: 4,
};

/** What needs a look first: failing, stale, then the rest. */
const worstFirst = (rows: readonly SourceRow[]): SourceRow[] =>
  [...rows].sort(
    (a, b) => rank[a.status] - rank[b.status] || b.live - a.live || a.source.localeCompare(b.source),
  );

const providerColumns: readonly Column<ProviderRow>[] = [
  { key: "p_provider", label: "Provider", cell: (row) => row.name ?? row.provider },
  {
    key: "p_jurisdiction",
    label: "Jurisdiction",
    unit: "of the ultimate parent",
    cell: (row) => row.jurisdiction ?? <Unknown why="not established" />,
  },
  { key: "p_parent", label: "Parent", cell: (row) => row.parent ?? <Unknown why="not established" /> },
  { key: "p_listings", label: "Listings", align: "right", cell: (row) => count(row.listings) },
  { key: "p_gpus", label: "GPUs", unit: "different", align: "right", cell: (row) => count(row.gpus) },
  { key: "p_sources", label: "Seen by", cell: (row) => row.sources.join(", ") },
];

/** Each source: how it fares, how old it is, what it refused and why it is off. */
export const SourcesRoom = () => {
  const { params } = usePlace();
  const { answer, failure, busy, reload } = useProviders();
  const all = answer?.data.sources ?? [];
  const sources = all.filter(({ kind }) => kind !== "import");
  const archives = answer?.data.archives ?? [];
  const sort = readSort(params.sort);
  const value = sourceColumns.find(({ key }) => key === sort?.key)?.sortValue;
  const rows = sort && value ? sorted(sources, value, sort.descending) : worstFirst(sources);
  const opened = params.source ?? null;
  return (
    <div class="stack">
      <h1 class="hidden">Sources</h1>
      <TapeNotice sources={all} />
      {failure && <Failed what="The sources" failure={failure} retry={reload} />}
      <Panel title="Sources" note="A row opens: rejects, terms, keys, last error." busy={busy}>
        <DataTable
          caption="Sources and how they fare"
          columns={sourceColumns}
          rows={rows}
          rowKey={(row) => row.source}
          sort={sort}
          onSort={(next) => patch({ sort: writeSort(next) })}
          onOpen={(row) => patch({ source: opened === row.source ? null : row.source })}
          rowClass={(row) => (row.enabled || row.live > 0 ? "" : "dim")}
          opened={opened}
          detail={(row) => <SourceDetail source={row} />}
          empty={answer === null ? "Loading…" : "There are no sources."}
        />
      </Panel>
      {archives.length > 0 && (
        <Panel title="Archives" note="What was read from files: one row a data set." busy={busy}>
          <DataTable
            caption="Archives by data set"
            columns={archiveColumns}
            rows={archives}
            rowKey={(row) => row.dataset}
            rowClass={(row) => (row.status === "ok" ? "" : "dim")}
            empty="Nothing was read in."
          />
        </Panel>
      )}
      {answer && (
        <Panel title="Providers" note="Who sells, under whose law." busy={busy}>
          <DataTable
            caption="Providers in the book"
            columns={providerColumns}
            rows={answer.data.providers}
            rowKey={(row) => row.provider}
            empty="Nobody sells anything in the book yet."
          />
        </Panel>
      )}
    </div>
  );
};
