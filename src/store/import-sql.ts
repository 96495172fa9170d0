import type { Cell, FileGroup } from "./import-cells.ts";
import type { ColumnReading, Ours } from "./import-columns.ts";
import type { ImportOptions } from "./import-contract.ts";

/** Files of the same columns and what their columns mean. */
export interface ReadGroup {
  readonly group: FileGroup;
  readonly reading: ColumnReading;
}

/** Identity parts that a file may bring beside the common ones; each is empty where the file lacks it. */
export const extras = ["kind", "scope", "socket", "sku_ordinal"] as const;

/** Scopes of rows that are made of the offers beside them. */
const derivedScopes = ["market", "config", "aggregate", "statistics", "summary"];

/** A number that can be asked for a GPU; anything else is a reject or absence. */
export const isPrice = (column: string): string => `(${column} > 0 and ${column} < 'inf'::double)`;

/** A cell as text; blank is null. Those of a text file are clean already. */
const textOf = ({ sql, type }: Cell): string => {
  if (type === "TEXT") return sql;
  return type === "VARCHAR" ? `nullif(${sql}, '')` : `cast(${sql} as varchar)`;
};

/** A time: as a calendar writes it, in any zone, UTC where it names none; or seconds or milliseconds since 1970. */
const timeOf = (cell: Cell): string => {
  if (/^(TIMESTAMP|DATE)/.test(cell.type)) return `${cell.sql}::timestamptz::timestamp`;
  const text = textOf(cell);
  return `coalesce(try_cast(${text} as timestamptz)::timestamp, case
    when regexp_full_match(${text}, '\\d{9,10}(\\.\\d+)?') then make_timestamp((${text}::double * 1e6)::bigint)
    when regexp_full_match(${text}, '\\d{12,13}(\\.\\d+)?') then make_timestamp((${text}::double * 1e3)::bigint) end)`;
};

const isYes = (text: string): string =>
  `lower(${text}) in ('true', 't', 'yes', 'y', '1', 'spot', 'preemptible', 'interruptible')`;
const isNo = (text: string): string =>
  `lower(${text}) in ('false', 'f', 'no', 'n', '0', 'unavailable', 'sold out', 'sold_out', 'soldout', 'out of stock', 'out_of_stock')`;

/** One column of the view by its name. */
const columnsOf = (
  { group: { cells }, reading }: ReadGroup,
  options: Pick<ImportOptions, "key" | "perGpu">,
): Readonly<Record<string, string>> => {
  const cell = (name: Ours): Cell | undefined => {
    const theirs = reading.of.get(name);
    return theirs === undefined ? undefined : cells.get(theirs);
  };
  const text = (name: Ours): string => (cell(name) ? textOf(cell(name)!) : "null::varchar");
  const number = (name: Ours): string => (cell(name) ? `try_cast(${text(name)} as double)` : "null::double");
  /** A price that can be compared: blank and NaN are absence. */
  const price = (name: Ours): string => `nullif(${plainNumber(cell(name))}, 'nan'::double)`;
  /** A price that is there but is no number. */
  const inWords = (name: Ours): string =>
    cell(name) ? `(${text(name)} is not null and try_cast(${text(name)} as double) is null)` : "false";
  const own = (name: string): string => textOf(cells.get(name)!);
  const gpus = cell("gpu_count") ? number("gpu_count") : "null::double";
  const told = cell("available") ? text("available") : null;
  const isDerived = reading.derived
    ? "true"
    : cell("scope")
      ? `coalesce(lower(${text("scope")}) in (${derivedScopes.map((name) => `'${name}'`)}), false)`
      : "false";
  const isPerGpu =
    !options.perGpu && !reading.perGpu
      ? "false"
      : cell("scope")
        ? `coalesce(lower(${text("scope")}) <> 'config', true)`
        : "true";
  return {
    t: cell("observed_at") ? timeOf(cell("observed_at")!) : "null::timestamp",
    recorded: cell("recorded_at") ? timeOf(cell("recorded_at")!) : "null::timestamp",
    provider: text("provider"),
    dataset: cell("source") ? `coalesce(split_part(${text("source")}, '@', 1), '')` : "''",
    machine_id: options.key ? "null::varchar" : text("machine_id"),
    own_id: options.key
      ? `concat_ws('/', ${options.key.map((name) => `coalesce(${own(name)}, '')`).join(", ")})`
      : eitherOf(cell("offer_id") && text("offer_id"), cell("instance_type") && text("instance_type"), "''"),
    instance_type: text("instance_type"),
    gpu_name: eitherOf(cell("gpu_name") && text("gpu_name"), cell("instance_type") && text("instance_type")),
    unnamed: cell("gpu_name") ? `${text("gpu_name")} is null` : "true",
    gpu_count: gpus,
    counted: `${cell("gpu_count") !== undefined}`,
    region: text("region"),
    zone: text("zone"),
    ...Object.fromEntries(extras.map((name) => [name, text(name)])),
    tier: text("tier"),
    is_spot: cell("is_spot") ? `coalesce(${isYes(text("is_spot"))}, false)` : "false",
    derived: isDerived,
    // A price of a configuration is what all its cards cost, whatever the other rows of its file are.
    per_gpu: isPerGpu,
    currency: cell("currency")
      ? `coalesce(case ${text("currency")} when '$' then 'USD' when '€' then 'EUR' when '£' then 'GBP' else upper(${text("currency")}) end, ${reading.currency ? `'${reading.currency}'` : "''"})`
      : `'${reading.currency ?? "USD"}'`,
    country: text("country"),
    min_gpus: number("min_gpus"),
    source_url: text("source_url"),
    vcpus: number("vcpus"),
    memory_gib: number("memory_gib"),
    vram_gib: number("vram_gib"),
    price: price("price_usd_hour"),
    spot_price: price("spot_price_usd_hour"),
    price_in_words: inWords("price_usd_hour"),
    spot_in_words: inWords("spot_price_usd_hour"),
    // A count beside a statistic is one of offers.
    free: `case when not (${isDerived}) then ${freeGpus(number("available_count"), told)} end`,
  };
};

