import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ageSeconds, type Book, type BookOffer, isExecutable } from "../domain/book.ts";
import { jurisdictionSet } from "../domain/region.ts";
import type { Instant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { type Static, Type } from "../typebox.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { checkSelections } from "./known-values.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { type OfferRow, offerRow, offerRowSchema } from "./offer-row.ts";
import { encodeCursor, ordered, sortKeys, startAfter } from "./offer-sort.ts";
import { answer, countryCode, oneOf, problems, purchase, tier, timesQuery } from "./schema.ts";
import { formatOf, tableAnswer } from "./table.ts";

const query = Type.Object(
  {
    gpu: Type.Optional(Type.String({ minLength: 1, description: "GPU id, family or any known name" })),
    purchase: Type.Optional(purchase),
    provider: Type.Optional(Type.String({ minLength: 1 })),
    source: Type.Optional(Type.String({ minLength: 1 })),
    region: Type.Optional(Type.String({ minLength: 1 })),
    country: Type.Optional(countryCode),
    jurisdiction: Type.Optional(Type.String({ minLength: 1, description: "ISO 3166-1 alpha-2, EU or EEA" })),
    tier: Type.Optional(tier),
    min_gpus: Type.Optional(Type.Integer({ minimum: 1, description: "GPUs that can be rented together" })),
    max_usd_per_gpu_hour: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    min_reliability: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    min_vram_gib: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    executable_only: Type.Optional(Type.Boolean({ default: false })),
    sort: Type.Optional(oneOf(sortKeys)),
    order: Type.Optional(oneOf(["asc", "desc"])),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 100 })),
    cursor: Type.Optional(Type.String({ maxLength: 1000 })),
    format: Type.Optional(oneOf(["json", "csv"])),
    ...timesQuery,
  },
  { additionalProperties: false },
);

type Query = Static<typeof query>;
type Test = (offer: BookOffer) => boolean;

/** The conditions of a query as tests, cheap ones first. */
const testsOf = (
  context: ApiContext,
  q: Query,
  gpus: ReadonlySet<string> | null,
  book: Book,
  now: Instant,
): Test[] => {
  const provider = q.provider === undefined ? undefined : context.reference.providers.canonical(q.provider);
  const country = q.country?.toUpperCase();
  const jurisdictions =
    q.jurisdiction === undefined ? null : new Set(jurisdictionSet(q.jurisdiction.toUpperCase()));
  const test = <T>(value: T | undefined, of: (value: T) => Test): Test[] =>
    value === undefined ? [] : [of(value)];
  return [
    ...(gpus === null ? [] : [(offer: BookOffer) => gpus.has(offer.gpu)]),
    ...test(q.purchase, (value) => (offer) => offer.purchase === value),
    ...test(provider, (value) => (offer) => offer.provider === value),
    ...test(q.source, (value) => (offer) => offer.source === value),
    ...test(q.region, (value) => (offer) => offer.region === value),
    ...test(country, (value) => (offer) => offer.country === value),
    ...(jurisdictions === null
      ? []
      : [(offer: BookOffer) => offer.jurisdiction !== null && jurisdictions.has(offer.jurisdiction)]),
    ...test(q.tier, (value) => (offer) => offer.tier === value),
    ...test(q.min_gpus, (value) => (offer) => (offer.availableGpus ?? offer.gpuCount) >= value),
    ...test(q.max_usd_per_gpu_hour, (value) => (offer) => offer.usdPerGpuHour <= value),
    ...test(
      q.min_reliability,
      (value) => (offer) => offer.reliability !== null && offer.reliability >= value,
    ),
    ...test(
      q.min_vram_gib,
      (value) => (offer) =>
        (context.reference.gpus.byId.get(offer.gpu)?.vramGib ?? offer.vramGib ?? 0) >= value,
    ),
    ...(q.executable_only ? [(offer: BookOffer) => isExecutable(offer, book, now)] : []),
  ];
};

interface Page {
  readonly offers: readonly BookOffer[];
  readonly more: boolean;
}

