import type { Book, BookOffer } from "../domain/book.ts";
import type { Purchase } from "../domain/purchase.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";
import { AppError } from "../errors.ts";
import { groupBy } from "../models/group-by.ts";
import type { CostLine, Leg } from "./bill.ts";
import { cover } from "./cover.ts";
import { type Candidate, findPlans, type Search } from "./plans.ts";
import { figuresThatDo, relaxations, relaxationsText } from "./relax.ts";
import { cellOf, checkRequest, type RouteDeps, type RouteRequest } from "./route-request.ts";
import { warningsFor } from "./warnings.ts";
import { dollarText, oldestText, plural, purchaseText } from "./words.ts";

/** One way to run the job: one GPU id, one purchase, one or more listings. */
export interface RoutePlan {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly legs: readonly Leg[];
  readonly gpus_rented: number;
  readonly expected_usd: number;
  /** Equal to the hours asked; interruptions are not modelled here. */
  readonly expected_hours: number;
  readonly executable: boolean;
  readonly worst_age_s: number | null;
  /** Add up to expected_usd. */
  readonly cost_lines: readonly CostLine[];
  readonly warnings: readonly string[];
  readonly why: readonly string[];
}

export interface RouteAnswer {
  /** The cheapest first, ties by listing id. */
  readonly plans: readonly RoutePlan[];
  /** Offers of the book that took no part, by first failed constraint; with `considered` they add up to the book. */
  readonly excluded: Readonly<Record<string, number>>;
  readonly considered: number;
}

const defaultPlans = 3;

/**
 * Up to `k` distinct plans by expected cost over the hours asked. Hard constraints filter first; stale offers serve
 * only where current ones cannot. Throws `bad_input`, `not_found` for an unknown GPU, and `impossible` whose details
 * name the constraints that were given and any one of which would make it feasible if given up, with the figure that
 * would do.
 */
export const recommendRoutes = (
  book: Book,
  request: RouteRequest,
  now: Instant,
  deps: RouteDeps,
): RouteAnswer => {
  checkRequest(request);
  const search = findPlans(book, request, now, deps, request.k ?? defaultPlans);
  const [cheapest] = search.plans;
  if (!cheapest) throw infeasible(book, request, now, deps, search);
  const { excluded, considered } = accounted(search, book, now);
  const plans = search.plans.map((plan) => asPlan(plan, cheapest, request, book, now));
  return { plans, excluded, considered };
};

const asPlan = (
  plan: Candidate,
  cheapest: Candidate,
  request: RouteRequest,
  book: Book,
  now: Instant,
): RoutePlan => {
  const { bill } = plan;
  const first = bill.legs[0]!;
  return {
    gpu: first.gpu,
    purchase: first.purchase,
    legs: bill.legs,
    gpus_rented: bill.gpusRented,
    expected_usd: bill.totalUsd,
    expected_hours: request.hours,
    executable: bill.executable,
    worst_age_s: bill.worstAgeS,
    cost_lines: bill.costLines,
    warnings: warningsFor(plan.legs, bill, request, book, now),
    why: whyOf(plan, cheapest, request),
  };
};

const whyOf = ({ bill }: Candidate, cheapest: Candidate, { gpus, hours }: RouteRequest): string[] => {
  const { gpu, purchase } = bill.legs[0]!;
  const more = bill.totalUsd - cheapest.bill.totalUsd;
  const places = bill.legs.map(
    (leg) => `${leg.gpus} at ${leg.provider}${leg.region ? ` (${leg.region})` : ""}`,
  );
  return [
    `${gpus} x ${gpu} ${purchaseText(purchase)} for ${hours} h cost ${dollarText(bill.totalUsd)}: ${dollarText(bill.usdPerHour / gpus)} per GPU-hour, ${dollarText(bill.usdPerHour)} per hour.`,
    `GPUs: ${places.join(", ")}.`,
    more > 0
      ? `${dollarText(more)} (${((more / cheapest.bill.totalUsd) * 100).toFixed(1)} %) more than the cheapest plan.`
      : "No feasible plan costs less.",
    oldestText(bill.worstAgeS),
  ];
};

/** Excluded counts with stale offers among them where current ones could serve. */
const accounted = ({ filtered, usedStale }: Search, book: Book, now: Instant) => {
  const { offers, excluded } = filtered;
  const current = usedStale ? offers.length : offers.filter((offer) => isCurrent(offer, book, now)).length;
  const stale = offers.length - current;
  return { considered: current, excluded: stale > 0 ? { ...excluded, stale } : excluded };
};

const infeasible = (
  book: Book,
  request: RouteRequest,
  now: Instant,
  deps: RouteDeps,
  { filtered: { offers, excluded } }: Search,
): AppError => {
  const available = Math.max(
    0,
    ...[...groupBy(offers, cellOf).values()].map((cell) => mostOf(cell, request.gpus)),
  );
  const found = relaxations(book, request, now, deps);
  const way =
    found.length === 0 ? "No single constraint is to blame" : `Possible without ${relaxationsText(found)}`;
  return new AppError(
    "impossible",
    `No plan for ${plural(request.gpus, "GPU")} over ${request.hours} h. ${way}. Most GPUs of one kind available: ${available}.`,
    {
      details: {
        constraints: found.map(({ constraint }) => constraint),
        would_do: {
          ...figuresThatDo(found),
          ...(spotWouldDo(book, request, now, deps) ? { interruptible: true } : {}),
        },
        available_gpus: available,
        excluded,
      },
    },
  );
};

const spotWouldDo = (book: Book, request: RouteRequest, now: Instant, deps: RouteDeps): boolean =>
  !request.interruptible &&
  findPlans(book, { ...request, interruptible: true }, now, deps, 1).plans.length > 0;

const mostOf = (offers: readonly BookOffer[], gpus: number): number => {
  const found = cover(offers, gpus);
  return found.reason === null ? found.gpusRented : found.available;
};
