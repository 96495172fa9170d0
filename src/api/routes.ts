import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { type Static, Type } from "typebox";
import { recommendRoutes } from "../desk/route.ts";
import { gpuIdsOf } from "../desk/route-request.ts";
import { jurisdictionSet } from "../domain/region.ts";
import { formatInstant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { type ApiContext, bookFor } from "./context.ts";
import { excludedSchema, legSchema } from "./leg-schema.ts";
import { metaOf } from "./meta.ts";
import { answer, number, problems, purchase, tier, time } from "./schema.ts";

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 200, description }));
const share = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));

const body = Type.Object(
  {
    gpu: Type.Optional(Type.String({ minLength: 1, description: "Exactly one of gpu, any_of and min" })),
    any_of: names("GPUs any of which will do"),
    min: Type.Optional(
      Type.Object(
        {
          vram_gib: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
          fp16_tflops: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
        },
        { additionalProperties: false, minProperties: 1 },
      ),
    ),
    gpus: Type.Integer({ minimum: 1, maximum: 100_000 }),
    hours: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
    interruptible: Type.Optional(Type.Boolean({ description: "True allows spot beside on_demand" })),
    regions: names("Regions as the venues write them"),
    countries: names("ISO 3166-1 alpha-2"),
    jurisdictions: names("Country of the operator's ultimate parent; EU and EEA are sets"),
    providers: Type.Optional(
      Type.Object(
        { allow: names("Only these"), deny: names("None of these") },
        { additionalProperties: false },
      ),
    ),
    tier: Type.Optional(tier),
    min_reliability: share("As the venue measures it"),
    min_sla_uptime: share("As the venue promises it"),
    interconnect: Type.Optional(Type.String({ minLength: 1 })),
    confidential: Type.Optional(Type.Boolean()),
    max_usd_per_gpu_hour: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    max_total_usd: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    single_provider: Type.Optional(Type.Boolean()),
    max_provider_share: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    executable_only: Type.Optional(Type.Boolean()),
    k: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, description: "Plans to return; default 3" })),
  },
  { additionalProperties: false },
);

const planSchema = Type.Object({
  gpu: Type.String(),
  purchase,
  legs: Type.Array(legSchema),
  gpus_rented: Type.Integer(),
  expected_usd: Type.Number(),
  expected_hours: Type.Number(),
  executable: Type.Boolean(),
  worst_age_s: number(),
  cost_lines: Type.Array(Type.Object({ label: Type.String(), usd: Type.Number() }), {
    description: "They add up to expected_usd",
  }),
  warnings: Type.Array(Type.String()),
  why: Type.Array(Type.String()),
});

const routeSchema = Type.Object({
  route_id: Type.String(),
  routed_at: time(),
  stored: Type.Boolean(),
  plans: Type.Array(planSchema),
  excluded: excludedSchema,
  considered: Type.Integer(),
});

const methodology =
  "cheapest feasible 1: price over the hours asked under the hard constraints; interruptions, launch failures and egress are not in the cost";

export type RouteBody = Static<typeof body>;

const route = async (
  context: ApiContext,
  request: RouteBody,
  times: { at?: string; as_of?: string } = {},
) => {
  const asked = await bookFor(context, times);
  const { gpus } = context.reference;
  const canonical = (list: readonly string[] | undefined) => list?.map(context.reference.providers.canonical);
  const upper = (list: readonly string[] | undefined) => list?.map((code) => code.toUpperCase());
  const wanted = {
    ...request,
    countries: upper(request.countries),
    jurisdictions: upper(request.jurisdictions),
    ...(request.providers === undefined
      ? {}
      : {
          providers: { allow: canonical(request.providers.allow), deny: canonical(request.providers.deny) },
        }),
  };
  const result = recommendRoutes(asked.book, wanted, asked.now, { gpus, jurisdictions: jurisdictionSet });
  const worst = result.plans[0]?.worst_age_s ?? null;
  return {
    asked,
    data: result,
    meta: metaOf({ asked, methodology, gpus: gpuIdsOf(wanted, gpus), dataAgeS: worst }),
  };
};

/** POST /v1/routes and the look-up of what was recommended. */
export const routesEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      "/v1/routes",
      { schema: { tags: ["desk"], body, response: { 200: answer(routeSchema), ...problems } } },
      async (request) => {
        const { asked, data, meta } = await route(context, request.body);
        const id = context.journal.newId("route");
        const routed = { route_id: id, routed_at: formatInstant(asked.now), ...data };
        const entry = {
          id,
          kind: "route" as const,
          answeredAt: asked.now,
          bookVersion: asked.book.version,
          request: request.body,
          answer: routed,
        };
        return { data: { ...routed, stored: context.journal.keep(entry) } as never, meta };
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
      "/v1/routes/:id",
      {
        schema: {
          tags: ["desk"],
          params: Type.Object({ id: Type.String() }),
          querystring: Type.Object(
            { replay: Type.Optional(Type.Boolean()) },
            { additionalProperties: false },
          ),
          response: { 200: answer(found), ...problems },
        },
      },
      async (request) => {
        const entry = await context.journal.find(request.params.id);
        if (entry?.kind !== "route")
          throw new AppError("not_found", `no route has the id ${request.params.id}`);
        const asked = await bookFor(context, {});
        const at = formatInstant(entry.answeredAt);
        const again = request.query.replay
          ? (await route(context, entry.request as RouteBody, { at, as_of: at })).data
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
