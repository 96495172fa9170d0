import { tableText } from "../table.ts";
import type { Row } from "./command.ts";

/** A value for a table: where it is null its reason stands in its place, else words that say so. */
export const told = (value: unknown, reason: unknown, otherwise = "not told"): unknown =>
  value ?? reason ?? otherwise;

/** An estimate as three cells; a bound that is null beside a value is open. */
export const estimateCells = (
  name: string,
  estimate: Row,
  reason: unknown = estimate.reason,
): Record<string, unknown> => ({
  [name]: told(estimate.value, reason),
  [`${name} low`]: boundsOf(estimate).low,
  [`${name} high`]: boundsOf(estimate).high,
});

/** The bounds of an interval: none without a value, open where only one is there, not known where neither is. */
export const boundsOf = ({ value, low, high }: Row): { readonly low: unknown; readonly high: unknown } => {
  const word = value == null ? "none" : low == null && high == null ? "not known" : "open";
  return { low: low ?? word, high: high ?? word };
};

/** An estimate in a line: `name: 1.2 (1.1 to open)`, or its reason. */
export const estimateLine = (name: string, estimate: Row, unit = ""): string => {
  if (estimate.value == null) return `${name}: none (${told(null, estimate.reason)})`;
  const { low, high } = boundsOf(estimate);
  const interval = low === "not known" ? "interval not known" : `${short(low)} to ${short(high)}`;
  return `${name}: ${short(estimate.value)}${unit} (${interval})`;
};

const short = (value: unknown): string =>
  typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);

/** Counts by reason in a line; nothing where there are none. */
export const countsLine = (title: string, counts: unknown): string => {
  const found = Object.entries(counts as Readonly<Record<string, number>>);
  return found.length === 0
    ? ""
    : `${title}: ${found.map(([reason, n]) => `${reason.replaceAll("_", " ")} ${n}`).join(", ")}`;
};

/** A titled table; the words of `empty` where there are no rows. */
export const section = (title: string, rows: readonly Row[], empty: string): string =>
  rows.length === 0 ? `${title}: ${empty}` : `${title}\n${tableText(rows)}`;

/** Lines under a title; nothing where there are none. */
export const sentences = (title: string, list: unknown): string => {
  const lines = list as readonly string[];
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  ${line}`)].join("\n");
};
