import { Type } from "../typebox.ts";
import { number, oneOf, text } from "./schema.ts";

/** A source as /v1/providers tells it. */
export const sourceSchema = Type.Object({
  source: Type.String(),
  provider: text("Who it speaks for; null where its rows name their own"),
  name: Type.String(),
  kind: Type.String(),
  docs_url: text(),
  enabled: Type.Boolean(),
  why_disabled: text(),
  experimental: Type.Boolean(),
  legal_note: text(),
  needs: Type.Array(Type.String(), { description: "Keys without which it is off" }),
  wants: Type.Array(Type.String(), { description: "Keys that widen what it sees" }),
  every_minutes: Type.Number(),
  status: oneOf(["ok", "stale", "failing", "disabled", "waiting"]),
  breaker_open: Type.Boolean({ description: "Tried less often after repeated failures" }),
  last_pull_at: text(),
  last_ok_at: text(),
  data_at: text("Market time of what it last saw"),
  age_s: number("Seconds since data_at"),
  next_pull_at: text(),
  completeness: text("Of the last pull: complete, truncated, partial, empty or failed"),
  offers: number("Rows of the last pull"),
  live: Type.Integer({ description: "Its listings in the book" }),
  rejected: number("Rows of the last pull that failed a check"),
  rows_seen: number(
    "Rows of the last pull in all: offers, rejected, dropped, and rates, fleets and token prices",
  ),
  dropped: Type.Union([Type.Record(Type.String(), Type.Integer()), Type.Null()], {
    description: "Rows of the last pull that a rule of the source left out, by its name",
  }),
  unknown_gpus: number("GPU names of the last pull that nobody knows"),
  truncated: Type.Boolean(),
  error: text("What went wrong, or what the last pull could not see"),
});
