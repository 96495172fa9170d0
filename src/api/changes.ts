import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { day, formatInstant, parseInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { type Change, readChanges } from "../store/read-changes.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { checkSelections } from "./known-values.ts";
import { metaOf } from "./meta.ts";
import { answer, number, oneOf, problems, purchase, text, time, timesQuery } from "./schema.ts";

export const changeSchema = Type.Object({
  at: time(),
  kind: oneOf(["new", "gone", "repriced", "flagged", "unflagged"]),
  listing_id: Type.String(),
  source: Type.String(),
  provider: Type.String(),
  gpu: Type.String(),
  gpu_count: Type.Integer(),
  purchase,
  tier: text(),
  region: text(),
  from_usd_per_gpu_hour: number("Null for a new listing"),
  to_usd_per_gpu_hour: number("Null for one that is gone"),
  percent: number("Change of price; null where one side is missing"),
  flags: Type.Array(Type.String()),
});

export const changeRow = ({ at, kind, listing: { listingId, offer }, doubts, from, to }: Change) => ({
  at: formatInstant(at),
  kind,
  listing_id: listingId,
  source: offer.source,
  provider: offer.provider,
  gpu: offer.gpu,
  gpu_count: offer.gpuCount,
  purchase: offer.purchase,
  tier: offer.tier as string | null,
  region: offer.region,
  from_usd_per_gpu_hour: from,
  to_usd_per_gpu_hour: to,
  percent: from === null || to === null ? null : (to / from - 1) * 100,
  flags: [...offer.flags, ...doubts],
});

const offsetOf = (cursor: string | undefined): number => {
  if (cursor === undefined) return 0;
  const offset = Number(
    /^o(\d{1,9})$/.exec(Buffer.from(cursor, "base64url").toString("utf8"))?.[1] ?? Number.NaN,
  );
  if (Number.isNaN(offset))
    throw badInput("cursor", "is not one that this list gave; leave it out to start over");
  return offset;
};

/** GET /v1/changes: what came, went and changed its price. */
export const changesEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const querystring = Type.Object(
      {
        since: Type.Optional(time("Default: a day before `at`")),
        gpu: Type.Optional(Type.String({ minLength: 1 })),
        provider: Type.Optional(Type.String({ minLength: 1 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 100 })),
        cursor: Type.Optional(Type.String({ maxLength: 100 })),
        ...timesQuery,
      },
      { additionalProperties: false },
    );
    app.get(
      "/v1/changes",
      {
        schema: {
          tags: ["book"],
          querystring,
          response: { 200: answer(Type.Array(changeSchema)), ...problems },
        },
      },
      async (request) => {
        const q = request.query;
        const asked = await bookFor(context, q);
        const gpus = q.gpu === undefined ? null : gpuFor(context, q.gpu).ids;
        checkSelections(context, [["provider", "provider", q.provider]]);
        const since = q.since === undefined ? asked.now - day : parseInstant(q.since, "since");
        if (since > asked.now) throw badInput("since", `${q.since} is after at`);
        const [limit, offset] = [q.limit ?? 100, offsetOf(q.cursor)];
        const found = await readChanges(context.tape.database, context.tape.catalog, {
          since,
          until: asked.now,
          asOf: asked.asOf,
          gpus,
          provider: q.provider === undefined ? null : context.reference.providers.canonical(q.provider),
          offset,
          limit: limit + 1,
        });
        const more = found.length > limit;
        const took = found.slice(0, limit).map(({ listing }) => listing.offer.source);
        const methodology = "ticks: changes of state and price, newest first";
        const meta = metaOf({ asked, methodology, gpus, took });
        return {
          data: found.slice(0, limit).map(changeRow),
          meta: {
            ...meta,
            next_cursor: more ? Buffer.from(`o${offset + limit}`).toString("base64url") : null,
          },
        };
      },
    );
  };
