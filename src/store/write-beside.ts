import type { Fleet } from "../domain/fleet.ts";
import type { FxRate } from "../domain/money.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import type { TokenPrice } from "../domain/token-price.ts";
import { appendRows, createStage, type StageColumn } from "./append-rows.ts";
import type { DuckDBConnection } from "./duckdb.ts";

/** The pull that brings the rows. */
interface Bringer {
  readonly source: string;
  readonly observedAt: Instant;
  readonly recordedAt: Instant;
  readonly status: string;
}

const fleetColumns: readonly StageColumn<Fleet>[] = [
  { name: "provider", type: "varchar", of: (fleet) => fleet.provider },
  { name: "gpu", type: "varchar", of: (fleet) => fleet.gpu },
  { name: "gpu_raw", type: "varchar", of: (fleet) => fleet.gpuRaw },
  { name: "region", type: "varchar", of: (fleet) => fleet.region },
  { name: "total_gpus", type: "double", of: (fleet) => fleet.totalGpus },
  { name: "rented_gpus", type: "double", of: (fleet) => fleet.rentedGpus },
];

const tokenColumns: readonly StageColumn<TokenPrice>[] = [
  { name: "model", type: "varchar", of: (price) => price.model },
  { name: "host", type: "varchar", of: (price) => price.host },
  { name: "endpoint", type: "varchar", of: (price) => price.endpoint },
  { name: "quantization", type: "varchar", of: (price) => price.quantization },
  { name: "context_tokens", type: "double", of: (price) => price.contextTokens },
  { name: "usd_per_million_input", type: "double", of: (price) => price.usdPerMillionInput },
  { name: "usd_per_million_output", type: "double", of: (price) => price.usdPerMillionOutput },
  { name: "usd_per_million_cached_input", type: "double", of: (price) => price.usdPerMillionCachedInput },
  { name: "discount", type: "double", of: (price) => price.discount },
  { name: "tokens_per_second", type: "double", of: (price) => price.tokensPerSecond },
  { name: "first_token_ms", type: "double", of: (price) => price.firstTokenMs },
  { name: "uptime", type: "double", of: (price) => price.uptime },
  { name: "serving", type: "boolean", of: (price) => price.serving },
];

/** Writes the fleets that differ from the last word on them. */
export const insertFleets = (
  connection: DuckDBConnection,
  pull: Bringer,
  pullNo: number,
  fleets: readonly Fleet[],
): Promise<void> =>
  insertChanged(connection, pull, pullNo, fleets, {
    table: "fleets",
    columns: fleetColumns,
    key: ["provider", "gpu", "gpu_raw", "region"],
  });

/** Writes the token prices that differ from the last word on them; one that a complete pull lacks serves no more. */
export const insertTokenPrices = (
  connection: DuckDBConnection,
  pull: Bringer,
  pullNo: number,
  tokens: readonly TokenPrice[],
): Promise<void> =>
  insertChanged(connection, pull, pullNo, tokens, {
    table: "token_prices",
    columns: tokenColumns,
    key: ["model", "host", "endpoint", "quantization"],
    falseWhenGone: "serving",
  });

interface Target<T> {
  readonly table: "fleets" | "token_prices";
  readonly columns: readonly StageColumn<T>[];
  readonly key: readonly string[];
  readonly falseWhenGone?: string;
}

const insertChanged = async <T>(
  connection: DuckDBConnection,
  pull: Bringer,
  pullNo: number,
  items: readonly T[],
  { table, columns, key, falseWhenGone }: Target<T>,
): Promise<void> => {
  if (items.length === 0) return;
  await createStage(connection, "stage_beside", columns);
  await appendRows(connection, "stage_beside", columns, items);
  const names = columns.map(({ name }) => name);
  const same = (left: string, of: readonly string[]): string =>
    of.map((name) => `${left}.${name} is not distinct from stage_beside.${name}`).join(" and ");
  const latest = names
    .filter((name) => !key.includes(name))
    .map((name) => `arg_max_null(${name}, (observed_at, recorded_at)) as ${name}`);
  const known = `(select ${[...key, ...latest].join(", ")} from ${table} where source = $source group by ${key.join(", ")}) as known`;
  const into = `insert into ${table} (source, ${names.join(", ")}, observed_at, recorded_at, pull_no)`;
  const from = "$observedAt::timestamp, $recordedAt::timestamp, $pullNo";
  const values = {
    source: pull.source,
    observedAt: formatInstant(pull.observedAt),
    recordedAt: formatInstant(pull.recordedAt),
    pullNo,
  };
  if (falseWhenGone !== undefined && pull.status === "complete") {
    const gone = names.map((name) => (name === falseWhenGone ? "false" : `known.${name}`)).join(", ");
    await connection.run(
      `${into} select $source, ${gone}, ${from} from ${known}
       where known.${falseWhenGone} is distinct from false
         and not exists (select 1 from stage_beside where ${same("known", key)})`,
      values,
    );
  }
  await connection.run(
    `${into} select $source, ${names.join(", ")}, ${from}
     from (select distinct on (${key.join(", ")}) * from stage_beside) as stage_beside
     where not exists (select 1 from ${known} where ${same("known", names)})`,
    values,
  );
  await connection.run("drop table stage_beside");
};

/** Writes rates that differ from the last known one of their day and currency. */
export const insertRates = async (
  connection: DuckDBConnection,
  rates: readonly FxRate[],
  recordedAt: Instant,
): Promise<void> => {
  if (rates.length === 0) return;
  const columns: StageColumn<FxRate>[] = [
    { name: "date", type: "varchar", of: (rate) => rate.date },
    { name: "currency", type: "varchar", of: (rate) => rate.currency },
    { name: "per_euro", type: "double", of: (rate) => rate.perEuro },
  ];
  await createStage(connection, "stage_rates", columns);
  await appendRows(connection, "stage_rates", columns, rates);
  await connection.run(
    `insert into fx_rates
     select date::date, currency, per_euro, $recordedAt::timestamp from stage_rates
     anti join (select date, currency, arg_max(per_euro, recorded_at) as per_euro from fx_rates group by date, currency) as known
       on known.date = stage_rates.date::date and known.currency = stage_rates.currency and known.per_euro = stage_rates.per_euro`,
    { recordedAt: formatInstant(recordedAt) },
  );
  await connection.run("drop table stage_rates");
};
