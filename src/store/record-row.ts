import type { Purchase } from "../domain/purchase.ts";
import type { Row } from "./database.ts";
import type { Vintage } from "./index-record.ts";
import type { ChainedValue } from "./record-chain.ts";

/** What `recordOf` reads of `index_values`. */
export const recordColumns =
  "*, epoch_ms(observed_at)::double as at_ms, epoch_ms(recorded_at)::double as recorded_ms, excluded::varchar as excluded_text";

/** A row of `index_values` as a record. */
export const recordOf = (row: Row): ChainedValue => ({
  seq: row.seq as number,
  previous: row.previous as string | null,
  hash: row.hash as string,
  gpu: row.gpu as string,
  purchase: row.purchase as Purchase,
  method: row.method as string,
  at: row.at_ms as number,
  vintage: row.vintage as Vintage,
  value: row.value as number | null,
  low: row.low as number | null,
  high: row.high as number | null,
  reason: row.reason as string | null,
  nProviders: row.n_providers as number,
  nListings: row.n_listings as number,
  nMachines: row.n_machines as number,
  hhi: row.hhi as number | null,
  topProviderShare: row.top_provider_share as number | null,
  excluded: row.excluded_text as string,
  methodology: row.methodology as string,
  digest: row.digest as string,
  recordedAt: row.recorded_ms as number,
});
