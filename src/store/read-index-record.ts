import { formatInstant, type Instant } from "../domain/time.ts";
import { type Database, type Parameters, rows } from "./database.ts";
import type { Vintage } from "./index-record.ts";
import type { ChainedValue } from "./record-chain.ts";
import { recordColumns, recordOf } from "./record-row.ts";

export interface RecordFilter {
  readonly gpu?: string;
  readonly purchase?: string;
  readonly method?: string;
  readonly vintage?: Vintage;
  readonly from?: Instant;
  readonly to?: Instant;
  /** Only what was published by then. */
  readonly asOf?: Instant;
  /** Only instants a whole number of steps from `first`, milliseconds. */
  readonly grid?: { readonly first: Instant; readonly step: number };
}

/** A filter as a condition in SQL with its parameters; `true` for none. */
export const conditionOf = ({ from, to, asOf, grid, ...named }: RecordFilter) => {
  const words = Object.entries(named).filter(([, value]) => value !== undefined);
  const times = Object.entries({ from, to, asOf }).flatMap(([name, at]) =>
    at === undefined ? [] : [[name, formatInstant(at)] as const],
  );
  const conditions = [
    ...words.map(([name]) => `${name} = $${name}`),
    ...times.map(([name]) => timeConditions[name]!),
    ...(grid === undefined ? [] : ["(epoch_ms(observed_at) - $first::bigint) % $step::bigint = 0"]),
  ];
  const parameters: Parameters = { ...Object.fromEntries([...words, ...times]), ...grid };
  return { condition: conditions.length === 0 ? "true" : conditions.join(" and "), parameters };
};

const timeConditions: Readonly<Record<string, string>> = {
  from: "observed_at >= $from::timestamp",
  to: "observed_at <= $to::timestamp",
  asOf: "recorded_at <= $asOf::timestamp",
};

/** Published values by GPU, terms, method, instant and time of publication. */
export const readIndexValues = (database: Database, filter: RecordFilter): Promise<ChainedValue[]> => {
  const { condition, parameters } = conditionOf(filter);
  const order = "gpu, purchase, method, observed_at, recorded_at, seq";
  return readValues(database, `where ${condition} order by ${order}`, parameters);
};

/** Provisional values up to an instant that no later word stands beside. */
export const readUnfinished = (database: Database, to: Instant): Promise<ChainedValue[]> =>
  readValues(
    database,
    `as word where vintage = 'provisional' and observed_at <= $to::timestamp and not exists (
       select 1 from index_values as later where later.vintage <> 'provisional' and later.gpu = word.gpu
         and later.purchase = word.purchase and later.method = word.method and later.observed_at = word.observed_at)`,
    { to: formatInstant(to) },
  );

/** The GPUs that were ever published. */
export const readRecordedGpus = async (database: Database): Promise<ReadonlySet<string>> => {
  const found = await rows(database.reader, "select distinct gpu from index_values");
  return new Set(found.map((row) => row.gpu as string));
};

/** The last word on each instant of a GPU from `from` on, but for what is provisional. */
export const readLastWords = (database: Database, gpu: string, from: Instant): Promise<ChainedValue[]> =>
  readValues(
    database,
    `where gpu = $gpu and observed_at >= $from::timestamp and vintage <> 'provisional'
     qualify row_number() over (partition by purchase, method, observed_at order by recorded_at desc, seq desc) = 1`,
    { gpu, from: formatInstant(from) },
  );

const readValues = async (
  { scanner }: Pick<Database, "scanner">,
  rest: string,
  parameters: Parameters,
): Promise<ChainedValue[]> =>
  (await rows(scanner, `select ${recordColumns} from index_values ${rest}`, parameters)).map(recordOf);

/** The receipts of some digests as JSON text, by digest; one that is not there is missing. */
export const readReceipts = async (
  database: Database,
  digests: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const found = await rows(
    database.reader,
    `select digest, receipts::varchar as receipts from index_receipts
     where digest in (select unnest($digests::json::varchar[]))`,
    { digests: JSON.stringify([...new Set(digests)]) },
  );
  return new Map(found.map((row) => [row.digest as string, row.receipts as string]));
};

export interface RecordSpan {
  /** First and newest instant published. */
  readonly first: Instant;
  readonly at: Instant;
}

/** What the record covers; null before the first publication. */
export const readRecordSpan = async (database: Database): Promise<RecordSpan | null> => {
  const [row] = await rows(
    database.reader,
    `select min(epoch_ms(observed_at))::double as first, max(epoch_ms(observed_at))::double as at from index_values`,
  );
  return row?.at == null ? null : { first: row.first as number, at: row.at as number };
};

/**
 * The earliest market time before `before` of a pull that was written after pull number `since`: from there on, what
 * was published may have to be revised. Null: nothing came late.
 */
export const readEarliestLate = async (
  database: Database,
  since: number,
  before: Instant,
): Promise<Instant | null> => {
  const [row] = await rows(
    database.reader,
    `select min(epoch_ms(observed_at))::double as at from pulls
     where pull_no > $since and observed_at < $before::timestamp and status not in ('failed', 'empty')`,
    { since, before: formatInstant(before) },
  );
  return (row?.at as number | null) ?? null;
};
