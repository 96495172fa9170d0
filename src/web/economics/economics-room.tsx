import type { Economics } from "../api-types.ts";
import { useProviders } from "../lib/queries.ts";
import { readSort, sorted, writeSort } from "../lib/sort.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { go, patch, usePlace } from "../lib/use-place.ts";
import { DataTable } from "../parts/data-table.tsx";
import { gpuPlace } from "../parts/link.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { TapeEmpty, TapeNotice } from "../parts/tape-notice.tsx";
import { economicsColumns } from "./economics-columns.tsx";

/** What every GPU earns against what it costs, on one screen; the widest margin first. */
export const EconomicsRoom = () => {
  const { params } = usePlace();
  const { answer, failure, busy, reload } = useAnswer<readonly Economics[]>("/v1/economics");
  const sources = useProviders().answer?.data.sources ?? [];
  const sort = readSort(params.sort) ?? { key: "margin", descending: true };
  const value = economicsColumns.find(({ key }) => key === sort.key)?.sortValue;
  const all = answer?.data ?? [];
  return (
    <div class="stack">
      <h1>Economics</h1>
      <TapeNotice sources={sources} />
      <TapeEmpty sources={sources} />
      {failure && <Failed what="The economics" failure={failure} retry={reload} />}
      <Panel title="All GPUs" note="index on demand against what it costs to own and to run" busy={busy}>
        <DataTable
          caption="Economics, one row a GPU"
          columns={economicsColumns}
          rows={value ? sorted(all, value, sort.descending) : all}
          rowKey={(row) => row.gpu}
          sort={sort}
          onSort={(next) => patch({ sort: writeSort(next) })}
          onOpen={(row) => go(gpuPlace(row.gpu))}
          empty={
            answer === null && failure === null
              ? "Loading…"
              : "No GPU has a price and a power draw in the tables."
          }
        />
        <p class="chart-note">
          Floor: what pays for capital, power and operation at the assumed utilisation. Avoidable: power and
          variable costs; below it, it pays to switch off. A row opens the GPU with its inputs and sources.
        </p>
      </Panel>
    </div>
  );
};
