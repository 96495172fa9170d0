import { gammaln } from "simple-statistics";

const tiny = 1e-300;
const precision = 3e-16;
const mostTerms = 10_000;

/**
 * Probability that a standard normal lies below x; relative error about 1e-14 in the lower tail too. Not a number
 * gives NaN.
 */
export const normalCdf = (x: number): number => {
  if (Number.isNaN(x)) return Number.NaN;
  const beyond = 0.5 * upperGamma(0.5, (x * x) / 2);
  return x < 0 ? beyond : 1 - beyond;
};

/** Density of the standard normal. */
export const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** The x below which a standard normal lies with probability p; p outside 0..1 gives NaN, 0 and 1 infinities. */
export const normalQuantile = (p: number): number => {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  return invert(normalCdf, p, -40, 0);
};

/** Probability that Student's t with `freedom` > 0 degrees lies below x. */
export const studentCdf = (x: number, freedom: number): number => {
  const square = x * x;
  const beyond = 0.5 * lowerBeta(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5);
  return x < 0 ? beyond : 1 - beyond;
};

/** The x below which Student's t lies with probability p, 0 < p < 1; anything else gives NaN. */
export const studentQuantile = (p: number, freedom: number): number => {
  if (!(p > 0 && p < 1 && freedom > 0)) return Number.NaN;
  if (p > 0.5) return -studentQuantile(1 - p, freedom);
  const cdf = (x: number): number => studentCdf(x, freedom);
  let low = -2;
  while (cdf(low) > p && low > -tooFar) low *= 2;
  return invert(cdf, p, low, 0);
};

/** Probability that F with these degrees of freedom lies above f. f <= 0 gives 1. */
export const fTail = (f: number, numerator: number, denominator: number): number => {
  if (f <= 0) return 1;
  const total = denominator + numerator * f;
  return lowerBeta(denominator / total, (numerator * f) / total, denominator / 2, numerator / 2);
};

/** The f above which F with these degrees of freedom lies with probability p, 0 < p < 1. */
export const fQuantileAbove = (p: number, numerator: number, denominator: number): number => {
  if (!(p > 0 && p < 1 && numerator > 0 && denominator > 0)) return Number.NaN;
  let high = 4;
  while (fTail(high, numerator, denominator) > p && high < tooFar) high *= 2;
  return invert((f) => 1 - fTail(f, numerator, denominator), 1 - p, 0, high);
};

/** Probability that chi-squared with `freedom` degrees lies above x. x <= 0 gives 1. */
export const chiSquaredTail = (x: number, freedom: number): number =>
  x <= 0 ? 1 : upperGamma(freedom / 2, x / 2);

/** The x above which chi-squared with `freedom` degrees lies with probability p, 0 < p < 1. */
export const chiSquaredQuantileAbove = (p: number, freedom: number): number => {
  if (!(p > 0 && p < 1 && freedom > 0)) return Number.NaN;
  let high = 4 * freedom + 8;
  while (chiSquaredTail(high, freedom) > p && high < tooFar) high *= 2;
  return invert((x) => 1 - chiSquaredTail(x, freedom), 1 - p, 0, high);
};

const tooFar = 1e150;

/** The x between low and high at which a rising function reaches y, by halving. */
const invert = (rising: (x: number) => number, y: number, low: number, high: number): number => {
  let [below, above] = [low, high];
  for (let i = 0; i < 200; i++) {
    const middle = (below + above) / 2;
    if (middle === below || middle === above) break;
    if (rising(middle) < y) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
};

/** Regularised upper incomplete gamma function Q(a, x): series below a + 1, continued fraction above. */
const upperGamma = (a: number, x: number): number => {
  if (x <= 0) return 1;
  if (!Number.isFinite(x)) return 0;
  const scale = Math.exp(a * Math.log(x) - x - gammaln(a));
  if (x >= a + 1)
    return (
      scale *
      continuedFraction(
        (i) => (i === 0 ? 1 : -i * (i - a)),
        (i) => x + 2 * i + 1 - a,
      )
    );
  let term = 1 / a;
  let sum = term;
  for (let i = 1; i < mostTerms && term > sum * precision; i++) {
    term *= x / (a + i);
    sum += term;
  }
  return 1 - scale * sum;
};

/**
 * Regularised incomplete beta function I_x(a, b), `rest` being 1 - x without loss of digits; the fraction is taken
 * on the side where it converges fast.
 */
const lowerBeta = (x: number, rest: number, a: number, b: number): number => {
  if (Number.isNaN(x)) return Number.NaN;
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - lowerBeta(rest, x, b, a);
  const scale = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log(rest));
  const numerator = (i: number): number => {
    if (i === 0) return 1;
    const m = Math.floor(i / 2);
    return i % 2 === 0
      ? (m * (b - m) * x) / ((a + i - 1) * (a + i))
      : (-(a + m) * (a + b + m) * x) / ((a + i - 1) * (a + i));
  };
  return (scale / a) * continuedFraction(numerator, () => 1);
};

/** n0 / (d0 + n1 / (d1 + n2 / (d2 + ...))) by the method of Lentz. */
const continuedFraction = (numerator: (i: number) => number, denominator: (i: number) => number): number => {
  let value = tiny;
  let c = tiny;
  let d = 0;
  for (let i = 0; i < mostTerms; i++) {
    d = 1 / nonZero(denominator(i) + numerator(i) * d);
    c = nonZero(denominator(i) + numerator(i) / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < precision) break;
  }
  return value;
};

const nonZero = (x: number): number => (Math.abs(x) < tiny ? tiny : x);
