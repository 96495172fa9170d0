import { type BootstrapOptions, clusterBootstrap } from "../statistics/cluster-bootstrap.ts";
import { type Estimate, refused } from "../statistics/estimate.ts";

/** What was taken in a period and what could be: an entry a product in both. */
export interface SalesPeriod {
  readonly sold: readonly number[];
  readonly available: readonly boolean[];
}

export type PrimaryDemandReason =
  | "empty"
  | "bad_shape"
  | "not_finite"
  | "bad_share"
  | "nothing_sold"
  | "not_converged"
  | "undefined";

export interface PrimaryDemand {
  /**
   * What buyers would take a period if everything were there, summed over products, with bounds from drawing
   * periods.
   */
  readonly demandPerPeriod: Estimate<PrimaryDemandReason>;
  /** The same by product: first choices a period. */
  readonly byProduct: readonly number[];
  /** Preference of each product against buying nowhere here = 1. */
  readonly weights: readonly number[];
  /** Buyers that look a period, those who buy elsewhere among them. */
  readonly arrivalsPerPeriod: number | null;
}

const mostRounds = 5000;
const smallest = 1e-10;

/**
 * Demand as it would be without empty shelves, from what was taken and what was there: first choices by the EM
 * method of Vulcano, van Ryzin and Ratliff, buyers choosing by multinomial logit and those whose first choice is
 * sold out taking another or leaving. `marketShare` (0..1, open) is the part of all buyers that would be won with
 * everything there, which the data do not tell. Periods in which everything was sold out say nothing and are left
 * out. Source: methods.md 2; Vulcano, van Ryzin, Ratliff 2012. Null with reason: `empty` (no period with anything
 * there), `bad_shape`, `not_finite` (or negative), `bad_share`, `nothing_sold`, `not_converged`. One period: a
 * value with open bounds. A product that was never there has no demand that could be seen: 0.
 */
export const primaryDemand = (
  periods: readonly SalesPeriod[],
  marketShare: number,
  options: BootstrapOptions,
): PrimaryDemand => {
  const open = periods.filter(({ available }) => available.some(Boolean));
  const reason = faultOf(open, marketShare);
  if (reason !== null) return refuse(reason, open.length);
  const outside = (1 - marketShare) / marketShare;
  const whole = expectFirstChoices(
    open,
    open.map(() => 1),
    outside,
  );
  if (whole === null) return refuse("not_converged", open.length);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const demandPerPeriod = clusterBootstrap(
    open.length,
    (counts) => {
      const drawn = expectFirstChoices(open, counts, outside);
      return drawn === null ? null : sum(drawn.byProduct);
    },
    { ...options, replicates: options.replicates ?? 200 },
  );
  return { demandPerPeriod, ...whole, arrivalsPerPeriod: sum(whole.byProduct) * (1 + outside) };
};

interface FirstChoices {
  readonly byProduct: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Alternates between first choices given preferences and preferences given first choices. Preference for what was
 * never there begins, and so stays, at 0.
 */
const expectFirstChoices = (
  periods: readonly SalesPeriod[],
  counts: readonly number[],
  outside: number,
): FirstChoices | null => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const wasThere = periods[0]!.sold.map((_, j) =>
    periods.some((each, t) => counts[t]! > 0 && each.available[j]),
  );
  const share = 1 / (wasThere.filter(Boolean).length * outside);
  let weights = wasThere.map((was) => (was ? share : 0));
  for (let round = 0; round < mostRounds; round++) {
    const chosen = weights.map(() => 0);
    periods.forEach((period, t) => {
      if (counts[t]! > 0) addFirstChoices(chosen, period, weights, counts[t]!);
    });
    const all = chosen.reduce((sum, value) => sum + value, 0);
    if (!(all > 0)) return null;
    const next = chosen.map((value) => value / (outside * all));
    const isSettled = next.every((value, j) => Math.abs(value - weights[j]!) <= smallest * (1 + value));
    weights = next;
    if (isSettled) return { byProduct: chosen.map((value) => value / total), weights };
  }
  return null;
};

/**
 * First choices of a period: those of what was there less substitutes taken, and of what was not, in expectation.
 */
const addFirstChoices = (
  chosen: number[],
  { sold, available }: SalesPeriod,
  weights: readonly number[],
  count: number,
): void => {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const there = weights.reduce((sum, weight, j) => sum + (available[j] ? weight : 0), 0);
  const taken = sold.reduce((sum, each, j) => sum + (available[j] ? each : 0), 0);
  const own = (there + 1) / (all + 1);
  const missed = there > 0 ? (taken * own) / there : 0;
  for (let j = 0; j < chosen.length; j++)
    chosen[j]! += count * (available[j] ? sold[j]! * own : weights[j]! * missed);
};

const faultOf = (periods: readonly SalesPeriod[], marketShare: number): PrimaryDemandReason | null => {
  if (!(marketShare > 0 && marketShare < 1)) return "bad_share";
  if (periods.length === 0) return "empty";
  const products = periods[0]!.sold.length;
  if (periods.some(({ sold, available }) => sold.length !== products || available.length !== products))
    return "bad_shape";
  if (periods.some(({ sold }) => sold.some((each) => !(each >= 0 && Number.isFinite(each)))))
    return "not_finite";
  return periods.some(({ sold, available }) => sold.some((each, j) => each > 0 && available[j]))
    ? null
    : "nothing_sold";
};

const refuse = (reason: PrimaryDemandReason, n: number): PrimaryDemand => ({
  demandPerPeriod: refused(reason, n),
  byProduct: [],
  weights: [],
  arrivalsPerPeriod: null,
});
