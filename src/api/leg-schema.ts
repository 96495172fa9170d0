import { Type } from "../typebox.ts";
import { number, purchase, text } from "./schema.ts";

/** GPUs of one listing within a quote or a plan. */
export const legSchema = Type.Object({
  listing_id: Type.String(),
  provider: Type.String(),
  source: Type.String(),
  region: text(),
  gpu: Type.String(),
  purchase,
  tier: text(),
  gpus: Type.Integer(),
  usd_per_gpu_hour: Type.Number(),
  usd_per_hour: Type.Number({ description: "All GPUs of the leg together" }),
  billed_hours: Type.Number({ description: "More than asked where the listing has a minimum stay" }),
  age_s: number("Seconds since the price was confirmed"),
  fresh: Type.Boolean({ description: "Confirmed within twice its source's interval, list prices 30 days" }),
  executable: Type.Boolean(),
  stock_known: Type.Boolean({ description: "False: the venue does not tell how many are free" }),
});

/** Narrows what may decide beyond what is expired. */
export const maxAge = Type.Optional(
  Type.Number({
    exclusiveMinimum: 0,
    description:
      "No price confirmed longer ago; whatever it says, expired prices (7 days, list prices 30) never decide",
  }),
);

export const excludedSchema = Type.Record(Type.String(), Type.Integer(), {
  description: "Offers of the book that took no part, by the first constraint they fail",
});
