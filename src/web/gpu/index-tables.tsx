import type { IndexPoint, Receipt } from "../api-types.ts";
import { count, dollars, interval, minuteOf, share } from "../lib/format.ts";
import { indexReason, termWords } from "../lib/words.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";
import { Refused } from "../parts/refused.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { indexFormat } from "./index-series.ts";

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
  {
    key: "gpus",
    label: "GPUs",
    align: "right",
    cell: (row) => <Known value={row.gpus} format={count} why="it does not tell" />,
  },
  {
    key: "deviation",
    label: "Daily move",
    unit: "$, usual",
    align: "right",
    cell: (row) => <Known value={row.deviation} format={dollars} why="only votes use it" />,
  },
  {
    key: "weight",
    label: "Weight",
    align: "right",
    cell: (row) => <Known value={row.weight} format={share} why="it has no weight" />,
  },
  { key: "status", label: "Status", cell: (row) => termWords(row.status) },
];

/** What each provider brought to the present index. */
export const ReceiptsTable = ({ rows, empty }: { rows: readonly Receipt[]; empty: string }) => (
  <DataTable
    tall
    caption="Receipts: what the index was made of"
    columns={receiptColumns}
    rows={rows}
    rowKey={(row) => `${row.provider} ${row.usd_per_gpu_hour} ${row.status} ${row.free_gpus == null}`}
    empty={empty}
  />
);

const timeColumns = (format: (value: number) => string): readonly Column<IndexPoint>[] => [
  { key: "at", label: "At", unit: "UTC", cell: (row) => minuteOf(Date.parse(row.at)) },
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
];

const crossColumn: Column<IndexPoint> = {
  key: "cross",
  label: "Cross-check",
  unit: "items seen twice",
  align: "right",
  cell: (row) => (
    <Known value={row.cross_check} format={indexFormat(row.unit)} why="too few items were seen twice" />
  ),
};

const vintageColumn: Column<IndexPoint> = {
  key: "vintage",
  label: "Vintage",
  cell: (row) => row.vintage ?? "",
};

const methodologyColumn: Column<IndexPoint> = {
  key: "methodology",
  label: "Version",
  unit: "of the method",
  cell: (row) => row.methodology.split("/").at(-1) ?? "",
};

/** Whether the method changes within the rows. */
const isMixed = (rows: readonly IndexPoint[]): boolean =>
  new Set(rows.map(({ methodology }) => methodology)).size > 1;

const publishedColumns: readonly Column<IndexPoint>[] = [
  {
    key: "published",
    label: "Published",
    unit: "UTC",
    cell: (row) =>
      row.published_at === null ? (
        <Unknown why="it was not published" />
      ) : (
        minuteOf(Date.parse(row.published_at))
      ),
  },
  {
    key: "digest",
    label: "Digest",
    unit: "of its receipts",
    cell: (row) => row.digest && <code title={row.digest}>{row.digest.slice(0, 12)}</code>,
  },
];

/** The values over time, newest first: as they are computed now, or as they were published. */
export const IndexTable = ({
  rows,
  empty,
  kind,
}: {
  rows: readonly IndexPoint[];
  empty: string;
  kind: "computed" | "hedonic" | "published";
}) => (
  <DataTable
    tall
    caption="Index over time, newest first"
    columns={[
      ...timeColumns(indexFormat(rows.at(-1)?.unit)),
      ...(kind === "hedonic" ? [crossColumn] : []),
      vintageColumn,
      ...(isMixed(rows) ? [methodologyColumn] : []),
      ...(kind === "published" ? publishedColumns : []),
    ]}
    rows={rows.toReversed()}
    rowKey={(row) => `${row.at} ${row.published_at}`}
    empty={empty}
  />
);
