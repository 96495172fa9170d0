import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { type Static, Type } from "typebox";
import { buyQuote } from "../desk/quote.ts";
import { formatInstant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { excludedSchema, legSchema } from "./leg-schema.ts";
import { metaOf } from "./meta.ts";
import { answer, number, oneOf, problems, purchase, tier, time } from "./schema.ts";

const body = Type.Object(
  {
    gpu: Type.String({ minLength: 1, description: "GPU id, family or any known name" }),
    gpus: Type.Integer({ minimum: 1, maximum: 100_000 }),
    hours: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
    purchase: Type.Optional(purchase),
    side: Type.Optional(oneOf(["buy"])),
    tier: Type.Optional(tier),
    max_usd_per_gpu_hour: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    executable_only: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

const quoteSchema = Type.Object({
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

export type QuoteBody = Static<typeof body>;

const quote = async (
  context: ApiContext,
  request: QuoteBody,
  times: { at?: string; as_of?: string } = {},
) => {
  const asked = await bookFor(context, times);
  const { id, ids } = gpuFor(context, request.gpu);
  const wanted = request.purchase ?? "on_demand";
  const { gpus, hours, tier: grade, max_usd_per_gpu_hour, executable_only } = request;
  const result = buyQuote(
    asked.book,
    { gpu_ids: ids, gpus, hours, purchase: wanted, tier: grade, max_usd_per_gpu_hour, executable_only },
    asked.now,
  );
  const meta = metaOf({ asked, methodology, gpus: ids, dataAgeS: result.worst_age_s });
  return { asked, data: { side: "buy", gpu: id, purchase: wanted, ...result }, meta };
};

/** POST /v1/quotes and the look-up of what was quoted. */
export const quotesEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      "/v1/quotes",
      { schema: { tags: ["desk"], body, response: { 200: answer(quoteSchema), ...problems } } },
      async (request) => {
        const { asked, data, meta } = await quote(context, request.body);
        const id = context.journal.newId("quote");
        const quoted = { quote_id: id, quoted_at: formatInstant(asked.now), ...data };
        const stored = context.journal.keep({
          id,
          kind: "quote",
          answeredAt: asked.now,
          bookVersion: asked.book.version,
          request: request.body,
          answer: quoted,
        });
        return { data: { ...quoted, stored } as never, meta };
      },
    );

    const found = Type.Object({
      request: Type.Unknown(),
      answer: Type.Unknown(),
      replay: Type.Optional(Type.Unknown()),
      book_version: Type.Integer(),
      answered_at: time(),
    });
    app.get(
      "/v1/quotes/:id",
      {
        schema: {
          tags: ["desk"],
          params: Type.Object({ id: Type.String() }),
          querystring: Type.Object(
            {
              replay: Type.Optional(
                Type.Boolean({ description: "Recompute it from the tape as it was known" }),
              ),
            },
            { additionalProperties: false },
          ),
          response: { 200: answer(found), ...problems },
        },
      },
      async (request) => {
        const entry = await context.journal.find(request.params.id);
        if (entry?.kind !== "quote")
          throw new AppError("not_found", `no quote has the id ${request.params.id}`);
        const asked = await bookFor(context, {});
        const at = formatInstant(entry.answeredAt);
        const again = request.query.replay
          ? (await quote(context, entry.request as QuoteBody, { at, as_of: at })).data
          : undefined;
        return {
          data: {
            request: entry.request,
            answer: entry.answer,
            ...(again === undefined ? {} : { replay: again }),
            book_version: entry.bookVersion,
            answered_at: at,
          },
          meta: metaOf({ asked, methodology: "journal", gpus: null, dataAgeS: null }),
        };
      },
    );
  };
