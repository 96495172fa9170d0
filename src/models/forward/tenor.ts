import { isPositive } from "../is-positive.ts";

/** Share of whole months by which a term may miss them and still be that tenor: 30 days are 1.4 % short of a month. */
const tolerance = 0.02;

/**
 * The tenor of a term, months: the whole months that it comes within 2 % of (30 and 31 days are a month, 180 days are
 * six), since a difference between 30 days and a month would be noise; else the term itself, which may be hours. No
 * term, or one that is not finite and positive: null.
 */
export const tenorOf = (termMonths: number | null): number | null => {
  if (termMonths === null || !isPositive(termMonths)) return null;
  const whole = Math.round(termMonths);
  return Math.abs(termMonths - whole) <= tolerance * whole ? whole : termMonths;
};
