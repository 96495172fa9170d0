import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { formatInstant } from "../domain/time.ts";
import { readTokenPrices, type TokenRow } from "../store/read-beside.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, bookFor } from "./context.ts";
import { metaOf } from "./meta.ts";
import { answer, flag, number, problems, text, time, timesQuery } from "./schema.ts";

const rowSchema = Type.Object({
  source: Type.String(),
  model: Type.String({ description: "<author>/<slug>" }),
  host: text("Who serves it; null for the venue's own price of the model"),
  endpoint: Type.String({ description: "The venue's name of it" }),
  quantization: text("For example fp8; null where it is not told"),
  context_tokens: number(),
  usd_per_million_input: Type.Number({ description: "What one pays, discounts taken off" }),
  usd_per_million_output: Type.Number(),
  usd_per_million_cached_input: number(),
  discount: number("Share taken off the list price, 0 to 1"),
  tokens_per_second: number("Median of one request"),
  first_token_ms: number("Median time to the first token"),
  uptime: number("Share of requests answered, 0 to 1"),
  serving: flag("Whether requests are sent there; false once it left the venue's list"),
  since: time("When this was first seen; it stands until a row differs"),
});

const rowOf = (row: TokenRow) => ({
  source: row.source,
  model: row.model,
  host: row.host,
  endpoint: row.endpoint,
  quantization: row.quantization,
  context_tokens: row.contextTokens,
  usd_per_million_input: row.usdPerMillionInput,
  usd_per_million_output: row.usdPerMillionOutput,
  usd_per_million_cached_input: row.usdPerMillionCachedInput,
  discount: row.discount,
  tokens_per_second: row.tokensPerSecond,
  first_token_ms: row.firstTokenMs,
  uptime: row.uptime,
  serving: row.serving,
  since: formatInstant(row.since),
});

/** GET /v1/tokens: what hosts ask for a million tokens of a model, and how they serve them. */
export const tokensEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(
      {
        model: Type.Optional(
          Type.String({ minLength: 1, maxLength: 200, description: "Part of the model's id" }),
        ),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 100 })),
        offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
        ...timesQuery,
      },
      { additionalProperties: false },
    );
    app.get(
      "/v1/tokens",
      {
        schema: {
          tags: ["book"],
          querystring,
          response: { 200: answer(Type.Array(rowSchema)), ...problems },
        },
      },
      async ({ query: { model, limit = 100, offset = 0, ...times } }) => {
        const asked = await bookFor(context, times);
        const span = { at: asked.now, asOf: asked.asOf };
        const found = await readTokenPrices(context.tape.database, {
          ...span,
          model: model ?? null,
          limit,
          offset,
        });
        const methodology = "token prices: the last word on each endpoint, by model and price of output";
        return {
          data: found.map(rowOf),
          meta: metaOf({ asked, methodology, gpus: new Set(), took: found.map(({ source }) => source) }),
        };
      },
    );
  };
