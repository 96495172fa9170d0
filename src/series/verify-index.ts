import { breathe } from "../breathe.ts";
import { presentVersion } from "../models/headline-rules.ts";
import { type PriceMethod, valueOfReceipts } from "../models/index/index-value.ts";
import { parseReceipts, receiptsDigest } from "../models/index/receipts.ts";
import type { PublishedValue } from "../store/index-record.ts";
import { type RecordFilter, readReceipts } from "../store/read-index-record.ts";
import {
  type PlacedRecord,
  readRecordPart,
  readRecordParts,
  readUnplaced,
} from "../store/read-record-chain.ts";
import { recordHash } from "../store/record-chain.ts";
import { sha256 } from "../store/sha256.ts";
import type { Tape } from "../store/tape.ts";
import type { SeriesTools } from "./index-series.ts";
import { versionOf } from "./methodology.ts";

export const verdicts = ["MATCH", "MISMATCH"] as const;

export const whys = [
  "receipts_missing",
  "digest_differs",
  "value_differs",
  "record_differs",
  "not_chained",
  "repeated",
  "records_missing",
  "link_differs",
] as const;

export interface Verified extends PlacedRecord {
  /** What the receipts give. */
  readonly recomputed: number | null;
  /** `MATCH`: the receipts have their digest and give the value, the record its hash and its place. */
  readonly verdict: (typeof verdicts)[number];
  readonly why: (typeof whys)[number] | null;
}

/** What was verified at once: of the records up to a place. */
export interface VerifiedPart {
  readonly values: readonly Verified[];
  readonly to: number;
  readonly isLast: boolean;
}

/** Which part of the record is gone through; default all of it, 5,000 records at once. */
export interface Walk {
  readonly after?: number | undefined;
  readonly atOnce?: number | undefined;
}

/**
 * Verifies published values in the order of the record: each from its receipts and nothing else, the hash of each
 * record from what it says, and the place of each in the chain. A filter says which; records whose place or link is
 * wrong are among them all the same.
 */
export async function* verifyIndex(
  { tape }: SeriesTools,
  filter: RecordFilter,
  { after, atOnce = 5000 }: Walk = {},
): AsyncGenerator<VerifiedPart> {
  const { database } = tape;
  const unplaced = after === undefined ? await readUnplaced(database) : [];
  const parts = await readRecordParts(database, atOnce, after);
  if (parts.length === 0) yield { values: await verifyValues(tape, unplaced), to: after ?? 0, isLast: true };
  for (const [i, part] of parts.entries()) {
    const found = await readRecordPart(database, part, filter);
    const values = await verifyValues(tape, i === 0 ? [...unplaced, ...found] : found);
    yield { values, to: part.to, isLast: i === parts.length - 1 };
  }
}

const verifyValues = async ({ database }: Tape, values: readonly PlacedRecord[]): Promise<Verified[]> => {
  const receipts = await readReceipts(
    database,
    values.map(({ digest }) => digest),
  );
  const known = new Map<string, Again | null>();
  const verified: Verified[] = [];
  for (const value of values) {
    const key = `${value.method} ${value.methodology} ${value.digest}`;
    if (!known.has(key)) {
      known.set(key, recompute(value, receipts.get(value.digest)));
      await breathe();
    }
    const again = known.get(key)!;
    const why = faultOfValue(value, again) ?? faultOfRecord(value);
    const verdict = why === null ? "MATCH" : "MISMATCH";
    verified.push({ ...value, recomputed: again?.recomputed ?? null, verdict, why });
  }
  return verified;
};

interface Again {
  readonly recomputed: number | null;
  readonly digest: string;
}

/** By the version it says it was published under; one that is not known is a record that was changed. */
const recompute = ({ method, methodology }: PublishedValue, text: string | undefined): Again | null => {
  if (text === undefined) return null;
  const receipts = parseReceipts(text);
  const version = versionOf(methodology) ?? presentVersion;
  const recomputed = valueOfReceipts(method as PriceMethod, receipts, version);
  return { recomputed, digest: receiptsDigest(receipts, sha256) };
};

const closeTo = 1e-9;

const faultOfValue = ({ value, digest }: PublishedValue, again: Again | null): Verified["why"] => {
  if (again === null) return "receipts_missing";
  if (again.digest !== digest) return "digest_differs";
  const { recomputed } = again;
  const isSame =
    value === null || recomputed === null
      ? value === recomputed
      : Math.abs(recomputed - value) <= closeTo * Math.abs(value);
  return isSame ? null : "value_differs";
};

const faultOfRecord = (record: PlacedRecord): Verified["why"] => {
  const { seq, hash, previous, before } = record;
  if (hash === null || seq === 0) return "not_chained";
  if (recordHash(record) !== hash) return "record_differs";
  if (seq === before?.seq) return "repeated";
  if (seq !== (before?.seq ?? 0) + 1) return "records_missing";
  return previous === (before?.hash ?? null) ? null : "link_differs";
};
