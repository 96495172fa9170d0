import { createHash } from "node:crypto";
import { breathe } from "../breathe.ts";
import { day } from "../domain/time.ts";
import { type PriceMethod, valueOfReceipts } from "../models/index/index-value.ts";
import { parseReceipts, receiptsDigest } from "../models/index/receipts.ts";
import type { PublishedValue } from "../store/index-record.ts";
import {
  type RecordFilter,
  readIndexValues,
  readReceipts,
  readRecordSpan,
} from "../store/read-index-record.ts";
import type { Tape } from "../store/tape.ts";
import type { SeriesTools } from "./index-series.ts";

/** The hash of receipts, hexadecimal. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export interface Verified extends PublishedValue {
  /** What the receipts give. */
  readonly recomputed: number | null;
  /** `MATCH`: the receipts have their digest and give the value. */
  readonly verdict: "MATCH" | "MISMATCH";
  readonly why: "receipts_missing" | "digest_differs" | "value_differs" | null;
}

/**
 * Computes published values again from their receipts and nothing else, all of them unless the filter says which, a
 * day of them at a time.
 */
export async function* verifyIndex({ tape }: SeriesTools, filter: RecordFilter): AsyncGenerator<Verified[]> {
  const span = await readRecordSpan(tape.database);
  if (span === null) return;
  const to = Math.min(filter.to ?? span.at, span.at);
  for (let from = Math.max(filter.from ?? span.first, span.first); from <= to; from += day) {
    const hours = { from, to: Math.min(to, from + day - 1) };
    yield await verifyValues(tape, await readIndexValues(tape.database, { ...filter, ...hours }));
  }
}

const verifyValues = async ({ database }: Tape, values: readonly PublishedValue[]): Promise<Verified[]> => {
  const receipts = await readReceipts(
    database,
    values.map(({ digest }) => digest),
  );
  const known = new Map<string, { recomputed: number | null; digest: string } | null>();
  const verified: Verified[] = [];
  for (const value of values) {
    const key = `${value.method} ${value.digest}`;
    if (!known.has(key)) {
      known.set(key, recompute(value, receipts.get(value.digest)));
      await breathe();
    }
    const why = faultOf(value, known.get(key)!);
    const recomputed = known.get(key)?.recomputed ?? null;
    verified.push({ ...value, recomputed, verdict: why === null ? "MATCH" : "MISMATCH", why });
  }
  return verified;
};

const recompute = ({ method }: PublishedValue, text: string | undefined) => {
  if (text === undefined) return null;
  const receipts = parseReceipts(text);
  const recomputed = valueOfReceipts(method as PriceMethod, receipts);
  return { recomputed, digest: receiptsDigest(receipts, sha256) };
};

const closeTo = 1e-9;

const faultOf = (
  { value, digest }: PublishedValue,
  again: { readonly recomputed: number | null; readonly digest: string } | null,
): Verified["why"] => {
  if (again === null) return "receipts_missing";
  if (again.digest !== digest) return "digest_differs";
  const { recomputed } = again;
  const isSame =
    value === null || recomputed === null
      ? value === recomputed
      : Math.abs(recomputed - value) <= closeTo * Math.abs(value);
  return isSame ? null : "value_differs";
};
