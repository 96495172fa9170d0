import { canonicalJson, type Json } from "../domain/canonical-json.ts";
import { formatInstant } from "../domain/time.ts";
import type { PublishedValue } from "./index-record.ts";
import { sha256 } from "./sha256.ts";

/** The place of a record in the order in which values were published. */
export interface ChainLink {
  /** 1, 2, 3 and so on over the whole record. */
  readonly seq: number;
  /** Hash of the record before; null for the first. */
  readonly previous: string | null;
  readonly hash: string;
}

/** The end of a chain: how many records there are, and the hash of the last. */
export interface RecordHead {
  readonly seq: number;
  readonly hash: string;
}

export type ChainedValue = PublishedValue & ChainLink;

/** A record in the names it is served and hashed with: everything that its hash binds. */
export const servedRecord = (value: PublishedValue & Omit<ChainLink, "hash">) => ({
  seq: value.seq,
  previous: value.previous,
  gpu: value.gpu,
  purchase: value.purchase,
  method: value.method,
  methodology: value.methodology,
  at: formatInstant(value.at),
  vintage: value.vintage,
  value: value.value,
  low: value.low,
  high: value.high,
  reason: value.reason,
  n_providers: value.nProviders,
  n_listings: value.nListings,
  n_machines: value.nMachines,
  hhi: value.hhi,
  top_provider_share: value.topProviderShare,
  excluded: JSON.parse(value.excluded) as Record<string, number>,
  digest: value.digest,
  published_at: formatInstant(value.recordedAt),
});

/** The hash of a record: SHA-256 of its served fields as canonical JSON (RFC 8785). */
export const recordHash = (value: PublishedValue & Omit<ChainLink, "hash">): string =>
  sha256(canonicalJson(servedRecord(value) as Json));

/** The links of values that are published after `head`, in their order. None: none. */
export const linksAfter = (head: RecordHead | null, values: readonly PublishedValue[]): ChainLink[] => {
  let [seq, previous] = [head?.seq ?? 0, head?.hash ?? null];
  return values.map((value) => {
    const place = { seq: ++seq, previous };
    const hash = recordHash({ ...value, ...place });
    previous = hash;
    return { ...place, hash };
  });
};
