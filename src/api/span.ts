import { day, hour, type Instant, parseInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";

export const intervals = ["tick", "1h", "6h", "1d", "1w"] as const;
export type Interval = (typeof intervals)[number];

const lengths: Record<Exclude<Interval, "tick">, number> = {
  "1h": hour,
  "6h": 6 * hour,
  "1d": day,
  "1w": 7 * day,
};

/** A span with bucket ends at whole intervals (UTC), the last one at or before `to`. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
  readonly first: Instant;
  readonly step: number;
  readonly interval: Interval;
}

const mostBuckets = 10_000;
const weekOffset = 4 * day;

/** Reads from, to and interval; default the last `days` days by the day. Throws `bad_input` naming the field. */
export const spanOf = (
  query: { readonly from?: string; readonly to?: string; readonly interval?: Interval },
  now: Instant,
  days: number,
): Span => {
  const to = query.to === undefined ? now : Math.min(parseInstant(query.to, "to"), now);
  const from = query.from === undefined ? to - days * day : parseInstant(query.from, "from");
  if (from >= to) throw badInput("from", `must be before to (${query.to ?? "now"})`);
  const interval = query.interval ?? (to - from <= 3 * day ? "1h" : to - from <= 31 * day ? "6h" : "1d");
  const step = interval === "tick" ? day : lengths[interval];
  const offset = interval === "1w" ? weekOffset : 0;
  const first = Math.ceil((from - offset + 1) / step) * step + offset;
  if (interval !== "tick" && (to - first) / step > mostBuckets) {
    throw badInput(
      "interval",
      `${interval} makes more than ${mostBuckets} buckets; take a longer interval or a shorter span`,
    );
  }
  return { from, to, first, step, interval };
};
