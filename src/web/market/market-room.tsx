import { useMarket, useProviders } from "../lib/queries.ts";
import { readSort, sorted, writeSort } from "../lib/sort.ts";
import { go, patch, usePlace } from "../lib/use-place.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Legend } from "../parts/legend.tsx";
import { gpuPlace } from "../parts/link.tsx";
import { Empty, Failed } from "../parts/notice.tsx";
import { emptyTape, TapeNotice } from "../parts/tape-notice.tsx";
import { marketColumns } from "./market-columns.tsx";
import { MarketFilters } from "./market-filters.tsx";
import { MarketStrip } from "./market-strip.tsx";
import { askedFirst, shownRows } from "./market-view.ts";

/** Every GPU on one screen. */
export const MarketRoom = () => {
  const { params } = usePlace();
  const { answer, failure, busy, reload } = useMarket(
    params.tier === "secure" || params.tier === "community" ? params.tier : undefined,
  );
  const sources = useProviders().answer?.data.sources ?? [];
  const all = answer?.data ?? [];
  const columns = marketColumns(answer?.meta.at ?? "", params.fresh === "on", params.tier);
  const sort = readSort(params.sort);
  const value = columns.find(({ key }) => key === sort?.key)?.sortValue;
  const chosen = shownRows(all, params);
  const rows = sort && value ? sorted(chosen, value, sort.descending) : askedFirst(chosen);
  return (
    <div class="stack">
      <h1 class="hidden">Market</h1>
      <MarketStrip />
      <TapeNotice sources={sources} />
      {failure && answer === null && <Failed what="The market" failure={failure} retry={reload} />}
      {failure?.kind === "problem" && answer !== null && (
        <Failed what="The newest market" failure={failure} retry={reload} />
      )}
      {answer !== null && all.length === 0 && <Empty title="The tape is empty." steps={emptyTape} />}
      {answer === null && failure === null && <p class="muted">Loading the market…</p>}
      {all.length > 0 && (
        <>
          <MarketFilters rows={all} shown={rows.length} params={params} />
          <section class="panel" aria-label="GPUs" aria-busy={busy}>
            <DataTable
              caption="One row a GPU; prices in USD per GPU-hour"
              columns={columns}
              rows={rows}
              rowKey={(row) => row.gpu}
              sort={sort}
              onSort={(next) => patch({ sort: writeSort(next) })}
              onOpen={(row) => go(gpuPlace(row.gpu))}
              empty="No GPU passes the filters. Clear one of them."
            />
            <Legend />
          </section>
        </>
      )}
    </div>
  );
};
