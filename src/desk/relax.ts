import type { Book } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import type { Bill } from "./bill.ts";
import { type Candidate, findPlans } from "./plans.ts";
import type { RouteDeps, RouteRequest } from "./route-request.ts";
import { dollarText } from "./words.ts";

/** Fields of a request that forbid something and can be given up one by one. */
const givable = [
  "interruptible",
  "regions",
  "countries",
  "jurisdictions",
  "providers",
  "tier",
  "min_reliability",
  "min_sla_uptime",
  "interconnect",
  "confidential",
  "max_usd_per_gpu_hour",
  "max_age_hours",
  "max_total_usd",
  "single_provider",
  "max_provider_share",
  "executable_only",
] as const satisfies readonly (keyof RouteRequest)[];

export type Givable = (typeof givable)[number];

/** A constraint that was given and, given up alone, would leave a plan. */
export interface Relaxation {
  readonly constraint: Givable;
  /** The figure in its place that would do for that plan; null where it takes no figure. */
  readonly wouldDo: number | null;
}

/** Constraints of an infeasible request each of which, given up alone, would leave a plan. */
export const relaxations = (book: Book, request: RouteRequest, now: Instant, deps: RouteDeps): Relaxation[] =>
  givable.filter(isGiven(request)).flatMap((constraint) => {
    const relaxed = { ...request, [constraint]: constraint === "interruptible" ? true : undefined };
    const [plan] = findPlans(book, relaxed, now, deps, 1).plans;
    return plan ? [{ constraint, wouldDo: figures[constraint]?.(plan, request.gpus) ?? null }] : [];
  });

/** Whether a field forbids something: `false` does where it forbids spot, elsewhere it asks for nothing. */
const isGiven =
  (request: RouteRequest) =>
  (field: Givable): boolean =>
    field === "interruptible"
      ? request.interruptible === false
      : request[field] !== undefined && request[field] !== false;

/** Rounded to the side that asks for less, so that the figure does. */
const up = (value: number, digits: number): number => Math.ceil(value * 10 ** digits - 1e-6) / 10 ** digits;
const down = (value: number, digits: number): number => -up(-value, digits);

/** The least cap per GPU-hour under which a bill stands: no leg above it, nor the average over the GPUs asked. */
export const capFor = ({ usdPerHour, legs }: Bill, gpus: number): number =>
  up(Math.max(usdPerHour / gpus, ...legs.map((leg) => leg.usd_per_gpu_hour)), 4);

/** The least age in hours that the prices of a bill are within; null where one is unknown. */
export const ageFor = ({ worstAgeS }: Bill): number | null =>
  worstAgeS === null ? null : up(worstAgeS / 3600, 2);

const leastOf = (plan: Candidate, attribute: "reliability" | "slaUptime"): number | null => {
  const told = plan.legs.flatMap(({ offer }) => offer[attribute] ?? []);
  return told.length < plan.legs.length ? null : down(Math.min(...told), 4);
};

const largestShare = ({ legs }: Candidate, gpus: number): number => {
  const byProvider = new Map<string, number>();
  for (const { offer, gpus: own } of legs)
    byProvider.set(offer.provider, (byProvider.get(offer.provider) ?? 0) + own);
  return Math.max(...byProvider.values()) / gpus;
};

const figures: Partial<Record<Givable, (plan: Candidate, gpus: number) => number | null>> = {
  min_reliability: (plan) => leastOf(plan, "reliability"),
  min_sla_uptime: (plan) => leastOf(plan, "slaUptime"),
  max_usd_per_gpu_hour: ({ bill }, gpus) => capFor(bill, gpus),
  max_age_hours: ({ bill }) => ageFor(bill),
  max_total_usd: ({ bill }) => bill.totalUsd,
  max_provider_share: (plan, gpus) => up(Math.min(1, largestShare(plan, gpus)), 4),
};

/** Figures that would do, by the constraint they stand in for; those that take none are left out. */
export const figuresThatDo = (
  found: readonly Pick<Relaxation, "constraint" | "wouldDo">[],
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    found.flatMap(({ constraint, wouldDo }) => (wouldDo === null ? [] : [[constraint, wouldDo]])),
  );

/** What would make it possible, in words: `max_total_usd (cheapest is $570.24), or without tier`; empty for none. */
export const relaxationsText = (found: readonly Relaxation[]): string =>
  found.map(relaxationText).join(", or without ");

const relaxationText = ({ constraint, wouldDo }: Relaxation): string => {
  if (wouldDo === null) return constraint;
  const isPrice = constraint === "max_total_usd" || constraint === "max_usd_per_gpu_hour";
  return `${constraint} (${isPrice ? `cheapest is ${dollarText(wouldDo)}` : `${wouldDo} would do`})`;
};
