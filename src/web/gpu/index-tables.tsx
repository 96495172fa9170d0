import type { IndexPoint, PublishedIndex, Receipt } from "../api-types.ts";
import { count, dollars, interval, minuteOf, share } from "../lib/format.ts";
import { indexReason, termWords } from "../lib/words.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Refused } from "../parts/refused.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { indexFormat } from "./index-series.ts";

const known = (value: number | null, format: (value: number) => string, why: string) =>
  value === null ? <Unknown why={why} /> : format(value);

const receiptColumns: readonly Column<Receipt>[] = [
  { key: "provider", label: "Provider", cell: (row) => row.provider },
  {
    key: "price",
    label: "Price",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => dollars(row.usd_per_gpu_hour),
  },
  { key: "listings", label: "Listings", align: "right", cell: (row) => count(row.listings) },
  { key: "gpus", label: "GPUs", align: "right", cell: (row) => known(row.gpus, count, "it does not tell") },
  {
    key: "deviation",
    label: "Daily move",
    unit: "usual",
    align: "right",
    cell: (row) => known(row.deviation, share, "only votes use it"),
  },
  {
    key: "weight",
    label: "Weight",
    align: "right",
    cell: (row) => known(row.weight, share, "it has no weight"),
  },
  { key: "status", label: "Status", cell: (row) => termWords(row.status) },
];

/** What each provider brought to the present index. */
export const ReceiptsTable = ({ rows, empty }: { rows: readonly Receipt[]; empty: string }) => (
  <div class="table-box tall">
    <DataTable
      caption="Receipts: what the index was made of"
      columns={receiptColumns}
      rows={rows}
      rowKey={(row) => `${row.provider} ${row.usd_per_gpu_hour} ${row.status}`}
      empty={empty}
    />
  </div>
);

/** The values over time, newest first. */
export const IndexTable = ({ rows }: { rows: readonly IndexPoint[] }) => {
  const format = indexFormat(rows.at(-1)?.unit);
  return (
    <div class="table-box tall">
      <DataTable
        caption="Index over time, newest first"
        columns={[
          { key: "at", label: "At", unit: "UTC", cell: (row: IndexPoint) => minuteOf(Date.parse(row.at)) },
          {
            key: "value",
            label: "Index",
            align: "right",
            cell: (row) =>
              row.value === null ? <Refused reason={row.reason} words={indexReason} /> : format(row.value),
          },
          {
            key: "interval",
            label: "Interval",
            align: "right",
            cell: (row) => interval(row.low, row.high, format) ?? <Unknown why="no interval" />,
          },
          { key: "n", label: "Providers", align: "right", cell: (row) => count(row.n_providers) },
          { key: "vintage", label: "Vintage", cell: (row) => row.vintage ?? "" },
        ]}
        rows={rows.toReversed()}
        rowKey={(row) => row.at}
        empty="No index in this span."
      />
    </div>
  );
};

/** Values as they were published, which no later knowledge changes. */
export const PublishedTable = ({ rows }: { rows: readonly PublishedIndex[] }) => (
  <div class="table-box tall">
    <DataTable
      caption="Published values of the index"
      columns={[
        { key: "vintage", label: "Vintage", cell: (row: PublishedIndex) => row.vintage },
        {
          key: "value",
          label: "Value",
          align: "right",
          cell: (row) => known(row.value, dollars, "there was no index"),
        },
        { key: "at", label: "Published", unit: "UTC", cell: (row) => minuteOf(Date.parse(row.published_at)) },
        {
          key: "digest",
          label: "Digest",
          cell: (row) => <code title={row.digest}>{row.digest.slice(0, 12)}</code>,
        },
      ]}
      rows={rows}
      rowKey={(row) => `${row.vintage} ${row.published_at}`}
      empty="Nothing was published for this very instant; the record is kept by the hour."
    />
  </div>
);
