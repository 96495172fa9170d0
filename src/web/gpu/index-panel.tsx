import type { IndexPoint, Purchase } from "../api-types.ts";
import { emptyWords } from "../lib/empty-words.ts";
import { oneOf } from "../lib/location.ts";
import type { Loaded } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { IndexChart } from "./index-chart.tsx";
import { IndexFigures } from "./index-figures.tsx";
import { IndexOverTime } from "./index-over-time.tsx";
import { gapWords, versionWords } from "./index-series.ts";
import { ReceiptsTable } from "./index-tables.tsx";
import { Leverage } from "./leverage.tsx";
import type { Window } from "./range.ts";
import { type IndexView, useIndex } from "./use-index.ts";

const methods = ["weighted_median", "votes", "hedonic"] as const;

const Receipted = ({ view }: { view: IndexView }) => (
  <>
    <h3 class="table-title">Receipts: what each provider brought to it now</h3>
    <ReceiptsTable
      rows={view.receipts.answer?.data.receipts ?? []}
      empty={emptyWords(view.receipts, "Nothing went into it.")}
    />
  </>
);

const Picture = ({ view, name }: { view: IndexView; name: string }) => {
  const gaps = gapWords(view.rows);
  const versions = versionWords(view.rows, view.history.answer?.meta.methodology_change);
  return (
    <div>
      {view.rows.some(({ value }) => value !== null) ? (
        <IndexChart name={name} rows={view.rows} />
      ) : (
        <p class="chart-note">{emptyWords(view.history, "No index in this span.")}</p>
      )}
      {gaps !== null && <p class="chart-note">{gaps}</p>}
      {versions !== null && <p class="chart-note">{versions}</p>}
    </div>
  );
};

/** The index with its band over time, what it stands on now, and who could move it. */
export const IndexPanel = ({
  gpu,
  purchase,
  span,
  median,
}: {
  gpu: string;
  purchase: Purchase;
  span: Window;
  median: Loaded<readonly IndexPoint[]>;
}) => {
  const { params } = usePlace();
  const method = oneOf(params.method, methods);
  const view = useIndex(gpu, purchase, method, span, median);
  const hedonic = method === "hedonic";
  const receipts = view.receipts.answer?.data ?? null;
  const leverage = hedonic ? [] : (receipts?.leverage ?? []);
  const digest = receipts?.digest ?? null;
  return (
    <Panel
      title="Index"
      note="with its 95 % band, over the span above"
      busy={view.busy}
      tools={
        <>
          <Segmented
            label="Method"
            value={method}
            options={[
              ["weighted_median" as (typeof methods)[number], "Median"],
              ["votes", "Votes"],
              ["hedonic", "Hedonic"],
            ]}
            onChange={(value) => patch({ method: value === "weighted_median" ? null : value })}
          />
          <Twin value={params.index ?? ""} onChange={(value) => patch({ index: value })} />
        </>
      }
    >
      {view.failure && <Failed what="The index" failure={view.failure} retry={view.reload} />}
      {view.present && view.meta && <IndexFigures row={view.present} meta={view.meta} weighted={!hedonic} />}
      {params.index === "table" ? (
        <>
          {!hedonic && <Receipted view={view} />}
          <h3 class="table-title">Over time</h3>
          <IndexOverTime gpu={gpu} purchase={purchase} method={method} span={span} view={view} />
        </>
      ) : (
        <div class={leverage.length === 0 ? "" : "two flush"}>
          <Picture view={view} name={`${gpu} ${method}`} />
          <Leverage
            rows={leverage}
            of={`the ${receipts?.value == null ? "unpublished " : ""}${method === "votes" ? "votes" : "weighted median"}`}
          />
        </div>
      )}
      {hedonic && (
        <p class="chart-note">
          The hedonic index is a regression over many days; it has no receipts of single providers.
        </p>
      )}
      {view.meta && (
        <p class="chart-note">
          {view.meta.methodology}
          {digest !== null && (
            <>
              . Receipt <code class="digest">{digest}</code>
            </>
          )}
        </p>
      )}
    </Panel>
  );
};
