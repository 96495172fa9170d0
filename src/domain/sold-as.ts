import type { Purchase, Tier } from "./purchase.ts";

/** How something is sold, as a word in a file says. */
export interface SoldAs {
  readonly purchase: Purchase;
  readonly tier: Tier | null;
  readonly termMonths: number | null;
}

const onDemand = [
  "",
  "ondemand",
  "payg",
  "payasyougo",
  "standard",
  "regular",
  "hourly",
  "dedicated",
  "default",
];
const spot = ["spot", "preemptible", "interruptible", "bid", "spotinstance", "lowpriority", "spotvm"];
const tiers: Readonly<Record<string, Tier>> = {
  secure: "secure",
  securecloud: "secure",
  community: "community",
  communitycloud: "community",
};
const term = /^(\d{1,2})(months?|mo|m|years?|yrs?|y)/;
const reserved = /^(reserv|commit|cud|contract)/;

/** Reads words like `on-demand`, `Spot`, `secure`, `1yr reserved`, in any case; null for one that is none of them. */
export const soldAs = (text: string): SoldAs | null => {
  const said = text.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (onDemand.includes(said)) return { purchase: "on_demand", tier: null, termMonths: null };
  if (spot.includes(said)) return { purchase: "spot", tier: null, termMonths: null };
  const tier = tiers[said];
  if (tier !== undefined) return { purchase: "on_demand", tier, termMonths: null };
  const months = term.exec(said.replace(/^(reserved|committed|commitment|commit)/, ""));
  if (months === null && !reserved.test(said)) return null;
  return { purchase: "reserved", tier: null, termMonths: months === null ? null : monthsOf(months) };
};

const monthsOf = ([, count, unit]: RegExpExecArray): number =>
  Number(count) * (unit!.startsWith("y") ? 12 : 1);
