import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { allTiers, type Purchase } from "../domain/purchase.ts";
import type { StudiedGpu } from "../fits/studies.ts";
import { cellOffers } from "../models/cell-offers.ts";
import {
  blindSources,
  openArchives,
  type StackStep,
  supplyStack,
  truncatedAbove,
  walkStack,
} from "../models/supply-stack.ts";
import { Type } from "../typebox.ts";
import { type ApiContext, type Asked, bookFor, gpuFor } from "./context.ts";
import { ageOfCell } from "./data-age.ts";
import { estimateRow, estimateSchema, refusedOf } from "./estimate.ts";
import { metaOf } from "./meta.ts";
import { answer, number, problems, purchase, text, timesQuery } from "./schema.ts";

const stepSchema = Type.Object({
  usd_per_gpu_hour: Type.Number(),
  gpus: Type.Number(),
  cumulative_gpus: Type.Number(),
  listing_id: Type.String(),
  provider: Type.String(),
});

const legSchema = Type.Object({
  listing_id: Type.String(),
  provider: Type.String(),
  usd_per_gpu_hour: Type.Number(),
  gpus: Type.Number(),
});

const walkSchema = Type.Object(
  {
    gpus: Type.Integer(),
    available_gpus: Type.Number({ description: "GPUs that the whole stack has" }),
    vwap: number("Their average price, USD per GPU-hour"),
    marginal: number("Price of the last GPU"),
    slippage_bps: number("How far the average lies above the best price"),
    legs: Type.Array(legSchema),
    reason: text("insufficient_supply where the stack ends before"),
  },
  {
    description:
      "The GPUs asked for, each taken alone from the cheapest up, an offer of untold stock as large as its package. What buying them costs, hosts whole and minimum stays included, is what /v1/quotes says; both are the same where every GPU is sold alone",
  },
);

const dataSchema = Type.Object({
  gpu: Type.String(),
  purchase,
  steps: Type.Array(stepSchema),
  fit: Type.Object(
    { a: number(), b: number(), r2: number("Of the log price"), reason: text("empty or too_few_levels") },
    { description: "Price of the Q-th GPU = a Q^b, USD per GPU-hour" },
  ),
  elasticity: estimateSchema("Percent more GPUs for one percent more price, 1 / b; drawn by provider"),
  isotonic: Type.Array(Type.Object({ cumulative_gpus: Type.Number(), usd_per_gpu_hour: Type.Number() }), {
    description: "The stack as a rising curve of prices brought to average quality; a point where it steps",
  }),
  truncated_above: number("From this price on a pull that was cut in the order of price is blind; else null"),
  blind_sources: Type.Array(Type.String(), {
    description:
      "Sources of the stack whose last pull lost a part of this market or was cut in another order than that of price: there may be more at any price",
  }),
  open_archives: Type.Array(Type.String(), {
    description:
      "Imported sources of the stack that do not say whether they show everything (import --complete does)",
  }),
  walk: Type.Optional(walkSchema),
  excluded: Type.Record(Type.String(), Type.Integer(), {
    description: "Offers of the cell that are no step, by reason",
  }),
});

const methodology =
  "merit order: current whole cards by price, slices of one machine once, one source a provider; an offer whose stock is not told counts with its size";

const query = Type.Object(
  {
    gpu: Type.String({ minLength: 1 }),
    purchase: Type.Optional(purchase),
    gpus: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Walk the stack for this many GPUs" }),
    ),
    ...timesQuery,
  },
  { additionalProperties: false },
);

/** GET /v1/curves/supply: what the market offers at which price, and what buying some of it costs. */
export const curvesEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      "/v1/curves/supply",
      {
        schema: { tags: ["models"], querystring: query, response: { 200: answer(dataSchema), ...problems } },
      },
      async (request) => {
        const q = request.query;
        const asked = await bookFor(context, q);
        const { id, ids } = gpuFor(context, q.gpu);
        const wanted = q.purchase ?? "on_demand";
        const cell = cellOffers(asked.book, ids, wanted, asked.now, { tiers: allTiers });
        const steps = supplyStack(cell.offers);
        const excluded: Record<string, number> = {};
        for (const { reason } of cell.excluded) excluded[reason] = (excluded[reason] ?? 0) + 1;
        const data = {
          gpu: id,
          purchase: wanted,
          steps: steps.map((step) => ({
            usd_per_gpu_hour: step.usdPerGpuHour,
            gpus: step.gpus,
            cumulative_gpus: step.cumulativeGpus,
            listing_id: step.listingId,
            provider: step.provider,
          })),
          ...(await fitted(context, { id, ids }, wanted, asked, steps)),
          truncated_above: truncatedAbove(cell.offers, asked.book),
          blind_sources: blindSources(cell.offers, asked.book),
          open_archives: openArchives(cell.offers, asked.book),
          ...(q.gpus === undefined ? {} : { walk: walkOf(steps, q.gpus) }),
          excluded,
        };
        const dataAgeS = await ageOfCell(context, asked, { gpus: ids, purchases: [wanted], tiers: allTiers });
        return { data, meta: metaOf({ asked, methodology, gpus: ids, dataAgeS }) };
      },
    );
  };

/** Fits of the stack from the thread of fits; reserved terms differ too much to be one curve. */
const fitted = async (
  { studies }: ApiContext,
  gpu: StudiedGpu,
  wanted: Purchase,
  asked: Asked,
  steps: readonly StackStep[],
) => {
  if (wanted === "reserved")
    return { fit: { ...noFit, reason: "terms_differ" }, elasticity: refusedOf("terms_differ"), isotonic: [] };
  const study = await studies.of(gpu, asked);
  const { supply, isotonic } = study[wanted === "spot" ? "spot" : "onDemand"];
  const total = steps.at(-1)?.cumulativeGpus ?? 0;
  return {
    fit: { a: supply.a, b: supply.b, r2: supply.rSquared, reason: supply.reason },
    elasticity: estimateRow(supply.elasticity),
    isotonic: isotonic
      .filter(({ usdPerGpuHour }, i) => usdPerGpuHour !== isotonic[i + 1]?.usdPerGpuHour)
      .map(({ cumulativeShare, usdPerGpuHour }) => ({
        cumulative_gpus: cumulativeShare * total,
        usd_per_gpu_hour: usdPerGpuHour,
      })),
  };
};

const noFit = { a: null, b: null, r2: null };

const walkOf = (steps: ReturnType<typeof supplyStack>, gpus: number) => {
  const walk = walkStack(steps, gpus);
  const wanted = { gpus, available_gpus: steps.at(-1)?.cumulativeGpus ?? 0 };
  if (!walk)
    return {
      ...wanted,
      vwap: null,
      marginal: null,
      slippage_bps: null,
      legs: [],
      reason: "insufficient_supply",
    };
  return {
    ...wanted,
    vwap: walk.vwap,
    marginal: walk.marginal,
    slippage_bps: walk.slippageBps,
    legs: walk.legs.map((leg) => ({
      listing_id: leg.listingId,
      provider: leg.provider,
      usd_per_gpu_hour: leg.usdPerGpuHour,
      gpus: leg.gpus,
    })),
    reason: null,
  };
};
