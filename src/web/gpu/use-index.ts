import type { IndexMethod, IndexPoint, Meta, Purchase, Receipts } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { type Loaded, useAnswer } from "../lib/use-answer.ts";
import { withPresent } from "./index-series.ts";
import type { Window } from "./range.ts";

export interface IndexView extends Omit<Loaded<unknown>, "answer"> {
  readonly rows: readonly IndexPoint[];
  /** The series over the span, for what an empty place says. */
  readonly history: Loaded<readonly IndexPoint[]>;
  readonly present: IndexPoint | null;
  readonly meta: Meta | null;
  /** Without an answer for the hedonic index, which is a regression over days and has none. */
  readonly receipts: Loaded<Receipts>;
}

/**
 * The index over a span, its present and its receipts; the hedonic index is one daily series up to today. `median` is
 * the series of the weighted median over the span.
 */
export const useIndex = (
  gpu: string,
  purchase: Purchase,
  method: IndexMethod,
  { from, to, interval, past }: Window,
  median: Loaded<readonly IndexPoint[]>,
): IndexView => {
  const scope = `${gpu} ${purchase} ${method}`;
  const hedonic = method === "hedonic";
  const isMedian = method === "weighted_median";
  const query = { gpu, purchase, method };
  const other = useAnswer<readonly IndexPoint[]>(
    isMedian ? null : pathOf("/v1/index", { ...query, from, to, interval: hedonic ? "1d" : interval }),
    { scope },
  );
  const history = isMedian ? median : other;
  const now = useAnswer<readonly IndexPoint[]>(hedonic ? null : pathOf("/v1/index", query), { scope });
  const receipts = useAnswer<Receipts>(
    hedonic ? null : pathOf(`/v1/index/${encodeURIComponent(gpu)}/receipts`, { purchase, method }),
    { scope },
  );
  const rows = history.answer?.data ?? [];
  const present = (hedonic ? rows.at(-1) : now.answer?.data.at(-1)) ?? null;
  return {
    rows: past ? rows : withPresent(rows, present),
    present,
    meta: (hedonic ? history : now).answer?.meta ?? null,
    history,
    receipts,
    failure: history.failure ?? now.failure ?? receipts.failure,
    busy: history.busy || now.busy || receipts.busy,
    reload: () => {
      history.reload();
      now.reload();
      receipts.reload();
    },
  };
};
