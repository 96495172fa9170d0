import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, rows } from "./database.ts";

export interface BesideFilter {
  readonly at: Instant;
  readonly asOf: Instant;
}

export interface FleetRow {
  readonly source: string;
  readonly provider: string;
  readonly gpu: string;
  readonly gpuRaw: string;
  readonly region: string | null;
  readonly totalGpus: number;
  readonly rentedGpus: number;
  /** When these numbers were first seen; they stand until others are. */
  readonly since: Instant;
}

/** The last word on each fleet at a market time as known at a knowledge time. */
export const readFleets = async (database: Database, { at, asOf }: BesideFilter): Promise<FleetRow[]> => {
  const found = await rows(
    database.reader,
    `select source, provider, gpu, gpu_raw, region, total_gpus, rented_gpus, epoch_ms(observed_at)::double as since
     from fleets where observed_at <= $at::timestamp and recorded_at <= $as_of::timestamp
     qualify row_number() over (
       partition by source, provider, gpu, gpu_raw, region order by observed_at desc, recorded_at desc
     ) = 1
     order by gpu, provider, gpu_raw, region`,
    { at: formatInstant(at), as_of: formatInstant(asOf) },
  );
  return found.map((row) => ({
    source: row.source as string,
    provider: row.provider as string,
    gpu: row.gpu as string,
    gpuRaw: row.gpu_raw as string,
    region: row.region as string | null,
    totalGpus: row.total_gpus as number,
    rentedGpus: row.rented_gpus as number,
    since: row.since as number,
  }));
};

export interface TokenRow {
  readonly source: string;
  readonly model: string;
  readonly host: string | null;
  readonly endpoint: string;
  readonly quantization: string | null;
  readonly contextTokens: number | null;
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
  readonly usdPerMillionCachedInput: number | null;
  readonly discount: number | null;
  readonly tokensPerSecond: number | null;
  readonly firstTokenMs: number | null;
  readonly uptime: number | null;
  readonly serving: boolean | null;
  readonly since: Instant;
}

export interface TokenFilter extends BesideFilter {
  /** Part of the model's id, whatever the case; null for all. */
  readonly model: string | null;
  readonly limit: number;
  readonly offset: number;
}

/** The last word on each token price, by model and price of output. */
export const readTokenPrices = async (
  database: Database,
  { at, asOf, model, limit, offset }: TokenFilter,
): Promise<TokenRow[]> => {
  const found = await rows(
    database.reader,
    `select * exclude (observed_at, recorded_at, pull_no), epoch_ms(observed_at)::double as since
     from token_prices
     where observed_at <= $at::timestamp and recorded_at <= $as_of::timestamp
       and ($model::varchar is null or contains(lower(model), lower($model::varchar)))
     qualify row_number() over (
       partition by source, model, host, endpoint, quantization order by observed_at desc, recorded_at desc
     ) = 1
     order by model, usd_per_million_output, endpoint limit $limit offset $offset`,
    { at: formatInstant(at), as_of: formatInstant(asOf), model, limit, offset },
  );
  return found.map((row) => ({
    source: row.source as string,
    model: row.model as string,
    host: row.host as string | null,
    endpoint: row.endpoint as string,
    quantization: row.quantization as string | null,
    contextTokens: row.context_tokens as number | null,
    usdPerMillionInput: row.usd_per_million_input as number,
    usdPerMillionOutput: row.usd_per_million_output as number,
    usdPerMillionCachedInput: row.usd_per_million_cached_input as number | null,
    discount: row.discount as number | null,
    tokensPerSecond: row.tokens_per_second as number | null,
    firstTokenMs: row.first_token_ms as number | null,
    uptime: row.uptime as number | null,
    serving: row.serving as boolean | null,
    since: row.since as number,
  }));
};
