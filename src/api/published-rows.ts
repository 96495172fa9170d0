import { hour } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import type { PriceMethod } from "../models/index/index-value.ts";
import type { Cell } from "../series/cells-over-time.ts";
import { indexSeries } from "../series/index-series.ts";
import { versionOf } from "../series/methodology.ts";
import type { Vintage } from "../store/index-record.ts";
import { readIndexValues } from "../store/read-index-record.ts";
import type { ChainedValue } from "../store/record-chain.ts";
import type { ApiContext, Asked, TimesQuery } from "./context.ts";
import { computedRow, type IndexRow, publishedRow, type RowOf } from "./index-row.ts";
import { spanOf } from "./span.ts";

interface Query extends TimesQuery {
  readonly from?: string;
  readonly to?: string;
  readonly interval?: "1h" | "6h" | "1d" | "1w";
  readonly vintage?: Vintage;
  readonly methodology?: number;
}

/**
 * What was published of a vintage; with `methodology`, values that were published under another version are computed
 * anew by that one (and say so by having no time of publication). Throws `bad_input` for the hedonic index.
 */
export const publishedRows = async (
  context: ApiContext,
  of: RowOf,
  cell: Cell,
  asked: Asked,
  q: Query,
): Promise<IndexRow[]> => {
  const { gpu, purchase, method } = of;
  if (method === "hedonic")
    throw badInput("vintage", "a hedonic index is not published; leave vintage out", [
      "weighted_median",
      "votes",
    ]);
  const isSeries = q.at === undefined || q.from !== undefined || q.to !== undefined;
  const { from, to, first, step } = isSeries
    ? spanOf({ interval: "1h", ...q }, asked.now, 30)
    : { from: asked.now, to: asked.now, first: asked.now, step: hour };
  const grid = { first, step };
  const filter = { gpu, purchase, method, vintage: q.vintage!, from, to, asOf: asked.asOf, grid };
  const values = await readIndexValues(context.tape.database, filter);
  const isOther = ({ methodology }: ChainedValue) =>
    q.methodology !== undefined && versionOf(methodology) !== q.methodology;
  const others = values.filter(isOther);
  if (others.length === 0) return values.map(publishedRow);
  const span = { first: others[0]!.at, to: others.at(-1)!.at, step };
  const changedAt = q.methodology === 1 ? Number.POSITIVE_INFINITY : undefined;
  const anew = await indexSeries(context, cell, method as PriceMethod, span, asked.asOf, changedAt);
  const rowAt = new Map(anew.map((index) => [index.at, computedRow(of, index, asked.asOf)]));
  return values.map((value) =>
    isOther(value) ? { ...rowAt.get(value.at)!, vintage: value.vintage } : publishedRow(value),
  );
};
