import { AppError, badInput } from "../errors.ts";

/** Milliseconds since the epoch, UTC. All times inside the program are of this type. */
export type Instant = number;

/** The clock is an argument everywhere; only main.ts passes the real one. */
export type Clock = () => Instant;

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Hours that venues and this program count to a month: a twelfth of a year of 365 days. */
export const hoursAMonth = 730;

const rfc3339 = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Years outside these have no form that every reader of RFC 3339 takes, the database included. */
const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Date.parse reads 30 February as 2 March. */
const isOfCalendar = (date: string): boolean => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);

/**
 * Reads an RFC 3339 date or date-time of the years 1970 to 9999; without an offset it is UTC.
 * Throws `bad_input` naming `field` for anything else, words such as "yesterday" included.
 */
export const parseInstant = (text: string, field: string): Instant => {
  if (!rfc3339.test(text))
    throw badInput(field, `"${text}" is not a time; write it like 2026-08-07T06:00:00Z`);
  const withTime = text.length === 10 ? `${text}T00:00:00` : text.replace(" ", "T");
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(withTime) ? withTime : `${withTime}Z`;
  const instant = Date.parse(zoned);
  if (Number.isNaN(instant) || !isOfCalendar(text.slice(0, 10)))
    throw badInput(field, `"${text}" is not a day of the calendar or a time of the clock`);
  if (instant < 0 || instant > endOfTime)
    throw badInput(field, `"${text}" lies outside the years 1970 to 9999`);
  return instant;
};

/** RFC 3339 in UTC; whole seconds are written without a fraction. */
export const formatInstant = (instant: Instant): string => {
  if (!Number.isFinite(instant)) throw new AppError("internal", `${instant} is not an instant`);
  return new Date(instant).toISOString().replace(".000Z", "Z");
};

/** The UTC calendar day of an instant, YYYY-MM-DD. */
export const dayOf = (instant: Instant): string => new Date(instant).toISOString().slice(0, 10);
