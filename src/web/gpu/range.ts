import type { Offer } from "../api-types.ts";
import { oneOf, type Params } from "../lib/location.ts";

export const ranges = ["30d", "7d", "90d", "1y", "all"] as const;
export type Range = (typeof ranges)[number];

const day = 86_400_000;
const days: Readonly<Record<Exclude<Range, "all">, number>> = { "7d": 7, "30d": 30, "90d": 90, "1y": 365 };

export interface Window {
  readonly from: string;
  readonly to: string;
  readonly interval: "1h" | "6h" | "1d" | "1w";
  /** The newest price lies so far back that the window ends there and not now. */
  readonly past: boolean;
}

type Seen = Pick<Offer, "observed_at" | "first_seen_at">;

export const iso = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toISOString();

const intervalOf = (length: number): Window["interval"] =>
  length <= 8 * day ? "1h" : length <= 31 * day ? "6h" : length <= 1800 * day ? "1d" : "1w";

/** The span to draw: up to now where there are prices of the last 30 days, else up to the newest price. */
export const windowOf = (range: Range, offers: readonly Seen[], now: number): Window => {
  const seen = offers.flatMap(({ observed_at }) => (observed_at === null ? [] : [Date.parse(observed_at)]));
  const newest = Math.max(...seen, 0);
  const past = newest > 0 && now - newest > 30 * day;
  // To the hour, so that the address stays the same between two looks.
  const to = past ? newest + day : Math.ceil(now / 3_600_000) * 3_600_000;
  const first = Math.min(...offers.map(({ first_seen_at }) => Date.parse(first_seen_at)), to - day);
  const from = range === "all" ? first - day : to - days[range] * day;
  return { from: iso(from), to: iso(to), interval: intervalOf(to - from), past };
};

/** The span that was dragged and stands in the address; null without one that makes sense. */
export const zoomOf = ({ from = "", to = "" }: Params, now: number): Window | null => {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (!(start < end) || start >= now) return null;
  return { from: iso(start), to: iso(end), interval: intervalOf(end - start), past: end < now };
};

/** The span that the address asks for: what was dragged, else its range. */
export const spanOf = (params: Params, offers: readonly Seen[], now: number): Window =>
  zoomOf(params, now) ?? windowOf(oneOf(params.range, ranges), offers, now);
