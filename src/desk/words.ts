/** A price in words: four decimals at most, no trailing zeros. */
export const priceText = (usd: number): string => `${Number(usd.toFixed(4))} USD`;

/** An amount of money in words, to the cent. */
export const moneyText = (usd: number): string => `${usd.toFixed(2)} USD`;

/** "1 listing", "2 listings". */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** "3 flagged, 1 tier": counts in the order in which they were checked; empty when there are none. */
export const countsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