const page = (list: readonly BookOffer[], start: number, limit: number, tests: readonly Test[]): Page => {
  const offers: BookOffer[] = [];
  for (let i = start; i < list.length; i++) {
    const offer = list[i]!;
    if (!tests.every((test) => test(offer))) continue;
    if (offers.length === limit) return { offers, more: true };
    offers.push(offer);
  }
  return { offers, more: false };
};

const oldestAge = (offers: readonly BookOffer[], book: Book, now: Instant): number | null => {
  const sources = new Set(offers.map(({ source }) => source));
  const ages = offers.flatMap((offer) =>
    sources.delete(offer.source) ? (ageSeconds(offer, book, now) ?? []) : [],
  );
  return ages.length === 0 ? null : Math.round(Math.max(...ages));
};

const methodology = "book: live listings as last seen; price then listing id";

/** GET /v1/offers: the book, filtered, sorted before it is cut, page by page. */
export const offersEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const rowFor = memo<BookOffer, OfferRow>();
    const metaFor = memo<string, ReturnType<typeof metaOf>>();
    const schema = {
      tags: ["book"],
      querystring: query,
      response: { 200: answer(Type.Array(offerRowSchema)), ...problems },
    };
    app.get("/v1/offers", { schema }, async (request, reply) => {
      const q = request.query;
      const format = formatOf(request);
      const asked = await bookFor(context, q);
      const { book, now } = asked;
      checkSelections(context, [
        ["provider", "provider", q.provider],
        ["source", "source", q.source],
        ["region", "region", q.region],
        ["country", "country", q.country],
        ["jurisdiction", "jurisdiction", q.jurisdiction],
      ]);
      const gpus = q.gpu === undefined ? null : gpuFor(context, q.gpu).ids;
      const [key, order, limit] = [q.sort ?? "usd_per_gpu_hour", q.order ?? "asc", q.limit ?? 100] as const;
      const only = gpus?.size === 1 && key === "usd_per_gpu_hour" && order === "asc" ? [...gpus][0]! : null;
      const list =
        only === null ? ordered(book, key, order, context.reference.gpus) : (book.byGpu.get(only) ?? []);
      const start =
        q.cursor === undefined ? 0 : startAfter(list, q.cursor, key, order, context.reference.gpus);
      const { offers, more } = page(list, start, limit, testsOf(context, q, gpus, book, now));
      const next = more ? encodeCursor(offers.at(-1)!, key, order) : null;
      if (format === "csv" && next !== null) void reply.header("x-next-cursor", next);
      const took = [...new Set(offers.map(({ source }) => source))].sort();
      const meta = metaFor(asked, `${q.gpu ?? "*"} ${took}`, () =>
        metaOf({ asked, methodology, gpus, took }),
      );
      const row = (offer: BookOffer): OfferRow =>
        rowFor(asked, offer, () => offerRow(offer, book, now, context.reference.gpus));
      return tableAnswer(reply, {
        format,
        rowSchema: offerRowSchema,
        columns: Object.keys(offerRowSchema.properties),
        count: offers.length,
        row: (index) => row(offers[index]!),
        meta: { ...meta, data_age_s: oldestAge(offers, book, now), next_cursor: next },
      }) as never;
    });

    app.get(
      "/v1/listings/:id",
      {
        schema: {
          tags: ["book"],
          params: Type.Object({
            id: Type.String({ pattern: "^[0-9a-f]{16}$", description: "16 hexadecimal digits" }),
          }),
          querystring: Type.Object(timesQuery, { additionalProperties: false }),
          response: { 200: answer(offerRowSchema), ...problems },
        },
      },
      async (request) => {
        const asked = await bookFor(context, request.query);
        const offer = asked.book.offers.find(({ listingId }) => listingId === request.params.id);
        if (!offer)
          throw new AppError(
            "not_found",
            "id: no live listing has this id at that time; /v1/prices?listing_id= has its history",
          );
        const row = offerRow(offer, asked.book, asked.now, context.reference.gpus);
        return {
          data: row,
          meta: metaOf({
            ...{ asked, methodology: "book", gpus: new Set([offer.gpu]) },
            ...{ took: [offer.source], dataAgeS: row.age_s },
          }),
        };
      },
    );
  };
