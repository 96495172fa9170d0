import type { Economics } from "../api-types.ts";
import { emptyWords } from "../lib/empty-words.ts";
import { count, plural } from "../lib/format.ts";
import { useMarket, useProviders } from "../lib/queries.ts";
import { readSort, sorted, writeSort } from "../lib/sort.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { go, patch, usePlace } from "../lib/use-place.ts";
import { countedReasons } from "../lib/words.ts";
import { Dated } from "../parts/as-of.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { gpuPlace } from "../parts/link.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { TapeEmpty, TapeNotice } from "../parts/tape-notice.tsx";
import { economicsColumns } from "./economics-columns.tsx";

/** What every GPU earns against what it costs, on one screen; the widest margin first. */
export const EconomicsRoom = () => {
  const { params } = usePlace();
  const view = useAnswer<readonly Economics[]>("/v1/economics");
  const { answer, failure, busy, reload } = view;
  const sources = useProviders().answer?.data.sources ?? [];
  const market = new Map(useMarket().answer?.data.map((row) => [row.gpu, row.index_last]));
  const columns = economicsColumns((gpu) => market.get(gpu) ?? null, answer?.meta.at ?? null);
  const sort = readSort(params.sort) ?? { key: "margin", descending: true };
  const value = columns.find(({ key }) => key === sort.key)?.sortValue;
  const all = answer?.data ?? [];
  const without = all.filter(({ index }) => index.value === null);
  return (
    <div class="stack">
      <h1>Economics</h1>
      <TapeNotice sources={sources} />
      <TapeEmpty sources={sources} />
      {failure && <Failed what="The economics" failure={failure} retry={reload} />}
      <Panel
        title="All GPUs"
        note={<Dated note="index on demand against what it costs to own and to run" meta={answer?.meta} />}
        busy={busy}
      >
        <DataTable
          caption="Economics, one row a GPU"
          columns={columns}
          rows={value ? sorted(all, value, sort.descending) : all}
          rowKey={(row) => row.gpu}
          sort={sort}
          onSort={(next) => patch({ sort: writeSort(next) })}
          onOpen={(row) => go(gpuPlace(row.gpu))}
          empty={emptyWords(view, "No GPU has a price and a power draw in the tables.")}
        />
        {without.length > 0 && (
          <p class="chart-note">
            {count(without.length)} of {plural(all.length, "GPU")} without an index now, and so without a
            margin: {countedReasons(without.map(({ index }) => index.reason)).join("; ")}. A dimmed index is
            the last there was.
          </p>
        )}
        <p class="chart-note">
          Floor: what pays for capital, power and operation at the assumed utilisation. Avoidable: power and
          variable costs; below it, it pays to switch off. A row opens the GPU with its inputs and sources.
        </p>
      </Panel>
    </div>
  );
};
