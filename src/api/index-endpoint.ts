import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { allTiers } from "../domain/purchase.ts";
import { day, formatInstant, type Instant } from "../domain/time.ts";
import type { Cell } from "../series/cells-over-time.ts";
import { hedonicSeries } from "../series/hedonic-series.ts";
import { type IndexAt, indexAt, indexSeries } from "../series/index-series.ts";
import { versionAt } from "../series/methodology.ts";
import { vintages } from "../store/index-record.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor, gpuFor, type TimesQuery } from "./context.ts";
import { ageOfCell, endOf } from "./data-age.ts";
import { checkInterval } from "./index-interval.ts";
import { computedRow, hedonicRow, type IndexRow, indexRowSchema, methods, type RowOf } from "./index-row.ts";
import { lastIndex } from "./last-index.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { methodologyQuery, versionsOf } from "./methodology.ts";
import { publishedRows } from "./published-rows.ts";
import { answer, oneOf, problems, purchase, time, timesQuery } from "./schema.ts";
import { type Span, spanOf } from "./span.ts";
import { formatOf, tableAnswer } from "./table.ts";

const lastSchema = Type.Unsafe<{ at: string; value: number } | null>({
  type: ["object", "null"],
  properties: { at: { type: "string" }, value: { type: "number" } },
  description: "The last value there was, where the present one is null",
});

const answeredSchema = Type.Object({ ...indexRowSchema.properties, last: lastSchema });

const query = Type.Object(
  {
    gpu: Type.String({ minLength: 1 }),
    purchase: Type.Optional(purchase),
    method: Type.Optional(oneOf(methods, "Default weighted_median")),
    ...methodologyQuery,
    from: Type.Optional(time("With from or to the answer is a series; hedonic is one always, of 30 days")),
    to: Type.Optional(time()),
    interval: Type.Optional(oneOf(["1h", "6h", "1d", "1w"])),
    vintage: Type.Optional(
      oneOf(
        vintages,
        "Read the record of what was published, by the hour where interval is not said, instead of the tape",
      ),
    ),
    format: Type.Optional(oneOf(["json", "csv"])),
    ...timesQuery,
  },
  { additionalProperties: false },
);

interface Query extends TimesQuery {
  readonly from?: string;
  readonly to?: string;
  readonly interval?: "1h" | "6h" | "1d" | "1w";
  readonly vintage?: (typeof vintages)[number];
  readonly methodology?: number;
}

/** GET /v1/index: the price of a GPU-hour, now, at a past instant or over a span, by each method. */
export const indexEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const present = memo<string, Promise<IndexAt>>();
    const rowsOf = async (
      of: RowOf,
      cell: Cell,
      asked: Asked,
      q: Query,
      changedAt: Instant | undefined,
    ): Promise<IndexRow[]> => {
      const isSeries = q.from !== undefined || q.to !== undefined;
      if (q.vintage !== undefined) return publishedRows(context, of, cell, asked, q);
      if (of.method === "hedonic") return hedonicRows(context, of, cell, spanOf(q, asked.now, 30), asked);
      const { method } = of;
      if (isSeries) {
        const span = spanOf(q, asked.now, 30);
        const series = await indexSeries(context, cell, method, span, asked.asOf, changedAt);
        return series.map((index) => computedRow(of, index, asked.asOf));
      }
      const version = versionAt(asked.now, changedAt);
      const key = `${of.gpu} ${of.purchase} ${method} ${version}`;
      const index = await present(asked, key, () => indexAt(context, cell, method, asked, version));
      return [computedRow(of, index, asked.asOf)];
    };
    app.get(
      "/v1/index",
      {
        schema: {
          tags: ["models"],
          querystring: query,
          response: { 200: answer(Type.Array(answeredSchema)), ...problems },
        },
      },
      async (request, reply) => {
        const q = request.query;
        const format = formatOf(request);
        const asked = await bookFor(context, q);
        const { id, ids } = gpuFor(context, q.gpu);
        const of = {
          gpu: id,
          purchase: q.purchase ?? "on_demand",
          method: q.method ?? "weighted_median",
        } as const;
        checkInterval(q, of.method);
        const until = endOf(q, asked.now);
        const { changedAt, methodology, note } = await versionsOf(context, of, q.methodology, until);
        const rows = await rowsOf(of, { gpus: ids, purchase: of.purchase }, asked, q, changedAt);
        const isAlone = rows.length === 1 && q.from === undefined && q.to === undefined;
        const isMissing = isAlone && rows[0]!.value === null && of.method === "weighted_median";
        const last = isMissing ? await lastIndex(context, asked, ids, of.purchase) : null;
        const dated = last === null ? null : { at: formatInstant(last.at), value: last.value };
        return tableAnswer(reply, {
          format,
          rowSchema: answeredSchema,
          columns: Object.keys(indexRowSchema.properties),
          count: rows.length,
          row: (index) => ({ ...rows[index]!, last: dated }),
          meta: {
            ...metaOf({
              ...{ asked, methodology, gpus: ids },
              dataAgeS: await ageOfCell(
                context,
                asked,
                {
                  gpus: ids,
                  purchases: [of.purchase],
                  ...(of.method === "hedonic" ? { tiers: allTiers } : {}),
                },
                until,
              ),
            }),
            ...note,
          },
        }) as never;
      },
    );
  };

const hedonicRows = async (
  context: ApiContext,
  of: RowOf,
  cell: Cell,
  { from, to }: Span,
  { asOf }: Asked,
): Promise<IndexRow[]> => {
  const { points, matched, last, days } = await hedonicSeries(context, cell, { from, to }, asOf);
  return points.map((point, i) => {
    // Drawing providers allows for their prices moving together, which the error of the fit does not.
    const isLast = i === points.length - 1 && points.length > 1 && last.low !== null && last.value !== null;
    const scale = isLast && point.value !== null ? point.value / last.value! : 1;
    const bounds = isLast
      ? { low: last.low! * scale, high: last.high === null ? null : last.high * scale }
      : {};
    const check = matched[i]?.value ?? null;
    return hedonicRow(of, point.period * day, { ...point, ...bounds }, check, days.get(point.period), asOf);
  });
};
