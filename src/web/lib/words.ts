import type { Counts, Purchase } from "../api-types.ts";
import { count } from "./format.ts";

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
  reason === null ? "not told" : (indexReasons[reason] ?? reasonWords(reason));

/** "fewer than 3 providers … (8)", the most frequent first. */
export const countedReasons = (given: readonly (string | null)[]): string[] => {
  const counts = new Map<string, number>();
  for (const reason of given) counts.set(indexReason(reason), (counts.get(indexReason(reason)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([words, times]) => `${words} (${count(times)})`);
};

const reasons: Readonly<Record<string, string>> = {
  ...indexReasons,
  always_sold_out: "it was always sold out",
  bad_demand: "no reported demand to start from",
  not_over: "the period is not over",
  not_begun: "the period has not begun",
  members_differ: "its cards draw different power: ask for one of them",
  bad_input: "an input makes no sense",
  bad_shape: "the inputs do not fit together",
  bad_shock: "the shock takes away more than there is",
  below_floor: "it lies below the operating floor: a discount for the commitment",
  chain_broken: "too few machines are seen on both of two following days",
  collinear: "the inputs move together and cannot be told apart",
  does_not_revert: "it does not return to a mean",
  does_not_vary: "it does not vary",
  empty: "there are no observations",
  empty_period: "a day has no price",
  insufficient_supply: "demand is above all supply even at its highest price",
  low_coverage: "too few of its hours have an index",
  mixed_providers: "nobody quotes both terms: it says as much of the providers as of the time",
  negative: "it is negative: a discount for the commitment",
  bad_inputs: "an input makes no sense",
  no_capex: "its purchase price is in no table",
  no_costs: "what it costs to own is in no table",
  demand_not_identified: "the elasticity of demand is not known",
  no_disappearance: "no machine that was watched is known to have been taken",
  no_elasticity: "the elasticity of demand is not known",
  no_fleet_reported: "no venue reports its fleet",
  no_interruption_rate: "no venue tells how often it takes spot back",
  no_kilowatts: "its power draw is in no table",
  no_matched_spot: "nothing is offered both ways at one place",
  no_minimum_bid: "no venue shows the least bid it takes",
  no_opex: "its other costs are in no table",
  no_outcomes_reported: "nobody reports launches yet",
  no_pairs: "nothing is offered both ways at one place",
  no_power_price: "the power price of the country is in no table",
  no_prints: "venues show asks and no trades",
  no_reference_price: "nobody asks a price at which the rented GPUs could stand",
  no_reported_demand: "no venue reports how much is rented",
  no_residual: "its worth at the end of the years is not known",
  no_stock_told: "no venue tells its stock",
  no_term_quotes: "nobody quotes a term for this GPU",
  no_throughput: "say a model and its tokens a second",
  no_token_price: "no endpoint of that model is priced",
  no_watched_machines:
    "no machine could be followed: that takes a marketplace that names its machines, in complete pulls that follow each other closely",
  no_years: "its years in use are in no table",
  nothing_rented: "nothing is rented",
  supply_does_not_vary: "supply did not move, so that nothing singles out demand",
  no_floor: "its operating floor is not known",
  no_observations: "there are no observations",
  no_price: "there is no current index",
  no_supply: "there is no current offer",
  not_connected: "too few providers sell both to compare them",
  not_watched: "no two complete pulls follow each other closely",
  terms_differ: "reserved terms differ too much to be one curve",
  not_converged: "the fit did not settle on one answer",
  not_finite: "an input is missing",
  not_identified: "the data do not single out one answer",
  nothing_sold: "nothing was rented",
  price_does_not_vary: "offers hardly differ in price",
  prices_do_not_move: "prices did not move",
  too_few: "there are too few observations",
  too_few_changes: "fewer than 8 weekly changes of the price are known",
  too_few_bars: "the price history has fewer days than the estimator needs",
  too_few_days: "too few days are known",
  too_few_disappearances:
    "fewer than 30 machines are known to have been taken: what is missing from a cut pull, or between pulls far apart, does not count",
  too_few_levels: "fewer than 3 distinct prices",
  too_few_parts: "fewer than 3 of its parts are known now and on 10 days before",
  too_few_prices: "there are too few prices",
  too_few_rows: "there are too few observations",
  undefined: "it is not defined for these prices",
  unknown: "nobody tells",
  wide_interval: "its interval holds 0, is open or spans more than a factor of 100",
  weak_instrument:
    "what moves supply alone moves prices too little to single out demand (first-stage F below 10)",
};

/** Why a model does not answer, in words. */
export const reasonWords = (reason: string | null | undefined): string =>
  reason == null ? "not told" : (reasons[reason] ?? reason.replaceAll("_", " "));

/** Why the model of demand does not answer: what is stale there are the reports of venues. */
export const demandReason = (reason: string | null): string =>
  reason === "stale"
    ? "what venues report is older than twice the interval they are read at"
    : reasonWords(reason);

const terms: Readonly<Record<string, string>> = {
  weighted_median: "weighted median",
  votes: "votes",
  hedonic: "hedonic",
  ok: "counts",
  gate: "too far from the median, left out",
  outlier: "outlier, counts all the same",
  jump: "jump, counts all the same",
  free_share: "Free share of GPUs",
  sold_out_share: "Sold-out share of offers",
  net_new_listings: "Net new listings",
  hours_to_disappear: "Hours until an offer disappears",
  spot_discount: "Spot discount",
  launch_failures: "Launch failures",
  bid_ask: "Bid and ask",
  basis: "Basis between providers",
  grade: "Grades",
  power: "Margin over power",
  token: "Margin over tokens",
};

/** A machine's name of a thing for people: known terms in words, others without their underscores. */
export const termWords = (name: string): string => terms[name] ?? name.replaceAll("_", " ");

const exclusions: Readonly<Record<string, string>> = {
  gpu: "are another GPU",
  purchase: "are sold on other terms (spot, reserved)",
  flagged: "are flagged (bare-GPU price, slice, doubtful price)",
  gpu_only: "price the bare GPU without its machine",
  slice: "are a part of a card",
  unknown_gpu: "are of a GPU that is in no table",
  price_band: "have a price at which their GPU was never let: a wrong unit or a placeholder",
  spot_ratio: "ask as spot more than on demand, or next to nothing",
  tier_ratio: "ask below half of their provider's other tier, and nobody else asks so little",
  price_jump: "moved threefold at once while others did not",
  price_outlier: "are far from their own prices of thirty days while others are not",
  derived: "are statistics, not offers",
  statistic: "are statistics, not offers",
  sold_out: "are sold out",
  expired: "are expired: not confirmed for 7 days (list prices 30)",
  stale: "are not current: older than twice the interval of their source, or 30 days for list prices",
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
  max_age_hours: "were confirmed longer ago than your limit",
  executable_only: "cannot be ordered at that price now with certainty",
};

/** A region as its venue writes it, without the comma of a city that is missing; null where nobody tells. */
export const regionWords = (region: string | null): string | null =>
  region?.replace(/^[\s,]+|[\s,]+$/g, "") || null;

const ofOne: Readonly<Record<string, string>> = {
  ...{ are: "is", have: "has", do: "does", their: "its" },
  ...{ ask: "asks", cost: "costs", price: "prices", promise: "promises", resell: "resells" },
};

/** What is said of several offers, said of one: its verb, and what follows "or". */
const singular = (words: string): string =>
  words.replace(/^\w+|\bdo(?= not)|\btheir\b/g, (word) => ofOne[word] ?? word);

/** "154 are another GPU", the largest count first. */
export const excludedWords = (counts: Counts): string[] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, number]) => {
      const words = exclusions[reason] ?? reason.replaceAll("_", " ");
      return `${count(number)} ${number === 1 ? singular(words) : words}`;
    });
