import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { formatInstant, hour } from "../domain/time.ts";
import { priceMethods } from "../models/index/index-value.ts";
import { receiptsDigest, servedReceipt } from "../models/index/receipts.ts";
import { indexAt } from "../series/index-series.ts";
import { methodologyOf, versionAt } from "../series/methodology.ts";
import { readIndexValues } from "../store/read-index-record.ts";
import { servedRecord } from "../store/record-chain.ts";
import { sha256 } from "../store/sha256.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { ageOfCell } from "./data-age.ts";
import { gpuParams, pricedCell } from "./index-row.ts";
import { metaOf } from "./meta.ts";
import { versionsOf } from "./methodology.ts";
import { recordSchema } from "./record-schema.ts";
import { answer, number, oneOf, problems, purchase, text, time } from "./schema.ts";

const receiptSchema = Type.Object({
  provider: Type.String(),
  usd_per_gpu_hour: Type.Number(),
  listings: Type.Integer({ description: "At that price" }),
  gpus: Type.Number({ description: "Behind them: those told free, else of their packages" }),
  free_gpus: Type.Optional(
    number("As told; null where they do not tell, and the provider weighs the median of those that do"),
  ),
  package_gpus: Type.Optional(
    Type.Number({ description: "Of their packages; for its one vote in the gate alone" }),
  ),
  parts: Type.Optional(
    Type.Number({ description: "What they are of a region and type: how untold stock shares the weight" }),
  ),
  deviation: number("Votes: how much the provider's price usually moves in a day"),
  weight: Type.Number({ description: "What it weighs in the value, 0 to 1; 0: it does not count" }),
  status: Type.String({
    description:
      "ok; gate: too far from the median, does not count; outlier, jump: counts by its weight, whose votes the middle third keeps from moving the value far",
  }),
});

const leverageSchema = Type.Object({
  provider: Type.String(),
  gpus: Type.Number(),
  without: number("The index without this provider; null where the rest is too few"),
  change: number("Share of the index by which it would move"),
});

const dataSchema = Type.Object({
  gpu: Type.String(),
  purchase,
  method: oneOf(priceMethods),
  methodology: Type.String({ description: "Method and version that the receipts are of" }),
  at: time(),
  value: number("USD per GPU-hour"),
  low: number(),
  high: number(),
  reason: text(),
  digest: Type.String({
    description:
      "SHA-256 of the receipts below as canonical JSON (RFC 8785), each as text, sorted, as one list",
  }),
  receipts: Type.Array(receiptSchema),
  leverage: Type.Array(leverageSchema, { description: "Providers that move the index most first" }),
  excluded: Type.Record(Type.String(), Type.Integer()),
  published: Type.Array(recordSchema, {
    description:
      "What was published for this instant, without at= for the last full hour; oldest first, with its place in the record",
  }),
});

/** GET /v1/index/{gpu}/receipts: every price behind a value of the index, enough to compute it again. */
export const indexReceiptsEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(pricedCell("weighted_median"), { additionalProperties: false });
    app.get(
      "/v1/index/:gpu/receipts",
      {
        schema: {
          tags: ["models"],
          params: gpuParams,
          querystring,
          response: { 200: answer(dataSchema), ...problems },
        },
      },
      async ({ params, query: q }) => {
        const asked = await bookFor(context, q);
        const { id, ids } = gpuFor(context, params.gpu);
        const [terms, method] = [q.purchase ?? "on_demand", q.method ?? "weighted_median"] as const;
        const series = { gpu: id, purchase: terms, method };
        const { changedAt, methodology, note } = await versionsOf(context, series, q.methodology, asked.now);
        const version = versionAt(asked.now, changedAt);
        const index = await indexAt(context, { gpus: ids, purchase: terms }, method, asked, version);
        const hourOf = q.at === undefined ? Math.floor(asked.now / hour) * hour : asked.now;
        const words = await readIndexValues(context.tape.database, {
          ...{ gpu: id, purchase: terms, method, from: hourOf, to: hourOf, asOf: asked.asOf },
        });
        const data = {
          ...{ ...series, methodology: methodologyOf(method, version), at: formatInstant(asked.now) },
          ...{ value: index.value, low: index.low, high: index.high, reason: index.reason },
          digest: receiptsDigest(index.receipts, sha256),
          receipts: index.receipts.map(servedReceipt),
          leverage: await context.fits.run("indexLeverage", { method, version, receipts: index.receipts }),
          excluded: { ...index.excluded },
          published: words.map((word) => ({ ...servedRecord(word), hash: word.hash })),
        };
        const dataAgeS = await ageOfCell(context, asked, { gpus: ids, purchases: [terms] });
        return { data, meta: { ...metaOf({ asked, methodology, gpus: ids, dataAgeS }), ...note } };
      },
    );
  };
