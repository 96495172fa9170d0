/** How well a bound is found, on the scale of standard errors. */
const precision = 1e-4;
const mostSteps = 60;

/** One side of an interval from a profile likelihood. */
export interface ProfileSide {
  /** Where the likelihood is largest. */
  readonly from: number;
  /** As far as is looked, on either side of `from`. */
  readonly limit: number;
  /** First distance to look at, such as that of a Wald interval; above 0. */
  readonly step: number;
  /** Standard errors that the bound is to stand for, 1.96 for 95 %. */
  readonly reach: number;
}

/**
 * The bound at which twice the loss of log likelihood, all other parameters fitted anew, reaches the square of
 * `reach` (likelihood ratio, chi-squared with one degree), in the unit of the parameter. Null, an open bound: the
 * loss is not that large at `limit` or is null (could not be fitted) on the way. Source: Venzon, Moolgavkar 1988.
 */
export const profileBound = (
  doubleLoss: (parameter: number) => number | null,
  { from, limit, step, reach }: ProfileSide,
): number | null => {
  const beyond = (at: number): number => {
    const loss = doubleLoss(at);
    return loss === null ? Number.NaN : Math.sqrt(Math.max(0, loss)) - reach;
  };
  if (!(beyond(limit) >= 0)) return null;
  const span = Math.abs(limit - from);
  let inside = { at: from, beyond: -reach };
  for (let distance = Math.min(step, span); ; distance = Math.min(2 * distance, span)) {
    const at = from + Math.sign(limit - from) * distance;
    const next = { at, beyond: beyond(at) };
    if (Number.isNaN(next.beyond)) return null;
    if (next.beyond >= 0) return between(beyond, inside, next);
    if (distance === span) return null;
    inside = next;
  }
};

interface Tried {
  readonly at: number;
  readonly beyond: number;
}

/** Where a function crosses 0 between a point below and one above, by false position (Illinois). */
const between = (beyond: (at: number) => number, below: Tried, above: Tried): number | null => {
  let [low, high] = [below, above];
  let lastSide = 0;
  for (let i = 0; i < mostSteps; i++) {
    const at = high.at - (high.beyond * (high.at - low.at)) / (high.beyond - low.beyond);
    const found = { at, beyond: beyond(at) };
    if (Number.isNaN(found.beyond)) return null;
    if (Math.abs(found.beyond) <= precision) return at;
    const side = Math.sign(found.beyond);
    if (side < 0) {
      low = found;
      if (lastSide === side) high = { ...high, beyond: high.beyond / 2 };
    } else {
      high = found;
      if (lastSide === side) low = { ...low, beyond: low.beyond / 2 };
    }
    lastSide = side;
  }
  return high.at;
};
