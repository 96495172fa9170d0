import { vintages } from "../store/index-record.ts";
import { Type } from "../typebox.ts";
import { number, oneOf, purchase, text, time } from "./schema.ts";

/** A published value as it is served: all that its hash binds, and the hash. */
export const recordSchema = Type.Object({
  seq: Type.Integer({ description: "Place in the order of publication over all GPUs, from 1" }),
  previous: text("Hash of the record before; null for the first"),
  hash: Type.String({
    description:
      "SHA-256 of the other fields of the record (seq to published_at) as one object in canonical JSON (RFC 8785)",
  }),
  gpu: Type.String(),
  purchase,
  method: Type.String(),
  methodology: Type.String({ description: "Method and version it was published under" }),
  at: time(),
  vintage: oneOf(vintages),
  value: number("USD per GPU-hour"),
  low: number(),
  high: number(),
  reason: text(),
  n_providers: Type.Integer(),
  n_listings: Type.Integer(),
  n_machines: Type.Integer(),
  hhi: number(),
  top_provider_share: number(),
  excluded: Type.Record(Type.String(), Type.Integer(), { description: "Listings left out, by reason" }),
  digest: Type.String({ description: "Of the receipts" }),
  published_at: time(),
});
