import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { allTiers } from "../domain/purchase.ts";
import { cellOffers } from "../models/cell-offers.ts";
import { type BasisReversion, basisReversions } from "../models/spreads/basis.ts";
import { termDifferentials } from "../models/spreads/term-differentials.ts";
import { dailyPrices } from "../series/daily-prices.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor, gpuFor } from "./context.ts";
import { indexEstimate } from "./index-estimate.ts";
import { checkSelections } from "./known-values.ts";
import { powerRow, tokenRow } from "./margin-rows.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { answer, countryCode, oneOf, problems, timesQuery } from "./schema.ts";
import {
  basisRows,
  bidAskRows,
  gradeRows,
  type SpreadKind,
  type SpreadRow,
  spotRows,
  spreadKinds,
  spreadRowSchema,
  termRows,
} from "./spread-rows.ts";
import { formatOf, tableAnswer } from "./table.ts";

const methodology =
  "spreads 1: matched or quality-adjusted from the present book, all tiers; half-lives from 90 days of daily prices; an estimate that is not identified is null with its reason";

const query = Type.Object(
  {
    gpu: Type.String({ minLength: 1 }),
    kind: Type.Optional(oneOf(spreadKinds)),
    country: Type.Optional(countryCode),
    model: Type.Optional(Type.String({ minLength: 1, description: "Token spread: part of the model's id" })),
    tokens_per_second_per_gpu: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: "Token spread: output tokens a GPU serves a second" }),
    ),
    format: Type.Optional(oneOf(["json", "csv"])),
    ...timesQuery,
  },
  { additionalProperties: false },
);

const basisDays = 90;

/** GET /v1/spreads: what separates prices of one GPU, each with its estimator, its error or why there is none. */
export const spreadsEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const reversions = memo<string, Promise<readonly BasisReversion[]>>();
    const reversionsOf = (asked: Asked, id: string, ids: ReadonlySet<string>) =>
      reversions(asked, id, async () => {
        const cell = { gpus: ids, purchase: "on_demand" } as const;
        return basisReversions(await dailyPrices(context.tape, cell, asked.now, basisDays, asked.asOf));
      });
    app.get(
      "/v1/spreads",
      {
        schema: {
          tags: ["models"],
          querystring: query,
          response: { 200: answer(Type.Array(spreadRowSchema)), ...problems },
        },
      },
      async (request, reply) => {
        const q = request.query;
        const format = formatOf(request);
        checkSelections(context, [["country", "country", q.country]]);
        const asked = await bookFor(context, q);
        const gpu = gpuFor(context, q.gpu);
        const study = await context.studies.of(gpu, asked);
        const index = await indexEstimate(context, asked, gpu, "on_demand");
        const byKind: Readonly<Record<SpreadKind, () => SpreadRow[] | Promise<SpreadRow[]>>> = {
          bid_ask: () => bidAskRows(study),
          spot_discount: () => spotRows(study),
          basis: async () => basisRows(study, await reversionsOf(asked, gpu.id, gpu.ids)),
          grade: () => [...gradeRows(study), ...termRows(termsOf(asked, gpu.ids))],
          power: () => [powerRow(context.reference, gpu.ids, index, q.country)],
          token: async () => [await tokenRow(context, asked, index, q.model, q.tokens_per_second_per_gpu)],
        };
        const kinds = q.kind === undefined ? spreadKinds : [q.kind];
        const rows = (await Promise.all(kinds.map((kind) => byKind[kind]()))).flat();
        return tableAnswer(reply, {
          format,
          rowSchema: spreadRowSchema,
          columns: Object.keys(spreadRowSchema.properties),
          count: rows.length,
          row: (i) => rows[i]!,
          constants: { gpu: gpu.id, currency: "USD" },
          meta: metaOf({ asked, methodology, gpus: gpu.ids }),
        }) as never;
      },
    );
  };

/** Terms against the same by the hour, from the present book. */
const termsOf = ({ book, now }: Asked, gpus: ReadonlySet<string>) => {
  const offers = (purchase: "on_demand" | "reserved") =>
    cellOffers(book, gpus, purchase, now, { tiers: allTiers }).offers;
  return termDifferentials(offers("on_demand"), offers("reserved"));
};
