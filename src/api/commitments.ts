import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { purchaseText } from "../desk/words.ts";
import type { Purchase } from "../domain/purchase.ts";
import { formatInstant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import { assumed } from "../models/economics/inputs.ts";
import { type CommitmentStudy, pathCount } from "../models/forward/commitment-study.ts";
import type { DatedPrice } from "../models/forward/spot-walk.ts";
import type { Static } from "../typebox.ts";
import { commitmentBody, commitmentSchema } from "./commitment-schema.ts";
import { commitmentWords } from "./commitment-words.ts";
import { type ApiContext, bookFor, gpuFor } from "./context.ts";
import { estimateRow } from "./estimate.ts";
import { memo } from "./memo.ts";
import { metaOf } from "./meta.ts";
import { type PriceHistory, priceHistory, startDays, startPrice } from "./price-history.ts";
import { answer, problems } from "./schema.ts";

const methodology =
  "commitment 1: value at the expected price; random walk of the log index from 90 days, drift drawn towards 0 and drawn anew by each path, volatility pooled with that of public histories; decided where nine in ten trends agree";

/** A request with its defaults. */
const termsOf = (body: Static<typeof commitmentBody>) => {
  const {
    upfront_share = 0,
    rate = assumed.annualRate,
    utilisation = 1,
    purchase = "on_demand",
    seed = 1,
  } = body;
  const { gpus, months, usd_per_gpu_hour: usdPerGpuHour } = body;
  const commitment = {
    gpus,
    months,
    usdPerGpuHour,
    upfrontShare: upfront_share,
    annualRate: rate,
    utilisation,
  };
  return { commitment, purchase, seed };
};

const spotOf = (
  { history: found, walk, expectedUsdPerGpuHour }: CommitmentStudy,
  start: DatedPrice,
  { series, prices }: PriceHistory,
) => ({
  at: formatInstant(start.at),
  usd_per_gpu_hour: start.usdPerGpuHour,
  series,
  days: prices.length,
  drift_per_month: estimateRow(found.driftPerMonth),
  volatility_per_month: estimateRow(found.volatilityPerMonth),
  growth_used: walk.growthPerMonth,
  growth_error_used: walk.growthError,
  volatility_used: walk.volatilityPerMonth,
  expected_usd_per_gpu_hour: expectedUsdPerGpuHour,
  paths: pathCount,
  reason: found.driftPerMonth.reason,
});

const answerOf = (study: CommitmentStudy) => ({
  npv: estimateRow(study.npvUsd),
  decision: study.decision,
  p_undercut: study.undercut,
  break_even: {
    usd_per_gpu_hour: study.breakEvenUsdPerGpuHour,
    utilisation: study.breakEvenUtilisation,
  },
  effective_usd_per_gpu_hour: study.effectiveUsdPerGpuHour!,
  low_outcome_usd: study.lowOutcomeUsd,
  high_outcome_usd: study.highOutcomeUsd,
  critical_ratio: study.criticalRatio,
});

const noPrice = (gpu: string, purchase: Purchase): AppError =>
  new AppError(
    "impossible",
    `gpu: ${gpu} has had no ${purchaseText(purchase)} index for ${startDays} days, so there is no price to hold the contract against; /v1/index says why, and market_usd_per_gpu_hour takes its place`,
    { details: { reason: "no_price", errors: [{ field: "gpu", message: "has no price to start from" }] } },
  );

/** POST /v1/commitments: a contract for a term against buying the same hours as one goes. */
export const commitmentsEndpoint =
  (context: ApiContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const histories = memo<string, Promise<PriceHistory>>();
    const schema = {
      tags: ["desk"],
      body: commitmentBody,
      response: { 200: answer(commitmentSchema), ...problems },
    };
    app.post("/v1/commitments", { schema }, async (request) => {
      const { commitment, purchase, seed } = termsOf(request.body);
      const asked = await bookFor(context, {});
      const { id, ids } = gpuFor(context, request.body.gpu);
      const history = await histories(asked, `${id}|${purchase}`, () =>
        priceHistory(context, ids, purchase, asked),
      );
      const said = request.body.market_usd_per_gpu_hour;
      const start =
        said === undefined
          ? await startPrice(context, ids, purchase, asked, history)
          : { at: asked.now, usdPerGpuHour: said };
      if (start === null) throw noPrice(id, purchase);
      const startUsdPerGpuHour = start.usdPerGpuHour;
      const input = { commitment, purchase, startUsdPerGpuHour, history: history.prices, seed };
      const study = await context.fits.run("studyCommitment", input);
      const data = {
        gpu: id,
        gpus: commitment.gpus,
        months: commitment.months,
        ...answerOf(study),
        spot: { purchase, ...spotOf(study, start, history) },
        seed,
        why: commitmentWords({
          asked,
          purchase,
          ...commitment,
          start,
          isSaid: said !== undefined,
          history,
          study,
        }),
      };
      return { data, meta: metaOf({ asked, methodology, gpus: ids }) };
    });
  };
