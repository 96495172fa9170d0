import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { formatInstant, parseInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { priceMethods } from "../models/index/index-value.ts";
import { type Verified, verifyIndex } from "../series/verify-index.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { answer, number, oneOf, problems, purchase, text, time, timesQuery } from "./schema.ts";

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
  values: Type.Array(rowSchema, {
    description: "Every value with all=true, else what does not match; the first 10,000 of them",
  }),
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

const mostShown = 10_000;

/** GET /v1/index/verification: computes published values again from their receipts. */
export const indexVerificationEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(
      {
        gpu: Type.Optional(Type.String({ minLength: 1 })),
        method: Type.Optional(oneOf(priceMethods)),
        from: Type.Optional(time("Default the first instant published")),
        to: Type.Optional(time("Default the last")),
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
        const filter = {
          ...(named === null ? {} : { gpu: named.id }),
          ...(method === undefined ? {} : { method }),
          ...(q.from === undefined ? {} : { from: parseInstant(q.from, "from") }),
          ...(q.to === undefined ? {} : { to: parseInstant(q.to, "to") }),
          asOf: asked.asOf,
        };
        if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to)
          throw badInput("from", `must not be after to (${q.to})`);
        const values: Verified[] = [];
        let [checked, matched] = [0, 0];
        for await (const part of verifyIndex(context, filter)) {
          checked += part.length;
          matched += part.filter(({ verdict }) => verdict === "MATCH").length;
          const shown = all === true ? part : part.filter(({ verdict }) => verdict === "MISMATCH");
          values.push(...shown.slice(0, mostShown - values.length));
        }
        return {
          data: { checked, matched, values: values.map(rowOf) },
          meta: metaOf({
            asked,
            methodology: "receipts: digest and value computed again",
            gpus: named?.ids ?? null,
          }),
        };
      },
    );
  };