const eitherOf = (...texts: readonly (string | undefined)[]): string =>
  `coalesce(${texts.filter((text) => text !== undefined).join(", ")})`;

const plainNumber = (cell: Cell | undefined): string => {
  if (cell === undefined) return "null::double";
  return `try_cast(${cell.sql} as double)`;
};

/** A count of GPUs; what is none (NaN, below zero) is not told. One that is only said to be free has no count. */
const freeGpus = (count: string, told: string | null): string => {
  const counted = `case when ${count} >= 0 then try_cast(${count} as integer) end`;
  if (told === null) return counted;
  const isCount = `try_cast(${told} as integer) > 1`;
  return `coalesce(${counted}, case when ${isNo(told)} then 0 when ${isCount} then try_cast(${told} as integer) end)`;
};

/** Rows of this reason lie on no pull of their own: nobody can say of when or of whom they are. */
const whyUnusable = (latest: string): string => `case
  when t is null then 'bad_time'
  when t > ${latest} or recorded > ${latest} then 'future'
  when provider is null then 'no_provider'
  when gpu_name is null then 'no_gpu_name'
  when lower(kind) = 'serverless' then 'serverless'
  when not regexp_full_match(currency, '[A-Z]{3}') then 'bad_currency' end`;

/** The view over all files, and what of the identity is the same in all their rows, as SQL by name. */
export interface SourceView {
  readonly sql: string;
  readonly constants: ReadonlyMap<string, string>;
}

/** The files as a view with every column import knows, whatever the files have; `latest`: rows after it are of the future. */
export const sourceView = (
  groups: readonly ReadGroup[],
  options: Pick<ImportOptions, "key" | "perGpu">,
  latest: string,
): SourceView => {
  const columns = groups.map((each) => columnsOf(each, options));
  const selects = groups.map(({ group: { relation } }, index) => {
    const list = Object.entries(columns[index]!).map(([name, sql]) => `${sql} as ${name}`);
    return `select file_no, row_no, ${list.join(",\n")} from ${relation}`;
  });
  const constants = identity.flatMap((name): [string, string][] => {
    const [first, ...others] = columns.map((each) => each[name]!);
    const isConstant = /^(null::\w+|true|false|'\w*')$/.test(first!) && others.every((sql) => sql === first);
    return isConstant ? [[name, first!]] : [];
  });
  return {
    sql: `create or replace temp view imp_src as
      select *, ${whyUnusable(`'${latest}'::timestamp`)} as fault from (${selects.join("\nunion all ")})`,
    constants: new Map(constants),
  };
};

/** What decides that two rows are the same listing, and what their draft is made of. */
export const identity = [
  ...["provider", "machine_id", "own_id", "gpu_name", "unnamed", "gpu_count", "counted", "region", "zone"],
  ...[...extras, "tier", "is_spot", "derived", "per_gpu", "currency", "min_gpus"],
];

/** Attributes that follow a listing and do not tell it from others. */
export const attributes = [
  "dataset",
  "instance_type",
  "vram_gib",
  "vcpus",
  "memory_gib",
  "country",
  "source_url",
];

const varying = ({ constants }: SourceView): string[] => identity.filter((name) => !constants.has(name));

/** Every identity with its number, in the order in which the files show them. */
export const identities = (view: SourceView): string => `
create or replace temp table imp_ident as
select row_number() over (order by first_file, first_row)::integer as ident_no, *
  ${[...view.constants].map(([name, sql]) => `, ${sql} as ${name}`).join("")}
from (
  select ${varying(view).join(", ")}, min(file_no) as first_file, min(row_no) as first_row, min(dataset) as dataset,
    any_value(instance_type) as instance_type, max(vram_gib) as vram_gib, max(vcpus) as vcpus,
    max(memory_gib) as memory_gib, max(country) as country, max(source_url) as source_url,
    min(t) as first_t, bool_or(${isPrice("price")}) as has_price, bool_or(${isPrice("spot_price")}) as has_spot
  from imp_src where fault is null group by ${varying(view).join(", ")}
)`;

export const identityColumns = ["ident_no", ...identity, ...attributes, "first_at", "has_price", "has_spot"];

export const readIdentities = `select ident_no, ${[...identity, ...attributes].join(", ")},
  epoch_ms(first_t)::double as first_at, has_price, has_spot from imp_ident order by ident_no`;

/** Joins a row of imp_src with its identity in imp_ident. */
export const sameIdentity = (view: SourceView): string =>
  varying(view)
    .map((name) => `imp_src.${name} is not distinct from imp_ident.${name}`)
    .join(" and ");
