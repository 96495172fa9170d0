import { assumed } from "../models/economics/inputs.ts";
import { Type } from "../typebox.ts";
import { estimateFields, estimateSchema } from "./estimate.ts";
import { number, oneOf, purchase, text, time } from "./schema.ts";

export const commitmentBody = Type.Object(
  {
    gpu: Type.String({ minLength: 1, description: "GPU id, family or any known name" }),
    gpus: Type.Integer({ minimum: 1, maximum: 100_000 }),
    months: Type.Integer({ minimum: 1, maximum: 120 }),
    usd_per_gpu_hour: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: "Contract price" }),
    upfront_share: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, default: 0, description: "Part of it all paid at the start" }),
    ),
    rate: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 10,
        default: assumed.annualRate,
        description: "Yearly cost of capital, 0.12 is 12 %",
      }),
    ),
    utilisation: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        default: 1,
        description: "Part of the reserved hours that would be bought otherwise",
      }),
    ),
    purchase: Type.Optional(
      oneOf(["on_demand", "spot"], "What the commitment is held against; default on_demand"),
    ),
    market_usd_per_gpu_hour: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 10_000,
        description: "What the same hours cost on the market now; default the index",
      }),
    ),
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, default: 1, description: "Decides the paths" }),
    ),
  },
  { additionalProperties: false },
);

const spotSchema = Type.Object({
  purchase,
  at: time("When the price was that; now where the index has a value now"),
  usd_per_gpu_hour: Type.Number({
    description: "Price that the paths start from: the index unless the request said it",
  }),
  series: oneOf(["index", "median"], "Daily prices that drift and volatility come from"),
  days: Type.Integer({ description: "Days of the last 90 that have a price" }),
  drift_per_month: estimateSchema("Mean change of ln price a month in that history; n counts weekly changes"),
  volatility_per_month: estimateSchema("Standard deviation of the change of ln price over a month"),
  growth_used: Type.Number({ description: "Growth of the expected price a month: drift drawn towards 0" }),
  growth_error_used: Type.Number({ description: "Its standard error; each path draws its own growth" }),
  volatility_used: Type.Number({ description: "That of the history pooled with the usual one" }),
  expected_usd_per_gpu_hour: number("Average over the term that is expected, discounted as the contract is"),
  paths: Type.Integer(),
  reason: text("too_few_changes: the history is too short, and there is no decision"),
});

export const commitmentSchema = Type.Object({
  gpu: Type.String(),
  gpus: Type.Integer(),
  months: Type.Integer(),
  npv: Type.Object(
    {
      ...estimateFields,
      low: number("With the trend at the end of its middle 90 % that speaks for waiting"),
      high: number("With the trend at the other end"),
    },
    { description: "USD saved against buying by the hour, at the expected price; n counts weekly changes" },
  ),
  decision: Type.Unsafe<"commit" | "wait" | "close" | null>({
    type: ["string", "null"],
    enum: ["commit", "wait", "close", null],
    description: "close: npv has no sign that the trend could not turn; null: the history is too short",
  }),
  p_undercut: number("Chance that the average price over the term is below the contract"),
  break_even: Type.Object({
    usd_per_gpu_hour: number("Level price at which both cost the same"),
    utilisation: number("Share of hours used at which they do; above 1: never"),
  }),
  effective_usd_per_gpu_hour: Type.Number({ description: "Contract with its upfront part at the rate" }),
  low_outcome_usd: number("USD saved in the worst 5 % of paths or less"),
  high_outcome_usd: number("USD saved in the best 5 % of paths or more"),
  critical_ratio: number(
    "Part of the days whose demand reserved GPUs should cover: (expected price - contract) / expected price",
  ),
  spot: spotSchema,
  seed: Type.Integer(),
  why: Type.Array(Type.String()),
});
