import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { OfferDraft } from "../domain/offer.ts";
import type { Purchase, Tier } from "../domain/purchase.ts";

/** Identity parts that a file may bring beside the common ones; each is empty where the file lacks it. */
const extras = ["kind", "scope", "socket", "sku_ordinal"] as const;

/** A column by a name that any file may give it. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const text = (columns: ReadonlySet<string>, name: string): string =>
  columns.has(name) ? `cast(${quoted(name)} as varchar)` : "null::varchar";
const number = (columns: ReadonlySet<string>, name: string): string =>
  columns.has(name) ? `try_cast(${name} as double)` : "null::double";

/** A price that can be compared: blank and NaN are absence. */
const price = (columns: ReadonlySet<string>, name: string): string =>
  columns.has(name) ? `nullif(try_cast(${name} as double), 'nan'::double)` : "null::double";

/** A number that can be asked for a GPU; anything else is a reject or absence. */
const isPrice = (column: string): string => `(${column} > 0 and ${column} < 'inf'::double)`;

/** A count of GPUs; what is none (NaN, below zero) is not told. */
const freeGpus = (columns: ReadonlySet<string>, name: string): string =>
  columns.has(name)
    ? `case when try_cast(${name} as double) >= 0 then try_cast(try_cast(${name} as double) as integer) end`
    : "null::integer";

/** A price that is there but is no number. */
const inWords = (columns: ReadonlySet<string>, name: string): string =>
  columns.has(name) ? `(${name} is not null and try_cast(${name} as double) is null)` : "false";

/** The file as a view with every column import knows, whatever the file has. */
export const sourceView = (
  reader: string,
  columns: ReadonlySet<string>,
  options: { key?: readonly string[]; perGpu?: boolean },
): string => {
  const gpus = columns.has("gpu_count") ? number(columns, "gpu_count") : "1::double";
  // A price per GPU needs no count to be read; a count that is not told is one card.
  const gpuCount = options.perGpu ? `coalesce(${gpus}, 1)` : gpus;
  const key = options.key
    ? `concat_ws('/', ${options.key.map((name) => `coalesce(${text(columns, name)}, '')`).join(", ")})`
    : `coalesce(${text(columns, "offer_id")}, ${text(columns, "instance_type")}, '')`;
  return `create or replace temp view imp_src as select *,
    t is not null and provider is not null and gpu_name is not null and kind is distinct from 'serverless' as usable
  from (select
    try_cast(observed_at as timestamptz)::timestamp as t,
    ${columns.has("recorded_at") ? "try_cast(recorded_at as timestamptz)::timestamp" : "null::timestamp"} as recorded,
    ${text(columns, "provider")} as provider,
    ${columns.has("source") ? "coalesce(split_part(cast(source as varchar), '@', 1), '')" : "''"} as dataset,
    ${options.key ? "null::varchar" : text(columns, "machine_id")} as machine_id,
    ${key} as own_id,
    ${text(columns, "instance_type")} as instance_type,
    ${text(columns, "gpu_name")} as gpu_name,
    ${gpuCount} as gpu_count,
    ${text(columns, "region")} as region,
    ${text(columns, "zone")} as zone,
    ${extras.map((name) => `${text(columns, name)} as ${name}`).join(", ")},
    ${number(columns, "vcpus")} as vcpus,
    ${number(columns, "memory_gib")} as memory_gib,
    ${number(columns, "vram_gib")} as vram_gib,
    ${price(columns, "price_usd_hour")} as price,
    ${price(columns, "spot_price_usd_hour")} as spot_price,
    ${freeGpus(columns, "available_count")} as available_count,
    ${inWords(columns, "price_usd_hour")} or ${inWords(columns, "spot_price_usd_hour")} as in_words
    from ${reader})`;
};

/** What decides that two rows are the same listing. instance_type is there to find the GPU where own_id is not it. */
const identity = ["provider", "machine_id", "own_id", "gpu_name", "gpu_count", "region", "zone", ...extras];

export const identities = `
create or replace temp table imp_ident as
select row_number() over ()::integer as ident_no, * from (
  select ${identity.join(", ")}, min(dataset) as dataset, any_value(instance_type) as instance_type,
    max(vram_gib) as vram_gib, max(vcpus) as vcpus, max(memory_gib) as memory_gib,
    min(t) as first_t, bool_or(${isPrice("price")}) as has_price, bool_or(${isPrice("spot_price")}) as has_spot
  from imp_src where usable group by ${identity.join(", ")}
)`;

export const identityColumns = [
  "ident_no",
  ...identity,
  "dataset",
  "instance_type",
  "vram_gib",
  "vcpus",
  "memory_gib",
  "first_at",
  "has_price",
  "has_spot",
];

