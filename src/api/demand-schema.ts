import { Type } from "../typebox.ts";
import { estimateFields } from "./estimate.ts";
import { number, purchase, text, time, timesQuery } from "./schema.ts";

const pointSchema = Type.Object({
  source: Type.String(),
  provider: Type.String(),
  region: text(),
  total_gpus: Type.Number({ description: "GPUs in all, rented or not" }),
  rented_gpus: Type.Number(),
  utilisation: Type.Number({ description: "Rented share, 0 to 1" }),
  usd_per_gpu_hour: number("Median ask of the venue's GPUs in the book; null where it offers none"),
  since: time("When these numbers were first seen; they stand until others are"),
});

const demandSchema = Type.Object({
  rented_gpus: number("Under any purchase: venues do not tell; the purchase asked for decides the prices"),
  total_gpus: number(),
  utilisation: number("Rented share, 0 to 1"),
  venues: Type.Integer(),
  usd_per_gpu_hour: number("Asks of the venues by rented GPUs, else the median ask of the cell"),
  reason: text("no_reported_demand, stale, nothing_rented or no_reference_price"),
});

const confidenceSet = Type.Unsafe<{ kind: string; low?: number; high?: number } | null>({
  type: ["object", "null"],
  description:
    "Values that the data do not reject, valid with a weak instrument too: an interval, all outside one, all or empty",
  properties: { kind: { type: "string" }, low: { type: "number" }, high: { type: "number" } },
  required: ["kind"],
});

const elasticitySchema = Type.Object({
  ...estimateFields,
  first_stage_f: number("Below 10 the instrument is weak and there is no value"),
  anderson_rubin: confidenceSet,
  least_squares: number("What least squares says, which mixes supply and demand"),
  sargan_p_value: number("That all instruments move supply alone; null with one of them"),
  assumed: Type.Boolean({ description: "The value is that of the query" }),
});

const kappaSchema = Type.Object({
  ...estimateFields,
  disappearances: Type.Integer(),
  rentals_per_hour: number("Of one listing at the median ask"),
  withdrawals_per_hour: number("Of one listing, whatever its price"),
});

const equilibriumFields = {
  price: number("USD per GPU-hour"),
  gpus: number(),
  low: number("Of the 95 % band of the price; null: open"),
  high: number(),
  gpus_low: number(),
  gpus_high: number(),
  unmet: number("Share of draws in which supply does not reach demand"),
  reason: text(
    "demand_not_identified, the reason of the demand, bad_demand (it rises with price), no_supply or insufficient_supply",
  ),
};

const shockedSchema = Type.Unsafe<EquilibriumRow | null>({
  type: ["object", "null"],
  description: "The equilibrium after the shocks; null without any",
  properties: equilibriumFields,
  required: Object.keys(equilibriumFields),
});

export interface EquilibriumRow {
  readonly price: number | null;
  readonly gpus: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly gpus_low: number | null;
  readonly gpus_high: number | null;
  readonly unmet: number | null;
  readonly reason: string | null;
}

/** The answer of GET /v1/curves/demand. */
export const demandData = Type.Object({
  gpu: Type.String(),
  purchase,
  points: Type.Array(pointSchema),
  demand: demandSchema,
  elasticity: elasticitySchema,
  kappa: kappaSchema,
  equilibrium: Type.Object(equilibriumFields),
  shocked: shockedSchema,
  shocks: Type.Object({ supply: Type.Number(), demand: Type.Number() }),
  excluded: Type.Record(Type.String(), Type.Integer(), {
    description:
      "Fleets that are not used: stale (their source was not well read for twice its interval), better_source (a source that is believed more speaks for the provider)",
  }),
});

const shock = (what: string) =>
  Type.Optional(
    Type.Number({
      minimum: -1,
      maximum: 10,
      description: `Change of ${what} at every price; 0.2 is 20 % more`,
    }),
  );

/** The query of GET /v1/curves/demand. */
export const demandQuery = Type.Object(
  {
    gpu: Type.String({ minLength: 1 }),
    purchase: Type.Optional(purchase),
    shock_supply: shock("supply"),
    shock_demand: shock("demand"),
    elasticity: Type.Optional(
      Type.Number({ minimum: 0, maximum: 10, description: "Assume this elasticity of demand" }),
    ),
    ...timesQuery,
  },
  { additionalProperties: false },
);
