import type { TermQuote } from "../api-types.ts";
import type { Params } from "../lib/location.ts";
import { mostRatePercent } from "./forward-shape.ts";

/** A field of the form as it stands in the address; shares are in percent. */
export interface CommitmentField {
  readonly name: string;
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  readonly step: string;
  /** What counts while the field is empty; empty where it may stay so. */
  readonly usual: string;
}

const field = (
  name: string,
  label: string,
  [low, high]: readonly [number, number],
  usual: string,
  step = "1",
): CommitmentField => ({ name, label, low, high, whole: step === "1", step, usual });

/** `n` and `rate` are those of the quote and of the forward curve. */
export const commitmentFields: readonly CommitmentField[] = [
  field("n", "GPUs", [1, 100_000], "8"),
  field("months", "Months", [1, 120], "12"),
  field("offer", "Offered, $/GPU-h", [0.0001, 10_000], "", "any"),
  field("market", "Market price, $/GPU-h", [0.0001, 10_000], "", "any"),
  field("upfront", "Paid upfront, %", [0, 100], "0", "any"),
  field("rate", "Capital cost, % a year", [0, mostRatePercent], "12", "any"),
  field("used", "Hours used, %", [0, 100], "100", "any"),
];

/** The quote of that tenor that costs least as a level rate. */
export const cheapestTerm = (quotes: readonly TermQuote[], months: number): TermQuote | null =>
  quotes
    .filter((quote) => quote.months === months && quote.level_rate !== null)
    .sort((a, b) => a.level_rate! - b.level_rate!)[0] ?? null;

const clean = (value: number): string => String(Number(value.toPrecision(6)));

/** What counts for each field: the address, else the cheapest quote of the tenor, else what is usual. */
export const commitmentValues = (params: Params, quotes: readonly TermQuote[]): Params => {
  const typed = (name: string): string | undefined => params[name];
  const usual = Object.fromEntries(commitmentFields.map(({ name, usual: text }) => [name, text]));
  const quote = typed("offer") === undefined ? quoteOf(params, quotes) : null;
  const quoted: Params =
    quote === null
      ? {}
      : { offer: clean(quote.usd_per_gpu_hour), upfront: clean((quote.upfront_share ?? 0) * 100) };
  const given = Object.entries(params).filter(([name]) => name in usual);
  return { ...usual, ...quoted, ...Object.fromEntries(given) };
};

/** The quote that stands in for a price that nobody typed. */
export const quoteOf = (params: Params, quotes: readonly TermQuote[]): TermQuote | null =>
  params.offer === undefined ? cheapestTerm(quotes, Number(params.months ?? "12")) : null;

/** Fields whose text is not what they want, with what they do; an empty price is no fault. */
export const commitmentFaults = (values: Params): Readonly<Record<string, string>> =>
  Object.fromEntries(
    commitmentFields.flatMap(({ name, low, high, whole, usual }) => {
      const text = values[name]?.trim() ?? "";
      const value = Number(text);
      if (usual === "" && text === "") return [];
      if (text !== "" && value >= low && value <= high && (!whole || Number.isInteger(value))) return [];
      const least = usual === "" ? "above 0" : `from ${low}`;
      return [[name, `a ${whole ? "whole number" : "number"} ${least} to ${high.toLocaleString("en-US")}`]];
    }),
  );

/** The request; null while a field is wrong or there is no price. */
export const commitmentBody = (
  gpu: string,
  purchase: "on_demand" | "spot",
  values: Params,
): Readonly<Record<string, string | number>> | null => {
  if (Object.keys(commitmentFaults(values)).length > 0 || !values.offer?.trim()) return null;
  const number = (name: string): number => Number(values[name]);
  const share = (name: string): number => Number((number(name) / 100).toPrecision(6));
  return {
    gpu,
    gpus: number("n"),
    months: number("months"),
    usd_per_gpu_hour: number("offer"),
    upfront_share: share("upfront"),
    rate: share("rate"),
    utilisation: share("used"),
    purchase,
    ...(values.market?.trim() ? { market_usd_per_gpu_hour: number("market") } : {}),
  };
};
