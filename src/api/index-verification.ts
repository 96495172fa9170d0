import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { parseInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { priceMethods } from "../models/index/index-value.ts";
import { countVerified } from "../series/count-verified.ts";
import { verifyEnd } from "../series/verify-end.ts";
import { type Verified, verdicts, verifyIndex } from "../series/verify-index.ts";
import { type RecordHead, servedRecord } from "../store/record-chain.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { recordSchema } from "./record-schema.ts";
import { answer, number, oneOf, problems, text, time, timesQuery } from "./schema.ts";

const rowSchema = Type.Object({
  ...recordSchema.properties,
  recomputed: number("From the receipts and nothing else"),
  verdict: oneOf(verdicts),
  why: text(
    "Null with MATCH. receipts_missing, digest_differs, value_differs: the receipts are gone, changed, or give another value; record_differs: the record does not have its hash; not_chained, repeated, records_missing, link_differs: its place does not fit the record before it",
  ),
});

const headSchema = Type.Unsafe<RecordHead | null>({
  type: ["object", "null"],
  properties: { seq: { type: "integer" }, hash: { type: "string" } },
});

const dataSchema = Type.Object({
  checked: Type.Integer(),
  matched: Type.Integer(),
  by_methodology: Type.Array(
    Type.Object({ methodology: Type.String(), checked: Type.Integer(), matched: Type.Integer() }),
  ),
  record: Type.Object(
    {
      head: headSchema,
      known: headSchema,
      verdict: oneOf(verdicts),
      why: text(
        "Null with MATCH. end_missing: records were cut off at the end; head_differs: the last is another one than was written; head_unknown: no record has the hash given as head",
      ),
    },
    {
      description:
        "The end of the record: its last one, to be noted by whoever wants to compare later, and the one whose hash was given as head",
    },
  ),
  next: Type.Unsafe<number | null>({
    type: ["integer", "null"],
    description: "With limit: the place to go on after; null at the end of the record",
  }),
  values: Type.Array(rowSchema, {
    description: "Every value with all=true, else what does not match; the first 10,000 of them",
  }),
});

const rowOf = ({ recomputed, verdict, why, ...value }: Verified) => ({
  ...servedRecord(value),
  hash: value.hash,
  recomputed,
  verdict,
  why,
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
        head: Type.Optional(
          Type.String({ minLength: 1, description: "A hash that was noted once: is its record still there" }),
        ),
        after: Type.Optional(Type.Integer({ minimum: 0, description: "Go on after this place; see next" })),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 50_000,
            description: "Go through about so many records only; default all",
          }),
        ),
        ...timesQuery,
      },
      { additionalProperties: false },
    );
    app.get(
      "/v1/index/verification",
      { schema: { tags: ["models"], querystring, response: { 200: answer(dataSchema), ...problems } } },
      async ({ query: { gpu, method, all, head, after, limit, ...q } }) => {
        const asked = await bookFor(context, q);
        const named = gpu === undefined ? null : gpuFor(context, gpu);
        const filter = {
          ...(named === null ? {} : { gpu: named.id }),
          ...(method === undefined ? {} : { method }),
          ...(q.from === undefined ? {} : { from: parseInstant(q.from, "from") }),
          ...(q.to === undefined ? {} : { to: parseInstant(q.to, "to") }),
          // Not before the question is about the past: what says it was published tomorrow is checked too.
          ...(q.as_of === undefined ? {} : { asOf: asked.asOf }),
        };
        if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to)
          throw badInput("from", `must not be after to (${q.to})`);
        const shown = (value: Verified) => all === true || value.verdict === "MISMATCH";
        const count = countVerified();
        const values: Verified[] = [];
        let next: number | null = null;
        for await (const part of verifyIndex(context, filter, { after, atOnce: limit })) {
          count.add(part.values);
          values.push(...part.values.filter(shown).slice(0, mostShown - values.length));
          if (limit === undefined || part.isLast) continue;
          next = part.to;
          break;
        }
        const record = await verifyEnd(context, head ?? null);
        const { byMethodology, ...counts } = count.counts();
        return {
          data: { ...counts, by_methodology: byMethodology, record, next, values: values.map(rowOf) },
          meta: metaOf({
            asked,
            methodology: "receipts: digest and value computed again; records: hash and link computed again",
            gpus: named?.ids ?? null,
          }),
        };
      },
    );
  };
