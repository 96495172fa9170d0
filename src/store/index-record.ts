import type { Purchase } from "../domain/purchase.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { type StageColumn, stageRows } from "./append-rows.ts";
import { linkColumns } from "./chain-record.ts";
import { type Database, rows, transaction } from "./database.ts";
import type { DuckDBConnection } from "./duckdb.ts";
import { readHead, writeHead } from "./index-head.ts";
import { linksAfter } from "./record-chain.ts";

export const vintages = ["provisional", "final", "revised"] as const;
/** `provisional` under a day, `final` after it, `revised` where a later word differs; earlier words stay. */
export type Vintage = (typeof vintages)[number];

/** A value of an index as it was published. */
export interface PublishedValue {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly method: string;
  readonly at: Instant;
  readonly vintage: Vintage;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
  readonly nProviders: number;
  readonly nListings: number;
  readonly nMachines: number;
  readonly hhi: number | null;
  readonly topProviderShare: number | null;
  /** Counts by reason, as JSON. */
  readonly excluded: string;
  readonly methodology: string;
  readonly digest: string;
  readonly recordedAt: Instant;
}

const time = (name: string, of: (row: PublishedValue) => Instant): StageColumn<PublishedValue> => ({
  name,
  type: "varchar",
  of: (row) => formatInstant(of(row)),
});

const columns: readonly StageColumn<PublishedValue>[] = [
  { name: "gpu", type: "varchar", of: (row) => row.gpu },
  { name: "purchase", type: "varchar", of: (row) => row.purchase },
  { name: "method", type: "varchar", of: (row) => row.method },
  time("observed_at", (row) => row.at),
  { name: "vintage", type: "varchar", of: (row) => row.vintage },
  { name: "value", type: "double", of: (row) => row.value },
  { name: "low", type: "double", of: (row) => row.low },
  { name: "high", type: "double", of: (row) => row.high },
  { name: "reason", type: "varchar", of: (row) => row.reason },
  { name: "n_providers", type: "integer", of: (row) => row.nProviders },
  { name: "n_listings", type: "integer", of: (row) => row.nListings },
  { name: "n_machines", type: "integer", of: (row) => row.nMachines },
  { name: "hhi", type: "double", of: (row) => row.hhi },
  { name: "top_provider_share", type: "double", of: (row) => row.topProviderShare },
  { name: "excluded", type: "varchar", of: (row) => row.excluded },
  { name: "methodology", type: "varchar", of: (row) => row.methodology },
  { name: "digest", type: "varchar", of: (row) => row.digest },
  time("recorded_at", (row) => row.recordedAt),
];

interface ReceiptsRow {
  readonly digest: string;
  readonly receipts: string;
}

const receiptColumns: readonly StageColumn<ReceiptsRow>[] = [
  { name: "digest", type: "varchar", of: (row) => row.digest },
  { name: "receipts", type: "varchar", of: (row) => row.receipts },
];

const word = ["gpu", "purchase", "method", "observed_at", "vintage"];

/**
 * Adds published values with the receipts behind them at the end of the record, in one transaction and in the order
 * given. A `provisional` or `final` word that is there already stays as it is; receipts are kept once a digest.
 * Answers with the number of new values.
 */
export const writeIndexValues = (
  database: Database,
  values: readonly PublishedValue[],
  receipts: ReadonlyMap<string, string>,
): Promise<number> =>
  database.exclusive(async () => {
    const { writer } = database;
    await stageRows(writer, "stage_index", columns, values);
    return transaction(writer, async () => {
      const added = await newWords(writer, values);
      if (added.length === 0) return 0;
      await stageRows(writer, "stage_index", columns, added);
      await writeChained(writer, added);
      await writeReceipts(writer, receipts);
      return added.length;
    });
  });

/** The staged values that are to be added, in their order. */
const newWords = async (
  writer: DuckDBConnection,
  values: readonly PublishedValue[],
): Promise<PublishedValue[]> => {
  const same = word.map(
    (name) => `known.${name} = stage_index.${name}${name === "observed_at" ? "::timestamp" : ""}`,
  );
  const found = await rows(
    writer,
    `select rowid::integer as n from stage_index where vintage = 'revised' or not exists (
       select 1 from index_values as known where ${same.join(" and ")}) order by n`,
  );
  return found.map(({ n }) => values[n as number]!);
};

/** Adds the staged values with their links behind the record there is, and notes its new end. */
const writeChained = async (writer: DuckDBConnection, values: readonly PublishedValue[]): Promise<void> => {
  const links = linksAfter(await readHead(writer), values);
  await stageRows(writer, "stage_links", linkColumns, links);
  await writer.run(
    `insert into index_values by name
     select stage_index.* replace (observed_at::timestamp as observed_at, excluded::json as excluded, recorded_at::timestamp as recorded_at),
       stage_links.* from stage_index join stage_links on stage_index.rowid = stage_links.rowid order by seq`,
  );
  await writeHead(writer, links.at(-1)!);
};

const writeReceipts = async (
  writer: DuckDBConnection,
  receipts: ReadonlyMap<string, string>,
): Promise<void> => {
  const staged = [...receipts].map(([digest, text]) => ({ digest, receipts: text }));
  await stageRows(writer, "stage_receipts", receiptColumns, staged);
  await writer.run(
    `insert into index_receipts select digest, receipts::json from stage_receipts
     where digest not in (select digest from index_receipts)`,
  );
};
