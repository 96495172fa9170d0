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

/** An amount as a person writes it: `$570.24`, `$2.1234`; cents at least, four decimals at most. */
export const dollarText = (usd: number): string => {
  const cents = usd.toFixed(2);
  return `$${Number(cents) === Number(usd.toFixed(4)) ? cents : Number(usd.toFixed(4))}`;
};
