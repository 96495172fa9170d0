import type { Purchase } from "../domain/purchase.ts";
import { day, type Instant } from "../domain/time.ts";
import { cellIndex } from "../models/cell.ts";
import { type DatedPrice, estimateWalk, minChanges } from "../models/forward/spot-walk.ts";
import { indexValues } from "../series/index-series.ts";
import { readBuckets } from "../store/read-history.ts";
import type { ApiContext, Asked } from "./context.ts";
import { lastIndex } from "./last-index.ts";
import { type Span, spanOf } from "./span.ts";

/** Prices of a cell day by day. */
export interface PriceHistory {
  /** What they are: the index where it was published often enough, else the median of its offers. */
  readonly series: "index" | "median";
  readonly prices: readonly DatedPrice[];
}

export const historyDays = 90;
/** An index older than this is no price of today. */
export const startDays = 7;

const dailySpan = (now: Instant): Span => spanOf({ interval: "1d" }, now, historyDays);

const mediansOf = async (
  { tape }: ApiContext,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  { now, asOf }: Asked,
): Promise<DatedPrice[]> => {
  const listings = tape.catalog.byNo
    .filter(
      ({ offer }) =>
        gpus.has(offer.gpu) && offer.purchase === purchase && offer.flags.length === 0 && offer.gpuShare >= 1,
    )
    .map(({ listingNo }) => listingNo);
  const buckets = await readBuckets(tape.database, { ...dailySpan(now), listings, asOf });
  return buckets.flatMap(({ at, median }) => (median === null ? [] : [{ at, usdPerGpuHour: median }]));
};

/** The last 90 days of a cell, days without a price left out. Empty where it was never seen. */
export const priceHistory = async (
  context: ApiContext,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  asked: Asked,
): Promise<PriceHistory> => {
  const index: DatedPrice[] = [];
  const days = dailySpan(asked.now);
  for await (const { at, value } of indexValues(
    context.tape,
    { gpus, purchase },
    ["weighted_median"],
    days,
    asked.asOf,
  ))
    if (value !== null) index.push({ at, usdPerGpuHour: value });
  const { changes } = estimateWalk(index);
  if (changes >= minChanges) return { series: "index", prices: index };
  const medians = await mediansOf(context, gpus, purchase, asked);
  return estimateWalk(medians).changes > changes
    ? { series: "median", prices: medians }
    : { series: "index", prices: index };
};

/** The index now, else its last value of the last 7 days with its time; null where there is none. */
export const startPrice = async (
  context: ApiContext,
  gpus: ReadonlySet<string>,
  purchase: Purchase,
  asked: Asked,
  history: PriceHistory,
): Promise<DatedPrice | null> => {
  const { value } = cellIndex(asked.book, gpus, purchase, asked.now);
  if (value !== null) return { at: asked.now, usdPerGpuHour: value };
  const last = await lastIndex(context, asked, gpus, purchase);
  const daily = history.series === "index" ? history.prices.at(-1) : undefined;
  const dated = [
    ...(last === null ? [] : [{ at: last.at, usdPerGpuHour: last.value }]),
    ...(daily ? [daily] : []),
  ];
  const newest = dated.sort((a, b) => b.at - a.at)[0];
  return newest !== undefined && asked.now - newest.at <= startDays * day ? newest : null;
};
