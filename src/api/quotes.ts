import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { buyQuote } from "../desk/quote.ts";
import { type Static, Type } from "../typebox.ts";
import { type ApiContext, type Asked, gpuFor } from "./context.ts";
import { registerDecision } from "./decision.ts";
import { excludedSchema, legSchema, maxAge } from "./leg-schema.ts";
import { metaOf } from "./meta.ts";
import { number, oneOf, purchase, tier, time } from "./schema.ts";

const body = Type.Object(
  {
    gpu: Type.String({ minLength: 1, description: "GPU id, family or any known name" }),
    gpus: Type.Integer({ minimum: 1, maximum: 100_000 }),
    hours: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
    purchase: Type.Optional(purchase),
    side: Type.Optional(oneOf(["buy"])),
    tier: Type.Optional(tier),
    max_usd_per_gpu_hour: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    max_age_hours: maxAge,
    executable_only: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export const quoteSchema = Type.Object({
  quote_id: Type.String(),
  quoted_at: time(),
  stored: Type.Boolean({ description: "False: the journal was full; the quote cannot be looked up again" }),
  side: Type.String(),
  gpu: Type.String(),
  purchase,
  gpus: Type.Integer(),
  hours: Type.Number(),
  vwap_usd_per_gpu_hour: Type.Number({ description: "Cost per hour over the GPUs asked for" }),
  usd_per_hour: Type.Number(),
  total_usd: Type.Number(),
  legs: Type.Array(legSchema),
  gpus_rented: Type.Integer({ description: "More than asked where hosts are sold whole" }),
  worst_age_s: number(),
  executable: Type.Boolean(),
  best_usd_per_gpu_hour: Type.Number(),
  slippage_bps: Type.Number(),
  excluded: excludedSchema,
  considered: Type.Integer(),
  warnings: Type.Array(Type.String()),
  why: Type.Array(Type.String()),
});

const methodology =
  "buy 1: cheapest cover of the GPUs from the book, whole hosts respected, one source a provider; see why";

type QuoteBody = Static<typeof body>;

const quote = (context: ApiContext, asked: Asked, request: QuoteBody) => {
  const { id, ids } = gpuFor(context, request.gpu);
  const { gpu: _named, side = "buy", purchase: wanted = "on_demand", ...rest } = request;
  const result = buyQuote(asked.book, { gpu_ids: ids, purchase: wanted, ...rest }, asked.now);
  const meta = metaOf({ asked, methodology, gpus: ids, dataAgeS: result.worst_age_s });
  return { data: { side, gpu: id, purchase: wanted, ...result }, meta };
};

/** POST /v1/quotes and the look-up of what was quoted. */
export const quotesEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) =>
    registerDecision<QuoteBody>(app as unknown as FastifyInstance, context, {
      kind: "quote",
      path: "/v1/quotes",
      body,
      data: quoteSchema,
      sign: (quote_id, quoted_at, stored, data) => ({ quote_id, quoted_at, stored, ...data }),
      decide: (asked, request) => quote(context, asked, request),
    });
