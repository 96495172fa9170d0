import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { allTiers } from "../domain/purchase.ts";
import { cellOffers } from "../models/cell-offers.ts";
import { assumed, ownershipInputs } from "../models/economics/inputs.ts";
import { ownGpu } from "../models/economics/own.ts";
import { forwardCurve } from "../models/forward/forward-curve.ts";
import { type TermQuote, termQuotes } from "../models/forward/term-quotes.ts";
import { refused } from "../models/statistics/estimate.ts";
import type { Static } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor, gpuFor } from "./context.ts";
import { ageOfCell } from "./data-age.ts";
import { type floorSchema, forwardQuery, forwardSchema } from "./forward-schema.ts";
import { indexEstimate } from "./index-estimate.ts";
import { metaOf } from "./meta.ts";
import { answer, defaultCountry, problems } from "./schema.ts";

const methodology =
  "forward 1: [A(T2) R2 - A(T1) R1] / [A(T2) - A(T1)] from level rates paid monthly in arrears; reserved whole cards, one source a provider, its lowest quote of each tenor, the median over providers, forwards over those that quote both tenors; an upfront share that is not told counts as none";

export type Floor = Static<typeof floorSchema>;

/**
 * What owning the GPU costs with the usual inputs, USD per GPU-hour; of a family the member that costs least. Nulls
 * with a reason where nobody knows.
 */
export const floorOf = ({ reference }: ApiContext, asked: Asked, gpus: ReadonlySet<string>): Floor => {
  const power = reference.power.of(defaultCountry);
  const floors = [...gpus].flatMap((id): Floor[] => {
    const gpu = reference.gpus.byId.get(id);
    const facts = reference.economics.of(id);
    if (gpu === undefined || facts === null) return [];
    const inputs = ownershipInputs({ gpu, all: reference.gpus.all, facts, power }, asked.now);
    const { floor, avoidable, reason } = ownGpu(inputs, refused("no_price", 0), asked.now);
    return [{ full: floor, avoidable, reason }];
  });
  const byCost = floors.sort((a, b) => (a.full ?? Infinity) - (b.full ?? Infinity));
  return byCost[0] ?? { full: null, avoidable: null, reason: "no_costs" };
};

const quoteRow = ({ offer, months, levelRate, breakEvenCostOfCapital, isTaken }: TermQuote) => ({
  provider: offer.provider,
  region: offer.region,
  gpu: offer.gpu,
  months,
  usd_per_gpu_hour: offer.usdPerGpuHour,
  upfront_share: offer.upfrontShare,
  level_rate: levelRate,
  break_even_cost_of_capital: breakEvenCostOfCapital,
  in_curve: isTaken,
  listing_id: offer.listingId,
});

/** GET /v1/curves/forward: what quotes for terms say of later months. */
export const forwardEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const response = { 200: answer(forwardSchema), ...problems };
    app.get(
      "/v1/curves/forward",
      { schema: { tags: ["models"], querystring: forwardQuery, response } },
      async (request) => {
        const { rate = assumed.annualRate, ...q } = request.query;
        const asked = await bookFor(context, q);
        const gpu = gpuFor(context, q.gpu);
        const { id, ids } = gpu;
        const { offers } = cellOffers(asked.book, ids, "reserved", asked.now, { tiers: allTiers });
        const quotes = termQuotes(offers, rate);
        const floor = floorOf(context, asked, ids);
        const taken = quotes.flatMap(({ isTaken, offer, ...terms }) =>
          isTaken ? [{ ...terms, provider: offer.provider }] : [],
        );
        const tenors = forwardCurve(taken, rate, floor.full).map(({ fromMonths, ...point }) => ({
          from_months: fromMonths,
          ...point,
        }));
        const reason = tenors.length === 0 ? "no_term_quotes" : null;
        const {
          value,
          low,
          high,
          reason: spotReason,
        } = await indexEstimate(context, asked, gpu, "on_demand");
        const spot = { value, low, high, reason: spotReason };
        const data = { gpu: id, rate, tenors, spot, quotes: quotes.map(quoteRow), floor, reason };
        const dataAgeS = await ageOfCell(context, asked, {
          gpus: ids,
          purchases: ["reserved"],
          tiers: allTiers,
        });
        return { data, meta: metaOf({ asked, methodology, gpus: ids, dataAgeS }) };
      },
    );
  };
