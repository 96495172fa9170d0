import { purchases, tiers } from "../domain/purchase.ts";
import { type TSchema, Type } from "../typebox.ts";

/** A string or null. Type arrays, not unions: the serialiser is several times faster on them. */
export const text = (description?: string) =>
  Type.Unsafe<string | null>({ type: ["string", "null"], ...described(description) });
export const number = (description?: string) =>
  Type.Unsafe<number | null>({ type: ["number", "null"], ...described(description) });
export const flag = (description?: string) =>
  Type.Unsafe<boolean | null>({ type: ["boolean", "null"], ...described(description) });

const described = (description?: string) => (description === undefined ? {} : { description });

export const oneOf = <const T extends readonly string[]>(values: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: "string", enum: [...values], ...described(description) });

/** Times as `parseInstant` reads them; which days a month has and what lies ahead is for it alone to say. */
export const timePattern =
  "^(19[7-9]\\d|[2-9]\\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])([Tt ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?([Zz]|[+-]([01]\\d|2[0-3]):?[0-5]\\d)?)?$";

export const time = (description = "RFC 3339, UTC") => Type.String({ pattern: timePattern, description });
export const purchase = oneOf(purchases);
export const tier = oneOf(tiers);

/** `at` and `as_of`, which every read takes. */
export const timesQuery = {
  at: Type.Optional(time("Market time; default now")),
  as_of: Type.Optional(time("Knowledge time; default now")),
};

/** Where the record of a series changes its methodology. */
export const methodologyChange = Type.Object(
  { last_at: time("The last instant under `from`"), from: Type.String(), to: Type.String() },
  { description: "An index whose record holds values of an earlier version: up to where, and of which" },
);

export const metaSchema = Type.Object({
  at: time("Market time of the answer"),
  as_of: time("Knowledge time of the answer"),
  data_age_s: number("Age in seconds of the oldest input that decided the answer"),
  completeness: number("Share of the cell's GPUs whose source's latest pull is complete and fresh, 0 to 1"),
  sources: Type.Array(
    Type.Object({
      source: Type.String(),
      status: oneOf(["ok", "stale", "failing", "disabled"]),
      age_s: number(),
    }),
  ),
  methodology: Type.String(),
  methodology_change: Type.Optional(methodologyChange),
  next_cursor: Type.Optional(text("Pass as `cursor` for the next page; null on the last")),
  series_id: Type.Optional(Type.String({ description: "/v1/prices: what was asked, in full" })),
  purchase: Type.Optional(text("/v1/prices: the terms of the series, on_demand unless asked; null: any")),
  book_version: Type.Optional(Type.Integer()),
  simulated: Type.Optional(Type.Boolean()),
});

/** The envelope of every answer. */
export const answer = <T extends TSchema>(data: T) => Type.Object({ data, meta: metaSchema });

export const problemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  instance: Type.String(),
  errors: Type.Array(
    Type.Object({
      field: Type.String(),
      message: Type.String(),
      allowed: Type.Optional(Type.Array(Type.String())),
    }),
  ),
  retry_after_s: Type.Optional(Type.Number()),
  details: Type.Optional(Type.Unknown()),
});

export const problems = { "4xx": problemSchema, "5xx": problemSchema };

export const countryCode = Type.String({ minLength: 1, description: "ISO 3166-1 alpha-2" });
/** Whose price of power counts where a request names no country. */
export const defaultCountry = "US";
