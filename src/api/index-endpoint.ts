import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { allTiers } from "../domain/purchase.ts";
import { day, formatInstant, hour } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import type { Cell } from "../series/cells-over-time.ts";
import { hedonicSeries } from "../series/hedonic-series.ts";
import { type IndexAt, indexAt, indexSeries } from "../series/index-series.ts";
import { vintages } from "../store/index-record.ts";
import { readIndexValues } from "../store/read-index-record.ts";
import { type ApiContext, type Asked, bookFor, gpuFor, type TimesQuery } from "./context.ts";
import { ageOfCell, endOf } from "./data-age.ts";
import { checkInterval } from "./index-interval.ts";
import {
  computedRow,
  hedonicRow,
  type IndexRow,
  indexRowSchema,
  methods,
  publishedRow,
  type RowOf,
} from "./index-row.ts";
import { lastIndex } from "./last-index.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { answer, oneOf, problems, purchase, time, timesQuery } from "./schema.ts";
import { type Span, spanOf } from "./span.ts";
import { formatOf, tableAnswer } from "./table.ts";

export const methodologies = {
  weighted_median:
    "weighted_median 2: outlier gate with one vote a provider, providers weighed by the free GPUs they tell (untold: the median) and capped at 25 %, cell = whole cards of the GPU, secure or untold tier; published with 3 providers and 8 machines, or 5 providers; interval from drawing providers",
  votes:
    "votes 2: a third of what each provider weighs (the free GPUs it tells, untold: the median) on its price and one deviation (at least 3 %) to either side, mean of the middle third; published with 3 providers; interval from drawing providers",
  hedonic:
    "hedonic 1: time dummies beside provider and grades, weighted by GPUs, 28-day window, mean splice; all tiers; first day = 1; not the price of anything",
} as const;

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
}

/** GET /v1/index: the price of a GPU-hour, now, at a past instant or over a span, by each method. */
export const indexEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const present = memo<string, Promise<IndexAt>>();
    const rowsOf = async (of: RowOf, cell: Cell, asked: Asked, q: Query): Promise<IndexRow[]> => {
      const isSeries = q.from !== undefined || q.to !== undefined;
      if (q.vintage !== undefined) return publishedRows(context, of, asked, q);
      if (of.method === "hedonic") return hedonicRows(context, of, cell, spanOf(q, asked.now, 30), asked);
      const { method } = of;
      if (isSeries) {
        const series = await indexSeries(context, cell, method, spanOf(q, asked.now, 30), asked.asOf);
        return series.map((index) => computedRow(of, index, asked.asOf));
      }
      const key = `${of.gpu} ${of.purchase} ${method}`;
      return [
        computedRow(of, await present(asked, key, () => indexAt(context, cell, method, asked)), asked.asOf),
      ];
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
        const rows = await rowsOf(of, { gpus: ids, purchase: of.purchase }, asked, q);
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
          meta: metaOf({
            ...{ asked, methodology: methodologies[of.method], gpus: ids },
            dataAgeS: await ageOfCell(
              context,
              asked,
              {
                gpus: ids,
                purchases: [of.purchase],
                ...(of.method === "hedonic" ? { tiers: allTiers } : {}),
              },
              endOf(q, asked.now),
            ),
          }),
        }) as never;
      },
    );
  };

const publishedRows = async (
  { tape }: ApiContext,
  { gpu, purchase: terms, method }: RowOf,
  asked: Asked,
  q: Query,
): Promise<IndexRow[]> => {
  if (method === "hedonic")
    throw badInput("vintage", "a hedonic index is not published; leave vintage out", [
      "weighted_median",
      "votes",
    ]);
  const isSeries = q.at === undefined || q.from !== undefined || q.to !== undefined;
  const { from, to, first, step } = isSeries
    ? spanOf({ interval: "1h", ...q }, asked.now, 30)
    : { from: asked.now, to: asked.now, first: asked.now, step: hour };
  const filter = {
    gpu,
    purchase: terms,
    method,
    vintage: q.vintage!,
    from,
    to,
    asOf: asked.asOf,
    grid: { first, step },
  };
  return (await readIndexValues(tape.database, filter)).map(publishedRow);
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
