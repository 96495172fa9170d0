import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { formatInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import {
  type Bucket,
  type Divider,
  dividers,
  readBuckets,
  readTicks,
  type Statistic,
  statistics,
} from "../store/read-history.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor } from "./context.ts";
import { ageOfSources } from "./data-age.ts";
import { metaOf } from "./meta.ts";
import { compositionSchema, compositionsOf, leadingStatistic } from "./price-composition.ts";
import { answer, number, oneOf, problems, purchase, text, tier, time, timesQuery } from "./schema.ts";
import { type Series, seriesFor } from "./series.ts";
import { intervals, type Span, spanOf } from "./span.ts";
import { formatOf, tableAnswer } from "./table.ts";

const query = Type.Object(
  {
    series_id: Type.Optional(Type.String()),
    listing_id: Type.Optional(Type.String()),
    gpu: Type.Optional(Type.String({ minLength: 1 })),
    provider: Type.Optional(Type.String({ minLength: 1 })),
    region: Type.Optional(Type.String({ minLength: 1 })),
    purchase: Type.Optional(purchase),
    tier: Type.Optional(tier),
    from: Type.Optional(time()),
    to: Type.Optional(time()),
    interval: Type.Optional(oneOf(intervals)),
    stat: Type.Optional(
      Type.String({ description: `Comma list of ${statistics.join(", ")}; default median` }),
    ),
    by: Type.Optional(oneOf(dividers, "One series for each value, rows by time and then value")),
    format: Type.Optional(oneOf(["json", "csv"])),
    ...timesQuery,
  },
  { additionalProperties: false },
);

const rowSchema = Type.Object({
  at: time("Bucket end, or time of the tick"),
  listing_id: Type.Optional(Type.String()),
  state: Type.Optional(Type.String()),
  usd_per_gpu_hour: Type.Optional(number()),
  available_gpus: Type.Optional(number()),
  ...Object.fromEntries(dividers.map((name) => [name, Type.Optional(text("With `by` alone"))])),
  ...Object.fromEntries(statistics.map((name) => [name, Type.Optional(number())])),
  ...Type.Partial(compositionSchema).properties,
  reason: text("Why the row has no number: sold_out, stale or no_fresh_source; of a tick its state"),
});

const tickColumns = ["at", "listing_id", "state", "usd_per_gpu_hour", "available_gpus", "reason"];

const mostTicks = 100_000;

const statsOf = (list: string | undefined): Statistic[] => {
  const names = (list ?? "median").split(",").map((name) => name.trim());
  for (const name of names) {
    if (!statistics.includes(name as Statistic))
      throw badInput("stat", `"${name}" is none of ${statistics.join(", ")}`, statistics);
  }
  return names as Statistic[];
};

const bucketRows = (buckets: readonly Bucket[], stats: readonly Statistic[], by: Divider | undefined) => {
  const compositions = compositionsOf(buckets, leadingStatistic(stats));
  return buckets.map((bucket, index) => ({
    at: formatInstant(bucket.at),
    ...(by === undefined ? {} : { [by]: bucket.key }),
    ...Object.fromEntries(stats.map((name) => [name, bucket[name]])),
    ...compositions[index]!,
    reason: bucket.offers !== null ? null : whyNone(bucket),
  }));
};

const whyNone = ({ soldOut, stale }: Bucket): string =>
  soldOut > 0 ? "sold_out" : stale > 0 ? "stale" : "no_fresh_source";

const tickRows = async (context: ApiContext, series: Series, span: Span, asked: Asked) => {
  const listings = series.listings.map(({ listingNo }) => listingNo);
  const found = await readTicks(
    context.tape.database,
    { ...span, listings, asOf: asked.asOf },
    mostTicks + 1,
  );
  if (found.length > mostTicks)
    throw badInput(
      "interval",
      `the span holds more than ${mostTicks} ticks; take a shorter span or an interval`,
    );
  return found.map((tick) => ({
    at: formatInstant(tick.at),
    listing_id: context.tape.catalog.byNo[tick.listingNo]!.listingId,
    state: tick.state,
    usd_per_gpu_hour: tick.usdPerGpuHour,
    available_gpus: tick.availableGpus,
    reason: tick.state === "live" ? null : tick.state,
  }));
};

const compositionColumns = ["change", "matched_change", "matched", "composition", "composition_step"];

const columnsOf = (stats: readonly Statistic[], by: Divider | undefined): string[] => [
  ...["at", ...(by === undefined ? [] : [by]), ...stats],
  ...[...compositionColumns, "reason"],
];

const checkDivider = (by: Divider | undefined, series: Series, span: Span): void => {
  if (by === undefined) return;
  if (series.level === "listing") throw badInput("by", "one listing has nothing to tell apart");
  if (span.interval === "tick") throw badInput("by", "tells buckets apart: give an interval, not ticks");
};

/** GET /v1/prices: the history of a listing or a cell. */
export const pricesEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const data = Type.Array(rowSchema);
    app.get(
      "/v1/prices",
      { schema: { tags: ["history"], querystring: query, response: { 200: answer(data), ...problems } } },
      async (request, reply) => {
        const q = request.query;
        const format = formatOf(request);
        const stats = statsOf(q.stat);
        const asked = await bookFor(context, q);
        const series = seriesFor(context, q);
        const span = spanOf(q, asked.now, 30);
        checkDivider(q.by, series, span);
        const listings = series.listings.map(({ listingNo }) => listingNo);
        const readRows = async () =>
          span.interval === "tick"
            ? tickRows(context, series, span, asked)
            : bucketRows(
                await readBuckets(context.tape.database, {
                  ...span,
                  ...(q.by === undefined ? {} : { by: q.by }),
                  listings,
                  asOf: asked.asOf,
                  asAsked: series.level === "listing",
                }),
                stats,
                q.by,
              );
        const sources = new Set(series.listings.map(({ offer }) => offer.source));
        const [rows, dataAgeS] = await Promise.all([
          readRows(),
          ageOfSources(context, asked, sources, span.to),
        ]);
        const methodology = `${series.id} ${span.interval}: the book at each bucket's end, fresh sources only`;
        return tableAnswer(reply, {
          format,
          rowSchema,
          columns: span.interval === "tick" ? tickColumns : columnsOf(stats, q.by),
          count: rows.length,
          row: (index) => rows[index]!,
          constants: {
            ...{ gpu: series.gpu, purchase: series.purchase ?? "any" },
            ...{ currency: "USD", unit: "USD per GPU-hour" },
          },
          meta: {
            ...metaOf({ asked, methodology, gpus: series.gpus, took: sources, dataAgeS }),
            ...{ series_id: series.id, purchase: series.purchase },
          },
        }) as never;
      },
    );
  };
