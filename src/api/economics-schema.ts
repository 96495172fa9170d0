import { Type } from "../typebox.ts";
import { estimateSchema } from "./estimate.ts";
import { countryCode, flag, number, oneOf, purchase, text, timesQuery } from "./schema.ts";

const residualSchema = Type.Object({ age_years: Type.Number(), usd: Type.Number() });

const launchSchema = Type.Object({
  gpu: Type.String({ description: "Its first faster card" }),
  generation: Type.String(),
  launch: Type.String({ description: "Month of announcement" }),
  drop: Type.Number({ description: "Share of the value that it takes away: an assumption (launch_drop)" }),
});

const inputsSchema = Type.Object({
  capex_usd: number("Price when new, with the GPU's part of the host"),
  capex_source: text(),
  capex_as_of: text("Day, month or year of the price"),
  basis: text("How capex and kilowatts were made"),
  residual_usd: number("Taken as its value at the end of the years; by the residual model where not said"),
  years: number("Years over which it is paid off"),
  annual_rate: Type.Number({ description: "Cost of capital a year; an assumption where not said" }),
  utilisation: Type.Number({ description: "Share of hours rented out; an assumption where not said" }),
  kilowatts: number("With its part of the host, at most"),
  pue: Type.Number({ description: "Power of the site over that of the machines" }),
  pue_source: text(),
  usd_per_kwh: number(),
  country: Type.String(),
  power_period: text(),
  power_source: text(),
  power_basis: text(),
  opex_usd_per_gpu_hour: number("Space in a data centre, per rented hour"),
  decay_per_year: number("Continuous loss of value, launches apart"),
  launch_drop: Type.Number({ description: "Loss of value by each launch; an assumption" }),
  launches: Type.Array(launchSchema),
  said: Type.Array(Type.String(), { description: "Inputs that the request gave" }),
});

export const rowSchema = Type.Object({
  gpu: Type.String(),
  name: Type.String(),
  launch: text("Month of announcement"),
  index: estimateSchema("Index of the purchase, USD per GPU-hour"),
  floor: number("Price that pays for the GPU, USD per GPU-hour; null with a reason"),
  avoidable: number("Cost of one more rented hour, USD per GPU-hour"),
  margin: estimateSchema("Index less floor"),
  margin_over_avoidable: estimateSchema("Index less avoidable cost"),
  earns_power: flag("The index is above the avoidable cost"),
  residual: Type.Array(residualSchema, { description: "Value by age, from new" }),
  age_years: number("Since the announcement"),
  residual_now_usd: number("Value at that age"),
  inputs: inputsSchema,
  reason: text("Why there is no floor: the first input that is not known"),
});

const within = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Number({ minimum, maximum, description }));
export const querySchema = Type.Object(
  {
    gpu: Type.Optional(Type.String({ minLength: 1, description: "A family gives a row for each card" })),
    purchase: Type.Optional(purchase),
    country: Type.Optional(countryCode),
    usd_per_kwh: within(-1, 5, "Price of power; default that of the country"),
    pue: within(1, 5, "Power of the site over that of the machines"),
    capex_usd: within(1, 10_000_000, "Needs gpu"),
    residual_usd: within(0, 10_000_000, "Value at the end of the years; needs gpu"),
    years: within(0.083, 30, "Years over which it is paid off, from a month on"),
    annual_rate: within(0, 2, "Cost of capital, 0.12 is 12 %"),
    utilisation: within(0.01, 1, "Share of hours rented out"),
    opex_usd_per_gpu_hour: within(0, 100, "Other costs per rented GPU-hour"),
    kilowatts: within(0.001, 100, "Draw with the part of the host; needs gpu"),
    decay_per_year: within(0, 10, "Continuous loss of value a year"),
    launch_drop: within(0, 1, "Share of the value that a later generation takes away"),
    format: Type.Optional(oneOf(["json", "csv"])),
    ...timesQuery,
  },
  { additionalProperties: false },
);
