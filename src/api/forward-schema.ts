import { assumed } from "../models/economics/inputs.ts";
import { Type } from "../typebox.ts";
import { number, text, timesQuery } from "./schema.ts";

export const forwardQuery = Type.Object(
  {
    gpu: Type.String({ minLength: 1 }),
    rate: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 10,
        default: assumed.annualRate,
        description: "Yearly cost of capital, 0.12 is 12 %",
      }),
    ),
    ...timesQuery,
  },
  { additionalProperties: false },
);

const tenorSchema = Type.Object({
  from_months: Type.Number({ description: "Start of the forward: the tenor before, or 0" }),
  months: Type.Number(),
  rate: Type.Number({ description: "Level rate of the whole tenor, the median over providers" }),
  forward: Type.Number({ description: "What the quotes imply for these months alone" }),
  low: number("Forward between the dearest near and the cheapest far quote behind it; null with one quote"),
  high: number(),
  n: Type.Integer({ description: "Providers that quote the tenor" }),
  flag: text(
    "negative or below_floor: a discount for committing, no price of later months; mixed_providers: nobody quotes this tenor and the one before",
  ),
});

const quoteSchema = Type.Object({
  provider: Type.String(),
  region: text(),
  gpu: Type.String(),
  months: Type.Number(),
  usd_per_gpu_hour: Type.Number(),
  upfront_share: number("Part paid at the start; null where it is not told, which counts as none"),
  level_rate: Type.Number({ description: "Rate without upfront payment that costs as much" }),
  break_even_cost_of_capital: number(
    "Yearly cost of capital above which paying upfront is dearer than the provider's cheapest quote of the tenor without",
  ),
  in_curve: Type.Boolean({ description: "The provider's lowest of the tenor, which enters the curve" }),
  listing_id: Type.String(),
});

export const floorSchema = Type.Object({
  full: number("Price that pays for the GPU; forwards below it are flagged"),
  avoidable: number("Cost of one more hour"),
  reason: text("no_costs, or the input of /v1/economics that is not known"),
});

export const forwardSchema = Type.Object({
  gpu: Type.String(),
  rate: Type.Number(),
  tenors: Type.Array(tenorSchema),
  spot: Type.Object({
    value: number("The on-demand index"),
    low: number(),
    high: number(),
    reason: text(),
  }),
  quotes: Type.Array(quoteSchema),
  floor: floorSchema,
  reason: text("no_term_quotes"),
});