export const readIdentities = `select ident_no, ${identity.join(", ")}, dataset, instance_type, vram_gib, vcpus, memory_gib,
  epoch_ms(first_t)::double as first_at, has_price, has_spot from imp_ident order by ident_no`;

const purchaseOf = (kind: string | null, column: number): Purchase =>
  kind === "on-demand" || kind === "secure" || kind === "community"
    ? "on_demand"
    : kind === "reserved"
      ? "reserved"
      : column === 1 || kind === "spot"
        ? "spot"
        : "on_demand";

const tierOf = (kind: string | null): Tier | null =>
  kind === "secure" || kind === "community" ? kind : null;

/** The draft behind an identity; its price is a stand-in, since prices follow as observations. */
export const toDraft = (
  row: Readonly<Record<string, DuckDBValue>>,
  column: number,
  { perGpu, cap }: { readonly perGpu?: boolean; readonly cap?: number },
): OfferDraft => {
  const kind = row.kind as string | null;
  const parts = [row.own_id, ...extras.map((name) => row[name])].map((part) => part ?? "");
  const gpuCount = row.gpu_count as number;
  return {
    provider: row.provider as string,
    offerId: parts.join("/").replace(/\/+$/, "") || "-",
    machineId: row.machine_id as string | null,
    gpuRaw: row.gpu_name as string,
    instanceType: row.instance_type as string | null,
    vramGib: row.vram_gib as number | null,
    gpuCount,
    purchase: purchaseOf(kind, column),
    tier: tierOf(kind),
    priceRaw: 1,
    pricePerGpuHour: 1,
    unitRaw: perGpu ? "USD per GPU-hour" : "USD per instance-hour",
    currency: "USD",
    includes: { cpuCores: row.vcpus as number | null, ramGib: row.memory_gib as number | null },
    region: row.region as string | null,
    zone: row.zone as string | null,
    ...(cap === undefined ? {} : { scope: row.gpu_name as string }),
  };
};

const sameIdentity = identity
  .map((name) => `imp_src.${name} is not distinct from imp_ident.${name}`)
  .join(" and ");

const observationsOf = (column: string, purchase: number, perGpu: boolean): string => `
select listing_no, ord, ${perGpu ? column : `${column} / imp_src.gpu_count`} as usd, ${column} as raw,
  imp_src.available_count as avail,
  case when ${perGpu ? column : `${column} / imp_src.gpu_count`} between imp_named.low and imp_named.high then '' else 'price_band' end as flags
from imp_src
join imp_ident on ${sameIdentity}
join imp_named on imp_named.ident_no = imp_ident.ident_no and imp_named.purchase = ${purchase}
join imp_source on imp_source.provider = imp_src.provider and imp_source.dataset = imp_src.dataset
join stage_pulls on stage_pulls.source = imp_source.source and stage_pulls.t = imp_src.t
where imp_src.usable and ${isPrice(column)}`;

/** One row an observed price; rows of one listing in one pull are told apart by dropDuplicates. */
export const observations = (perGpu: boolean): string =>
  `create or replace temp table stage_obs as ${observationsOf("price", 0, perGpu)} union all ${observationsOf("spot_price", 1, perGpu)}`;

export const countDuplicates =
  "select count(*) - count(distinct listing_no::bigint * 2147483648 + ord) as n from stage_obs";

/** Of several rows of one listing in one pull the cheapest stays. */
export const dropDuplicates = `
create or replace temp table stage_obs as
select listing_no, ord, min(usd) as usd, min(raw) as raw,
  arg_min_null(avail, raw) as avail, arg_min_null(flags, raw) as flags
from stage_obs group by listing_no, ord`;

const refusals = `
select case
    when t is null then 'bad_time' when provider is null then 'no_provider' when gpu_name is null then 'no_gpu_name'
    when kind = 'serverless' then 'serverless' else 'bad_price' end as reason,
  to_json(imp_src)::varchar as raw
from imp_src
where not usable or in_words or price <= 0 or price = 'inf'::double or spot_price <= 0 or spot_price = 'inf'::double
union all
select imp_refused.reason, to_json(imp_ident)::varchar from imp_refused join imp_ident using (ident_no)`;

export const countRejects = `select reason, count(*) as n from (${refusals}) group by reason order by reason`;

/** Rejects hang on the file's first pull; a second run of the file adds none. */
export const insertRejects = `
insert into rejects
select (select min(pull_no) from stage_pulls), reason, raw from (${refusals})
where exists (select 1 from pulls join stage_pulls using (pull_no))`;

export const dropImport = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run("drop view if exists imp_src");
  for (const table of ["imp_ident", "imp_named", "imp_refused", "imp_source"]) {
    await connection.run(`drop table if exists ${table}`);
  }
};
