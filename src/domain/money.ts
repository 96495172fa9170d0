import { AppError } from "../errors.ts";
import { day } from "./time.ts";

/** An ECB euro reference rate: how many units of `currency` one euro buys on `date` (YYYY-MM-DD). */
export interface FxRate {
  readonly date: string;
  readonly currency: string;
  readonly perEuro: number;
}

/** The rate used to turn one unit of a currency into USD, and the day it was published for. */
export interface UsdRate {
  readonly rate: number;
  readonly date: string;
}

/** A rate older than this many days is no rate. */
export const maxFxAgeDays = 7;

/**
 * USD per unit of `currency` on `date`, from the last reference rates published on or before it and at most
 * seven days old (weekends and holidays use the day before them). USD itself is 1 on its date.
 * Null when there is no such rate; never a guess.
 */
export const usdRate = (rates: readonly FxRate[], currency: string, date: string): UsdRate | null => {
  if (currency === "USD") return { rate: 1, date };
  const usable = latestUsable(rates, "USD", date);
  if (!usable) return null;
  if (currency === "EUR") return { rate: usable.perEuro, date: usable.date };
  const quote = rates.find((rate) => rate.currency === currency && rate.date === usable.date);
  if (!quote) return null;
  return { rate: usable.perEuro / quote.perEuro, date: usable.date };
};

/** An amount to the cent, halves up: `1722.2400000000002` is 1722.24. NaN stays NaN. */
export const toCents = (usd: number): number => Math.round(Number((usd * 100).toFixed(4))) / 100;

/** A rate without the noise of binary fractions: a millionth of a dollar is the least that counts. */
export const toMicros = (usd: number): number => Number(usd.toFixed(6));

/**
 * Amounts to the cent that add up to their rounded sum: each stands within a cent of what it was. Their total is the
 * rounded sum, whatever the order in which cents are added. Empty gives empty and 0.
 */
export const inCents = (
  amounts: readonly number[],
): { readonly amounts: readonly number[]; readonly total: number } => {
  let [exact, given] = [0, 0];
  const rounded = amounts.map((amount) => {
    exact += amount;
    const cents = Math.round(toCents(exact) * 100) - given;
    given += cents;
    return cents / 100;
  });
  return { amounts: rounded, total: given / 100 };
};

const latestUsable = (rates: readonly FxRate[], currency: string, date: string): FxRate | null => {
  const limit = Date.parse(date) - maxFxAgeDays * day;
  let best: FxRate | null = null;
  for (const rate of rates) {
    if (rate.currency !== currency || rate.date > date || Date.parse(rate.date) < limit) continue;
    if (!best || rate.date > best.date) best = rate;
  }
  return best;
};

/**
 * Price per GPU-hour in the currency of `amount`.
 * `amount` is what the venue wrote, `unit` how many of its units make one of the currency (100 for cents,
 * 1e8 for OVH), `gpus` how many GPUs it pays for and `hours` how many hours. Throws on a non-positive divisor.
 */
export const perGpuHour = (
  amount: number,
  { unit = 1, gpus = 1, hours = 1 }: { unit?: number; gpus?: number; hours?: number },
): number => {
  if (!(unit > 0) || !(gpus > 0) || !(hours > 0)) {
    throw new AppError(
      "internal",
      `perGpuHour needs positive unit, gpus and hours, got ${unit}, ${gpus}, ${hours}`,
    );
  }
  return amount / unit / gpus / hours;
};
