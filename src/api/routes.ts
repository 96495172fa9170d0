import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { recommendRoutes } from "../desk/route.ts";
import { gpuIdsOf, type RouteRequest } from "../desk/route-request.ts";
import { jurisdictionSet } from "../domain/region.ts";
import type { Reference } from "../reference.ts";
import { type Static, Type } from "../typebox.ts";
import type { ApiContext, Asked } from "./context.ts";
import { registerDecision } from "./decision.ts";
import { checkSelections } from "./known-values.ts";
import { excludedSchema, legSchema, maxAge } from "./leg-schema.ts";
import { metaOf } from "./meta.ts";
import { number, purchase, tier, time } from "./schema.ts";

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
    max_age_hours: maxAge,
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

type RouteBody = Static<typeof body>;

/** The request in the words of the tables: present provider ids, country codes in upper case. */
const inOurWords = (request: RouteBody, { providers }: Reference): RouteRequest => {
  const canonical = (list: readonly string[] | undefined) => list?.map(providers.canonical);
  const upper = (list: readonly string[] | undefined) => list?.map((code) => code.toUpperCase());
  return {
    ...request,
    countries: upper(request.countries),
    jurisdictions: upper(request.jurisdictions),
    providers: request.providers && {
      allow: canonical(request.providers.allow),
      deny: canonical(request.providers.deny),
    },
  };
};

const route = (context: ApiContext, asked: Asked, request: RouteBody) => {
  const { reference } = context;
  checkSelections(context, [
    ["providers.allow", "provider", request.providers?.allow],
    ["providers.deny", "provider", request.providers?.deny],
    ["regions", "region", request.regions],
    ["countries", "country", request.countries],
    ["jurisdictions", "jurisdiction", request.jurisdictions],
    ["interconnect", "interconnect", request.interconnect],
  ]);
  const wanted = inOurWords(request, reference);
  const { gpus } = reference;
  const data = recommendRoutes(asked.book, wanted, asked.now, { gpus, jurisdictions: jurisdictionSet });
  const dataAgeS = data.plans[0]?.worst_age_s ?? null;
  return { data, meta: metaOf({ asked, methodology, gpus: gpuIdsOf(wanted, gpus), dataAgeS }) };
};

/** POST /v1/routes and the look-up of what was recommended. */
export const routesEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) =>
    registerDecision<RouteBody>(app as unknown as FastifyInstance, context, {
      kind: "route",
      path: "/v1/routes",
      body,
      data: routeSchema,
      sign: (route_id, routed_at, stored, data) => ({ route_id, routed_at, stored, ...data }),
      decide: (asked, request) => route(context, asked, request),
    });
