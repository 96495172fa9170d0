import { readPlaceOf, readRecordEnd } from "../store/read-record-chain.ts";
import type { RecordHead } from "../store/record-chain.ts";
import type { SeriesTools } from "./index-series.ts";

export const endWhys = ["end_missing", "head_differs", "head_unknown"] as const;

export interface VerifiedEnd {
  /** The last record; who notes its hash can tell later whether the record up to here is still what it was. */
  readonly head: RecordHead | null;
  /** The record with the hash that somebody noted; null where none was given or there is none. */
  readonly known: RecordHead | null;
  readonly verdict: "MATCH" | "MISMATCH";
  /**
   * `end_missing`: fewer records than were written; `head_differs`: another last record than was written;
   * `head_unknown`: no record has the hash that was noted.
   */
  readonly why: (typeof endWhys)[number] | null;
}

/** Whether the record ends where it was last written, and holds the record with the hash that somebody noted. */
export const verifyEnd = async (
  { tape }: Pick<SeriesTools, "tape">,
  noted: string | null,
): Promise<VerifiedEnd> => {
  const { last, noted: written } = await readRecordEnd(tape.database);
  const place = noted === null ? null : await readPlaceOf(tape.database, noted);
  const known = noted === null || place === null ? null : { seq: place, hash: noted };
  const why = faultOfEnd(last, written) ?? (noted !== null && known === null ? "head_unknown" : null);
  return { head: last, known, verdict: why === null ? "MATCH" : "MISMATCH", why };
};

const faultOfEnd = (last: RecordHead | null, written: RecordHead | null): VerifiedEnd["why"] => {
  if ((last?.seq ?? 0) < (written?.seq ?? 0)) return "end_missing";
  return last?.seq === written?.seq && last?.hash === written?.hash ? null : "head_differs";
};
