import type { ForwardTenor, TermQuote } from "../api-types.ts";
import { count, dollars, interval, share, signedDollars } from "../lib/format.ts";
import { reasonWords } from "../lib/words.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Known } from "../parts/known.tsx";
import { Unknown } from "../parts/unknown.tsx";

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
    cell: (row) => <Known value={row.forward} format={signedDollars} why="the tenors do not imply one" />,
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
  <DataTable
    tall
    caption="Forward curve by tenor"
    columns={tenorColumns}
    rows={rows}
    rowKey={(row) => `${row.from_months} ${row.months}`}
    empty="Nobody quotes a term for this GPU."
  />
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
    cell: (row) => <Known value={row.level_rate} format={dollars} why="its upfront payment is not known" />,
  },
  { key: "in", label: "In curve", cell: (row) => (row.in_curve ? "yes" : "") },
  {
    key: "even",
    label: "Pays below",
    unit: "cost of capital",
    align: "right",
    title: "Paying upfront is cheaper for those whose capital costs less a year",
    cell: (row) => (
      <Known
        value={row.break_even_cost_of_capital}
        format={share}
        why="no contract of the same length without upfront payment to compare with"
      />
    ),
  },
];

/** What each seller asks for a term. */
export const TermQuotesTable = ({ rows }: { rows: readonly TermQuote[] }) => (
  <DataTable
    tall
    caption="Offers for terms"
    columns={quoteColumns}
    rows={rows}
    rowKey={(row) => row.listing_id}
    empty="Nobody quotes a term for this GPU."
  />
);
