import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { median as middle } from "simple-statistics";
import { type Static, Type } from "typebox";
import { allTiers } from "../domain/purchase.ts";
import { cellOffers } from "../models/cell-offers.ts";
import { defaultPowerUsageEffectiveness } from "../models/economics/inputs.ts";
import { type BasisReversion, basisReversions } from "../models/spreads/basis.ts";
import { computePowerSpread, tokenSpread } from "../models/spreads/input-margins.ts";
import { termDifferentials } from "../models/spreads/term-differentials.ts";
import { type Estimate, refused } from "../models/statistics/estimate.ts";
import { dailyPrices } from "../series/daily-prices.ts";
import { readTokenPrices } from "../store/read-beside.ts";
import { type ApiContext, type Asked, bookFor, gpuFor } from "./context.ts";
import { indexEstimate } from "./index-estimate.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { answer, countryCode, defaultCountry, oneOf, problems, timesQuery } from "./schema.ts";
import {
  basisRows,
  bidAskRows,
  gradeRows,
  type SpreadKind,
  type SpreadRow,
  spotRows,
  spreadKinds,
  spreadRow,
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

type Query = Static<typeof query>;

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
        const asked = await bookFor(context, q);
        const gpu = gpuFor(context, q.gpu);
        const study = await context.studies.of(gpu, asked);
        const index = await indexEstimate(context, asked, gpu, "on_demand");
        const byKind: Readonly<Record<SpreadKind, () => SpreadRow[] | Promise<SpreadRow[]>>> = {
          bid_ask: () => bidAskRows(study),
          spot_discount: () => spotRows(study),
          basis: async () => basisRows(study, await reversionsOf(asked, gpu.id, gpu.ids)),
          grade: () => [...gradeRows(study), ...termRows(termsOf(asked, gpu.ids))],
          power: () => [powerRow(context, gpu.ids, index, q)],
          token: async () => [await tokenRow(context, asked, index, q)],
        };
        const kinds = q.kind === undefined ? spreadKinds : [q.kind];
        const rows = (await Promise.all(kinds.map((kind) => byKind[kind]()))).flat();
        return tableAnswer(reply, {
          format,
          rowSchema: spreadRowSchema,
          columns: Object.keys(spreadRowSchema.properties),
          count: rows.length,
          row: (i) => rows[i]!,
          meta: metaOf({ asked, methodology, gpus: gpu.ids }),
        }) as never;
      },
    );
  };

const median = (values: readonly number[]): number | null =>
  values.length === 0 ? null : middle([...values]);

/** Terms against the same by the hour, from the present book. */
const termsOf = ({ book, now }: Asked, gpus: ReadonlySet<string>) => {
  const offers = (purchase: "on_demand" | "reserved") =>
    cellOffers(book, gpus, purchase, now, { tiers: allTiers }).offers;
  return termDifferentials(offers("on_demand"), offers("reserved"));
};

const usdPerHour = "USD per GPU-hour";

/** Index less power; for a family with members that draw differently there is no one number. */
const powerRow = (
  { reference }: ApiContext,
  gpus: ReadonlySet<string>,
  index: Estimate,
  { country = defaultCountry }: Query,
): SpreadRow => {
  const price = reference.power.of(country);
  const draws = [...gpus].flatMap((id) => reference.economics.of(id)?.kilowatts ?? []);
  const kilowatts = median(draws);
  const estimate =
    price === null
      ? refused("no_power_price", 0)
      : kilowatts === null
        ? refused("no_kilowatts", 0)
        : computePowerSpread(index, {
            kilowatts,
            powerUsageEffectiveness: defaultPowerUsageEffectiveness,
            usdPerKilowattHour: price.usdPerKilowattHour,
          });
  const estimator = "index - kW x PUE x price of power";
  return spreadRow(
    { name: "index over power", kind: "power", level: country.toUpperCase(), estimator, unit: usdPerHour },
    estimate,
  );
};

const secondsAnHour = 3600;
const mostEndpoints = 1000;

/** Output tokens of a GPU-hour at the median price of the model's endpoints, less the index. */
const tokenRow = async (
  { tape }: ApiContext,
  asked: Asked,
  index: Estimate,
  { model, tokens_per_second_per_gpu: perSecond }: Query,
): Promise<SpreadRow> => {
  const named = {
    name: "tokens over GPU-hour",
    kind: "token",
    estimator: "output tokens an hour x median price of the model's endpoints - index",
    unit: usdPerHour,
    ...(model === undefined ? {} : { level: model }),
  } as const;
  if (model === undefined || perSecond === undefined) return spreadRow(named, refused("no_throughput", 0));
  const endpoints = await readTokenPrices(tape.database, {
    ...{ at: asked.now, asOf: asked.asOf, model, limit: mostEndpoints, offset: 0 },
  });
  const served = endpoints.filter(({ serving }) => serving !== false);
  const usdPerMillion = median(served.map(({ usdPerMillionOutput }) => usdPerMillionOutput));
  return spreadRow(
    named,
    usdPerMillion === null
      ? refused("no_token_price", 0)
      : tokenSpread(index, perSecond * secondsAnHour, usdPerMillion),
  );
};
