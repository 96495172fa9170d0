import type { OfferDraft, Reject } from "../domain/offer.ts";

/** A row that a rule leaves out for good: no GPU, another operating system, a repeat. */
export interface Dropped {
  readonly dropped: string;
}

/** The rule that leaves a row out, as it is counted: `windows`, `no_gpu`. */
export const dropped = (rule: string): Dropped => ({ dropped: rule });

/** A row: what it offers, the reason why it cannot be read, or the rule that drops it. */
export type RowRead<T = OfferDraft> = T | string | Dropped;

/**
 * What one item of an answer holds: a row for each way in which it is sold (on demand and spot, by region), and at least
 * one. Nothing goes without a word.
 */
export type Reading<T = OfferDraft> = readonly [RowRead<T>, ...RowRead<T>[]];

/** The rows of a list, or the one word for a list without any. */
export const orElse = <T>(rows: readonly RowRead<T>[], none: string | Dropped): Reading<T> => {
  const [first, ...others] = rows;
  return first === undefined ? [none] : [first, ...others];
};

/** A row that cannot be read, with its reason and the first of its raw text. */
export const reject = (reason: string, row: unknown): Reject => ({
  reason,
  raw: (JSON.stringify(row) ?? String(row)).slice(0, 2000),
});
