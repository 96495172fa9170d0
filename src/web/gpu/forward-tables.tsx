import type { ForwardTenor, TermQuote } from "../api-types.ts";
import { count, dollars, interval, share, signedDollars } from "../lib/format.ts";
import { reasonWords } from "../lib/words.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Unknown } from "../parts/unknown.tsx";

const usd = (value: number | null, why: string) =>
  value === null ? <Unknown why={why} /> : signedDollars(value);

const tenorColumns: readonly Column<ForwardTenor>[] = [
  { key: "months", label: "Months", cell: (row) => `${row.from_months} to ${row.months}` },
  {
    key: "rate",
    label: "Whole term",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => dollars(row.rate),
  },
  {
    key: "forward",
    label: "Forward",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => usd(row.forward, "the tenors do not imply one"),
  },
  {
    key: "range",
    label: "Range",
    unit: "over quotes",
    align: "right",
    cell: (row) =>
      interval(row.low, row.high, signedDollars) ?? <Unknown why="a tenor it rests on has one quote" />,
  },
  { key: "n", label: "Quotes", align: "right", cell: (row) => count(row.n) },
  {
    key: "flag",
    label: "Flag",
    cell: (row) => row.flag !== null && <span class="refused">{reasonWords(row.flag)}</span>,
  },
];

/** The curve in numbers. */
export const TenorsTable = ({ rows }: { rows: readonly ForwardTenor[] }) => (
  <div class="table-box tall">
    <DataTable
      caption="Forward curve by tenor"
      columns={tenorColumns}
      rows={rows}
      rowKey={(row) => `${row.from_months} ${row.months}`}
      empty="Nobody quotes a term for this GPU."
    />
  </div>
);

const quoteColumns: readonly Column<TermQuote>[] = [
  {
    key: "by",
    label: "Provider",
    unit: "region",
    cell: (row) => (
      <>
        {row.provider} <small>{row.region ?? ""}</small>
      </>
    ),
  },
  { key: "months", label: "Months", align: "right", cell: (row) => count(row.months) },
  {
    key: "price",
    label: "Price",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => dollars(row.usd_per_gpu_hour),
  },
  {
    key: "upfront",
    label: "Upfront",
    title: "Part of the whole that is paid at the start; one that is not told counts as none",
    align: "right",
    cell: (row) =>
      row.upfront_share === null ? (
        <Unknown why="the venue does not tell" />
      ) : row.upfront_share === 0 ? (
        "none"
      ) : (
        share(row.upfront_share)
      ),
  },
  {
    key: "level",
    label: "As level rate",
    unit: "$/GPU-h",
    align: "right",
    cell: (row) => usd(row.level_rate, "its upfront payment is not known"),
  },
  { key: "in", label: "In curve", cell: (row) => (row.in_curve ? "yes" : "") },
  {
    key: "even",
    label: "Pays below",
    unit: "cost of capital",
    align: "right",
    title: "Paying upfront is cheaper for those whose capital costs less a year",
    cell: (row) =>
      row.break_even_cost_of_capital === null ? (
        <Unknown why="no contract of the same length without upfront payment to compare with" />
      ) : (
        share(row.break_even_cost_of_capital)
      ),
  },
];

/** What each seller asks for a term. */
export const TermQuotesTable = ({ rows }: { rows: readonly TermQuote[] }) => (
  <div class="table-box tall">
    <DataTable
      caption="Offers for terms"
      columns={quoteColumns}
      rows={rows}
      rowKey={(row) => row.listing_id}
      empty="Nobody quotes a term for this GPU."
    />
  </div>
);
