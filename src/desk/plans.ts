import type { Book, BookOffer } from "../domain/book.ts";
import type { Instant } from "../domain/time.ts";
import { isCurrent } from "../domain/validity.ts";
import { groupBy } from "../models/group-by.ts";
import { type Bill, billFor, usdPerUsedHour } from "./bill.ts";
import { type CoverLeg, cover } from "./cover.ts";
import type { Filtered } from "./eligible.ts";
import { cellOf, offersFor, type RouteDeps, type RouteRequest } from "./route-request.ts";

/** A cover of one GPU id and one purchase, priced over the hours. */
export interface Candidate {
  readonly legs: readonly CoverLeg[];
  readonly bill: Bill;
}

export interface Search {
  readonly filtered: Filtered;
  /** The cheapest first, no two with the same GPU, purchase and providers. */
  readonly plans: readonly Candidate[];
  /** Stale offers were needed. */
  readonly usedStale: boolean;
}

/** The `k` cheapest distinct plans. Current offers alone where they can serve at all, else stale ones too. */
export const findPlans = (
  book: Book,
  request: RouteRequest,
  now: Instant,
  deps: RouteDeps,
  k: number,
): Search => {
  const filtered = offersFor(book, request, now, deps);
  const current = filtered.offers.filter((offer) => isCurrent(offer, book, now));
  const fresh = cheapestPlans(current, book, request, now, k);
  if (fresh.length > 0) return { filtered, plans: fresh, usedStale: false };
  const allowingStale =
    current.length === filtered.offers.length ? [] : cheapestPlans(filtered.offers, book, request, now, k);
  return { filtered, plans: allowingStale, usedStale: allowingStale.length > 0 };
};

/** A set of offers to cover the request from, and the least it could cost. */
interface Pool {
  readonly offers: readonly BookOffer[];
  readonly leastUsd: number;
}

/** Keeps pools that could tie with a plan from being lost to the last digit. */
const rounding = 1e-9;

const cheapestPlans = (
  offers: readonly BookOffer[],
  book: Book,
  request: RouteRequest,
  now: Instant,
  k: number,
): readonly Candidate[] => {
  const plans = new Map<string, Candidate>();
  for (const pool of poolsOf(offers, request)) {
    const kth = [...plans.values()].sort(byCost)[k - 1];
    if (kth && pool.leastUsd > kth.bill.totalUsd * (1 + rounding)) break;
    const plan = planFrom(pool.offers, book, request, now);
    if (!plan) continue;
    const known = plans.get(mixOf(plan));
    if (!known || byCost(plan, known) < 0) plans.set(mixOf(plan), plan);
  }
  return [...plans.values()].sort(byCost).slice(0, k);
};

/** Per GPU id and purchase: all providers together, and each alone; the one that could be cheapest first. */
const poolsOf = (offers: readonly BookOffer[], request: RouteRequest): readonly Pool[] => {
  const cells = [...groupBy(offers, cellOf).values()];
  const pools = cells.flatMap((cell) => {
    const alone = [...groupBy(cell, (offer) => offer.provider).values()];
    if (request.single_provider || alone.length === 1) return alone;
    return [cell, ...alone];
  });
  const least = (pool: readonly BookOffer[]): number =>
    Math.min(...pool.map((offer) => usdPerUsedHour(offer, request.hours))) * request.gpus * request.hours;
  return pools
    .map((pool) => ({ offers: pool, leastUsd: least(pool) }))
    .sort((a, b) => a.leastUsd - b.leastUsd);
};

const planFrom = (
  offers: readonly BookOffer[],
  book: Book,
  request: RouteRequest,
  now: Instant,
): Candidate | null => {
  const { gpus, hours, max_provider_share: maxProviderShare } = request;
  const found = cover(offers, gpus, { maxProviderShare, costOf: (offer) => usdPerUsedHour(offer, hours) });
  if (found.reason !== null) return null;
  const bill = billFor(found, hours, book, now);
  const unbounded = Number.POSITIVE_INFINITY;
  if (bill.totalUsd > (request.max_total_usd ?? unbounded)) return null;
  if (bill.usdPerHour / gpus > (request.max_usd_per_gpu_hour ?? unbounded)) return null;
  return { legs: found.legs, bill };
};

const mixOf = ({ bill: { legs } }: Candidate): string =>
  JSON.stringify([legs[0]?.gpu, legs[0]?.purchase, [...new Set(legs.map((leg) => leg.provider))].sort()]);

const byCost = (a: Candidate, b: Candidate): number =>
  a.bill.totalUsd - b.bill.totalUsd || (listings(a) < listings(b) ? -1 : listings(a) > listings(b) ? 1 : 0);

const listings = ({ bill }: Candidate): string => bill.legs.map((leg) => leg.listing_id).join("|");
