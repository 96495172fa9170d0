import { Type } from "../typebox.ts";
import { estimateFields } from "./estimate.ts";
import { flag, number, purchase, text, time, timesQuery } from "./schema.ts";

const partSchema = Type.Object({
  part: Type.String(),
  now: number("What is read now, in its unit"),
  score: number("0 to 100, higher is tighter: its place among its own last 30 days"),
  days: Type.Integer({ description: "Of the last 30 that are known" }),
  reason: text("Why it has no score"),
  unit: Type.String(),
});

const rowFields = {
  gpu: Type.String(),
  region: text("As the venue writes it; null: all"),
  purchase,
  score: number("0 to 100, 50 is the middle of the last 30 days; mean of the parts"),
  low: number("Lowest score that leaving out one part gives"),
  high: number("Highest score that leaving out one part gives"),
  reason: text("too_few_parts: fewer than 3 parts are known now and on 10 days before"),
  unknown_share: number("Share of listings whose venue does not tell whether they are free"),
  parts: Type.Array(partSchema),
};

const historySchema = Type.Array(
  Type.Object({ at: time("Midnight (UTC); the last one is now"), score: number() }),
  { description: "The score of each day against its own 30 days before" },
);

const leadSchema = Type.Object({
  ...estimateFields,
  p_value: number("How often a score that leads nothing would look as telling"),
  partial_r2: number("Share of what the price's own past leaves open that the score explains"),
  leads: flag("The p-value is below 5 %"),
  horizon_days: Type.Integer(),
  unit: Type.String(),
  says: Type.String({ description: "The test in one sentence" }),
});

/** One GPU in full, or without `gpu` one row a GPU, the tightest first. */
export const tightnessData = Type.Union([
  Type.Object({ ...rowFields, history: historySchema, leads_price: leadSchema }),
  Type.Array(Type.Object(rowFields)),
]);

/** The query of GET /v1/tightness. */
export const tightnessQuery = Type.Object(
  {
    gpu: Type.Optional(
      Type.String({ minLength: 1, description: "Without it one row a GPU, the tightest first" }),
    ),
    region: Type.Optional(Type.String({ minLength: 1, description: "As the venue writes it; default all" })),
    purchase: Type.Optional(purchase),
    ...timesQuery,
  },
  { additionalProperties: false },
);
