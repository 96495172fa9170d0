import type { Counts, Leg, Purchase } from "../api-types.ts";
import { age, count } from "./format.ts";

export const purchaseWords: Readonly<Record<Purchase, string>> = {
  on_demand: "On demand",
  spot: "Spot",
  reserved: "Reserved",
};

const indexReasons: Readonly<Record<string, string>> = {
  stale: "every listing is older than twice the interval of its source",
  too_few_providers: "fewer than 3 providers have a current price",
  too_few_listings: "fewer than 8 machines have a current price",
  empty: "nobody offers it on these terms",
};

/** Why there is no index, in words. */
export const indexReason = (reason: string | null): string =>
  reason === null ? "not told" : (indexReasons[reason] ?? reason.replaceAll("_", " "));

const exclusions: Readonly<Record<string, string>> = {
  gpu: "are another GPU",
  purchase: "are sold on other terms (spot, reserved)",
  flagged: "are flagged (bare-GPU price, slice, doubtful price)",
  gpu_only: "price the bare GPU without its machine",
  slice: "are a part of a card",
  statistic: "are statistics, not offers",
  sold_out: "are sold out",
  stale: "are older than twice the interval of their source",
  better_source: "are seen better by another source of the same provider",
  reseller: "resell a provider that is seen directly",
  same_machine: "are slices of a machine already counted",
  tier: "are of another tier, or do not tell it",
  providers: "are from a provider that you left out",
  regions: "are in another region, or do not tell it",
  countries: "are in another country, or do not tell it",
  jurisdictions: "are under another jurisdiction, or do not tell it",
  min_reliability: "are less reliable, or do not tell it",
  min_sla_uptime: "promise less uptime, or none",
  interconnect: "have another interconnect, or do not tell it",
  confidential: "are not confidential",
  min_hours: "ask for a longer minimum stay",
  max_usd_per_gpu_hour: "cost more per GPU-hour than your limit",
  executable_only: "cannot be ordered at that price now with certainty",
};

/** "154 are another GPU", the largest count first. */
export const excludedWords = (counts: Counts): string[] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, number]) => `${count(number)} ${exclusions[reason] ?? reason.replaceAll("_", " ")}`);

/** Sentences of the API for people: listing ids become who sells, long counts of seconds an age. */
export const readable = (text: string, legs: readonly Leg[]): string => {
  const seller = new Map(legs.map((leg) => [leg.listing_id, leg.provider]));
  const named = text.replace(/\b[0-9a-f]{16}\b(?:, [0-9a-f]{16}\b)*/g, (ids) => {
    const names = [...new Set(ids.split(", ").map((id) => seller.get(id) ?? id))];
    return names.join(", ");
  });
  return named
    .replace(/(\d+(?:\.\d+)?) s ago/g, (_, seconds: string) => `${age(Number(seconds))} ago`)
    .replace(/ ?Left out of the book: [^.]*\./, "")
    .replaceAll("on_demand", "on demand");
};
