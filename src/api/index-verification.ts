import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { formatInstant } from "../domain/time.ts";
import { priceMethods } from "../models/index/index-value.ts";
import { type Verified, verifyIndex } from "../series/verify-index.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { answer, number, oneOf, problems, purchase, text, time, timesQuery } from "./schema.ts";
import { spanOf } from "./span.ts";

const rowSchema = Type.Object({
  gpu: Type.String(),
  purchase,
  method: Type.String(),
  at: time(),
  vintage: Type.String(),
  value: number(),
  recomputed: number("From the receipts and nothing else"),
  digest: Type.String(),
  verdict: oneOf(["MATCH", "MISMATCH"]),
  why: text("receipts_missing, digest_differs or value_differs"),
});

const dataSchema = Type.Object({
  checked: Type.Integer(),
  matched: Type.Integer(),
  values: Type.Array(rowSchema, { description: "Every value with all=true, else what does not match" }),
});

const rowOf = (value: Verified) => ({
  gpu: value.gpu,
  purchase: value.purchase,
  method: value.method,
  at: formatInstant(value.at),
  vintage: value.vintage,
  value: value.value,
  recomputed: value.recomputed,
  digest: value.digest,
  verdict: value.verdict,
  why: value.why,
});

/** GET /v1/index/verification: computes published values again from their receipts. */
export const indexVerificationEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(
      {
        gpu: Type.Optional(Type.String({ minLength: 1 })),
        method: Type.Optional(oneOf(priceMethods)),
        from: Type.Optional(time("Default a week back")),
        to: Type.Optional(time()),
        all: Type.Optional(Type.Boolean({ default: false })),
        ...timesQuery,
      },
      { additionalProperties: false },
    );
    app.get(
      "/v1/index/verification",
      { schema: { tags: ["models"], querystring, response: { 200: answer(dataSchema), ...problems } } },
      async ({ query: { gpu, method, all, ...q } }) => {
        const asked = await bookFor(context, q);
        const named = gpu === undefined ? null : gpuFor(context, gpu);
        const { from, to } = spanOf({ ...q, interval: "1d" }, asked.now, 7);
        const values = await verifyIndex(context, {
          ...(named === null ? {} : { gpu: named.id }),
          ...(method === undefined ? {} : { method }),
          ...{ from, to, asOf: asked.asOf },
        });
        const shown = all === true ? values : values.filter(({ verdict }) => verdict === "MISMATCH");
        const matched = values.filter(({ verdict }) => verdict === "MATCH").length;
        return {
          data: { checked: values.length, matched, values: shown.map(rowOf) },
          meta: metaOf({
            asked,
            methodology: "receipts: digest and value computed again",
            gpus: named?.ids ?? null,
          }),
        };
      },
    );
  };
