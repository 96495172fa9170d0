import { ageText } from "../../domain/age-text.ts";

const minus = "\u2212";
const figureSpace = "\u2007";

const grouped = (value: number, decimals: number): string =>
  value
    .toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    .replace("-", minus);

/** Decimals of a price: three below a dollar, two above, so that 0.344, 2.49 and 12.29 keep their digits. */
const decimalsOf = (usd: number): number => {
  const size = Math.abs(usd);
  if (size >= 1000 || Number.isNaN(size)) return 0;
  if (size >= 0.9995) return 2;
  return size >= 0.00995 || size === 0 ? 3 : 5;
};

/** A price per GPU-hour without its unit. */
export const price = (usd: number): string => grouped(usd, decimalsOf(usd));

/** The same, padded so that the points of a right-aligned column stand under each other. */
export const alignedPrice = (usd: number): string =>
  price(usd) +
  (decimalsOf(usd) === 2 ? figureSpace : decimalsOf(usd) === 0 ? `${figureSpace.repeat(3)}\u2008` : "");

/** Two prices in as many decimals as it takes to tell them apart, where they differ. */
export const pricesApart = (a: number, b: number): readonly [string, string] => {
  const least = Math.max(decimalsOf(a), decimalsOf(b));
  if (a === b || price(a) !== price(b)) return [price(a), price(b)];
  const decimals = [1, 2, 3, 4].map((more) => least + more);
  const enough = decimals.find((each) => grouped(a, each) !== grouped(b, each)) ?? least;
  return [grouped(a, enough), grouped(b, enough)];
};

/** A price in running text. */
export const dollars = (usd: number): string => `$${price(usd)}`;

/** A price that may be below 0, in running text. */
export const signedDollars = (usd: number): string => (usd < 0 ? `${minus}${dollars(-usd)}` : dollars(usd));

/** An amount of money: cents up to 100,000 dollars, then whole dollars. */
export const money = (usd: number): string => `$${grouped(usd, Math.abs(usd) < 100_000 ? 2 : 0)}`;

/** An amount of money without its cents. */
export const wholeDollars = (usd: number): string => `$${grouped(usd, 0)}`;

/** The same where it may be below 0, in running text. */
export const signedMoney = (usd: number): string => `${usd < 0 ? minus : ""}${wholeDollars(Math.abs(usd))}`;

/** A whole number; one that is not whole keeps a decimal. */
export const count = (value: number): string => grouped(value, Number.isInteger(value) ? 0 : 1);

/** A number of any size to three significant digits; whole ones from a hundred up. */
export const figure = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 99.95) return grouped(value, 0);
  if (size === 0 || !Number.isFinite(value)) return grouped(value, 0);
  const decimals = Math.min(6, 2 - Math.floor(Math.log10(size)));
  return grouped(value, decimals)
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "")
    .replace(/^\u22120$/, "0");
};

/** A number in so many decimals; `signed` writes the plus as well. */
export const decimal = (value: number, decimals: number, signed = false): string => {
  const text = grouped(value, decimals);
  const isZero = !/[1-9]/.test(text);
  return isZero ? text.replace(minus, "") : signed && value > 0 ? `+${text}` : text;
};

/** A change with its sign, one decimal; nothing smaller than 0.05 has a sign. */
export const percent = (value: number): string => {
  const rounded = Math.round(value * 10) / 10;
  const sign = rounded > 0 ? "+" : rounded < 0 ? minus : "";
  return `${sign}${grouped(Math.abs(rounded), 1)}\u202f%`;
};

/** A share of one as percent, without a sign. */
export const share = (value: number): string =>
  `${(value * 100).toFixed(value > 0.995 && value < 1 ? 2 : 1)} %`;

/** Basis points; from 1,000 on as the percentage that they are. */
export const basisPoints = (bps: number): string => {
  const whole = Math.round(bps);
  return Math.abs(whole) < 1000
    ? `${grouped(whole, 0)} bp`
    : `${grouped(bps / 100, Math.abs(bps) < 1e4 ? 1 : 0)} %`;
};

/** An instant as people compare them: 2026-08-07 06:35:52 UTC. */
export const instant = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** To the minute, for axes and headings. */
export const minuteOf = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const clockOf = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

/** Age in words while it is young, its day once it is over two days old: what is stale is dated. */
export const ageOrDay = (ms: number, nowMs: number): string => {
  const seconds = (nowMs - ms) / 1000;
  return seconds < 2 * 86_400 ? ageText(seconds) : dayOf(ms);
};

/** "1 listing", "2 listings", "1,200 listings". */
export const plural = (value: number, noun: string, nouns = `${noun}s`): string =>
  `${count(value)} ${value === 1 ? noun : nouns}`;

/** Bounds in words; a bound of null is open, two are no interval. */
export const interval = (
  low: number | null,
  high: number | null,
  format: (value: number) => string,
): string | null => {
  if (low === null && high === null) return null;
  if (low === null) return `up to ${format(high!)}`;
  return high === null ? `${format(low)} or more` : `${format(low)} to ${format(high)}`;
};
