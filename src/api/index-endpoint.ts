import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { formatInstant, type Instant } from "../domain/time.ts";
import { type CellIndex, cellIndex } from "../models/cell.ts";
import { indexHistory } from "./cell-history.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { lastIndex } from "./last-index.ts";
import { metaOf } from "./meta.ts";
import { answer, number, oneOf, problems, purchase, text, time, timesQuery } from "./schema.ts";
import { spanOf } from "./span.ts";
import { formatOf, tableAnswer } from "./table.ts";

const method = "weighted_median";
const methodology =
  "weighted_median 1: MAD gate, provider weight capped at 25 %, cell = whole cards of the GPU, secure or untold tier; published with 3 providers and 8 machines";

const rowSchema = Type.Object({
  at: time(),
  gpu: Type.String(),
  purchase,
  value: number("USD per GPU-hour; null with a reason"),
  reason: text("empty, too_few_providers, too_few_listings or stale"),
  n_providers: Type.Integer(),
  n_listings: Type.Integer(),
  n_machines: Type.Integer(),
  hhi: number("Concentration of the weights, 0 to 1"),
  top_provider_share: number(),
  excluded: Type.Integer({ description: "Listings of the cell that stayed out" }),
  method: Type.String(),
});

const lastSchema = Type.Unsafe<{ at: string; value: number } | null>({
  type: ["object", "null"],
  properties: { at: { type: "string" }, value: { type: "number" } },
});

const answeredSchema = Type.Object({ ...rowSchema.properties, last: lastSchema });

const row = (at: Instant, gpu: string, wanted: "on_demand" | "spot" | "reserved", index: CellIndex) => ({
  at: formatInstant(at),
  gpu,
  purchase: wanted,
  value: index.value,
  reason: index.reason,
  n_providers: index.nProviders,
  n_listings: index.nListings,
  n_machines: index.nMachines,
  hhi: index.hhi,
  top_provider_share: index.topProviderShare,
  excluded: index.excluded.length,
  method,
});

const query = Type.Object(
  {
    gpu: Type.String({ minLength: 1 }),
    purchase: Type.Optional(purchase),
    method: Type.Optional(oneOf([method])),
    from: Type.Optional(time("With from or to the answer is a series")),
    to: Type.Optional(time()),
    interval: Type.Optional(oneOf(["1h", "6h", "1d", "1w"])),
    format: Type.Optional(oneOf(["json", "csv"])),
    ...timesQuery,
  },
  { additionalProperties: false },
);

/** GET /v1/index: the price of a GPU-hour, now, at a past instant or over a span. */
export const indexEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const data = Type.Array(answeredSchema);
    app.get(
      "/v1/index",
      { schema: { tags: ["models"], querystring: query, response: { 200: answer(data), ...problems } } },
      async (request, reply) => {
        const q = request.query;
        const format = formatOf(request);
        const asked = await bookFor(context, q);
        const { id, ids } = gpuFor(context, q.gpu);
        const wanted = q.purchase ?? "on_demand";
        const series = q.from !== undefined || q.to !== undefined;
        const rows = series
          ? (await indexHistory(context, ids, wanted, spanOf(q, asked.now, 30), asked.asOf)).map(
              ({ at, index }) => row(at, id, wanted, index),
            )
          : [row(asked.now, id, wanted, cellIndex(asked.book, ids, wanted, asked.now))];
        const last = series || rows[0]!.value !== null ? null : await lastIndex(context, ids, wanted);
        const dated = last === null ? null : { at: formatInstant(last.at), value: last.value };
        return tableAnswer(reply, {
          format,
          rowSchema: answeredSchema,
          columns: Object.keys(rowSchema.properties),
          count: rows.length,
          row: (index) => ({ ...rows[index]!, last: dated }),
          meta: metaOf({ asked, methodology, gpus: ids }),
        }) as never;
      },
    );
  };
