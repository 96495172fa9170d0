import type { Purchase } from "../domain/purchase.ts";
import { formatInstant, type Instant } from "../domain/time.ts";
import { appendRows, createStage, type StageColumn } from "./append-rows.ts";
import { type Database, rows, transaction } from "./database.ts";

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

const word = "gpu, purchase, method, observed_at, vintage";

/**
 * Adds published values with the receipts behind them, in one transaction. A `provisional` or `final` word that is
 * there already stays as it is; receipts are kept once a digest. Answers with the number of new values.
 */
export const writeIndexValues = (
  database: Database,
  values: readonly PublishedValue[],
  receipts: ReadonlyMap<string, string>,
): Promise<number> =>
  database.exclusive(async () => {
    const { writer } = database;
    await createStage(writer, "stage_index", columns);
    await createStage(writer, "stage_receipts", receiptColumns);
    await appendRows(writer, "stage_index", columns, values);
    await appendRows(
      writer,
      "stage_receipts",
      receiptColumns,
      [...receipts].map(([digest, text]) => ({ digest, receipts: text })),
    );
    return transaction(writer, async () => {
      const added = await rows(
        writer,
        `insert into index_values by name
         select * replace (observed_at::timestamp as observed_at, excluded::json as excluded, recorded_at::timestamp as recorded_at)
         from stage_index where vintage = 'revised' or not exists (
           select 1 from index_values as known where ${word
             .split(", ")
             .map(
               (name) => `known.${name} = stage_index.${name}${name === "observed_at" ? "::timestamp" : ""}`,
             )
             .join(" and ")})
         returning 1`,
      );
      await writer.run(
        `insert into index_receipts select digest, receipts::json from stage_receipts
         where digest not in (select digest from index_receipts)`,
      );
      return added.length;
    });
  });
