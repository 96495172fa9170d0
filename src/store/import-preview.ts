import { type Database, rows } from "./database.ts";

/** What an import understood, read from a tape that holds it and nothing else. */
export interface ImportPreview {
  /** GPUs as the files write them, what they are, and how many listings have them. */
  readonly gpus: readonly { readonly gpu_raw: string; readonly gpu: string; readonly listings: number }[];
  /** The first listings of the files, as they would be listed with their first price. */
  readonly first_rows: readonly Readonly<Record<string, unknown>>[];
  /** Refused rows by reason, each with the first of them as it was read. */
  readonly examples: readonly { readonly reason: string; readonly rows: number; readonly raw: string }[];
}

const gpus = `
select gpu_raw, gpu, count(*)::integer as listings from listings group by gpu_raw, gpu
order by starts_with(gpu, 'unknown:') desc, listings desc, gpu_raw`;

const firstRows = `
select strftime(ticks.observed_at, '%Y-%m-%dT%H:%M:%SZ') as observed_at, provider, gpu, gpu_count as gpus, purchase, tier,
  region, country, usd_per_gpu_hour, price_raw, unit_raw, available_gpus,
  concat_ws(',', nullif(listings.flags, ''), nullif(ticks.flags, '')) as flags
from ticks join listings using (listing_no) where state = 'live'
qualify row_number() over (partition by listing_no order by ticks.observed_at) = 1
order by listing_no limit $most`;

const examples = `
select reason, count(*)::integer as rows, arg_min(raw, pull_no) as raw from rejects group by reason order by rows desc, reason`;

/** Reads the preview; `most` limits the first rows. A tape without rows gives empty lists. */
export const readPreview = async ({ writer }: Database, most: number): Promise<ImportPreview> => ({
  gpus: (await rows(writer, gpus)) as unknown as ImportPreview["gpus"],
  first_rows: await rows(writer, firstRows, { most }),
  examples: (await rows(writer, examples)) as unknown as ImportPreview["examples"],
});
