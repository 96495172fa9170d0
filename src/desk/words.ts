import { ageText } from "../domain/age-text.ts";
import type { Purchase } from "../domain/purchase.ts";

const dollars = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
});

/** An amount as a person writes it: `$1,570.24`, `$0.8882`; cents at least, four decimals at most. */
export const dollarText = (usd: number): string => dollars.format(usd);

/** "on demand", "spot", "reserved". */
export const purchaseText = (purchase: Purchase): string => purchase.replace("_", " ");

/** Whole basis points; from 1,000 on the percentage that they are. */
export const basisPointsText = (bps: number): string =>
  Math.abs(bps) < 999.5 ? `${Math.round(bps)} bp` : `${Math.round(bps / 100)} %`;

/** When the oldest of several prices was confirmed; null: not known. */
export const oldestText = (seconds: number | null): string =>
  seconds === null
    ? "The age of a price is unknown."
    : `The oldest price was confirmed ${ageText(seconds)} ago.`;

/** "1 listing", "2 listings". */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
