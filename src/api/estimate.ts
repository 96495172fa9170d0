import { type Estimate, refused } from "../models/statistics/estimate.ts";
import { Type } from "../typebox.ts";
import { number, text } from "./schema.ts";

/** A number with its 95 % interval; where it is null a reason says why. */
export const estimateFields = {
  value: number("Null with a reason"),
  se: number("Standard error, where the interval comes from one"),
  low: number("Of the 95 % interval; null: open on that side"),
  high: number(),
  n: Type.Integer({ description: "Observations behind it" }),
  reason: text("Why there is no value"),
};

export const estimateSchema = (description: string) => Type.Object(estimateFields, { description });

export const estimateRow = ({ value, standardError, low, high, n, reason }: Estimate) => ({
  value,
  se: standardError,
  low,
  high,
  n,
  reason: value === null ? reason : null,
});

/** No value, and why. */
export const refusedOf = (reason: string) => estimateRow(refused(reason, 0));
