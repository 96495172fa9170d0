import type { DatedValue, Economics } from "../api-types.ts";
import { alignedPrice, dayOf, instant, interval, signedDollars, wholeDollars } from "../lib/format.ts";
import { indexReason, reasonWords } from "../lib/words.ts";
import { Age } from "../parts/age.tsx";
import type { Column } from "../parts/data-table.tsx";
import { gpuPlace, Link } from "../parts/link.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { earnsWords } from "./economics-figures.tsx";

const usd = (value: number | null, reason: string | null) =>
  value === null ? <Unknown why={reasonWords(reason)} /> : alignedPrice(value);

const usdColumn = (
  key: string,
  label: string,
  of: (row: Economics) => number | null,
  why: (row: Economics) => string | null,
): Column<Economics> => ({
  key,
  label,
  unit: "$/GPU-h",
  align: "right",
  descendingFirst: true,
  sortValue: of,
  cell: (row) => usd(of(row), why(row)),
});

/** The index, or its last value with its day where there is none now. */
const IndexCell = ({ row, last }: { row: Economics; last: DatedValue | null }) => {
  const why = indexReason(row.index.reason);
  if (row.index.value !== null) return <>{alignedPrice(row.index.value)}</>;
  if (last === null) return <Unknown why={why} />;
  return (
    <span class="stale-text" title={`Index of ${instant(Date.parse(last.at))}; none now: ${why}`}>
      <small>
        <Age at={last.at} />
      </small>{" "}
      {alignedPrice(last.value)}
    </span>
  );
};

/**
 * The columns of the economics over all GPUs: `lastOf` gives the last index of a GPU that has none now, `at` is the
 * time of the answer.
 */
export const economicsColumns = (
  lastOf: (gpu: string) => DatedValue | null,
  at: string | null,
): readonly Column<Economics>[] => [
  {
    key: "gpu",
    label: "GPU",
    sortValue: (row) => row.name,
    cell: (row) => (
      <Link to={gpuPlace(row.gpu)} tabIndex={-1}>
        {row.name}
      </Link>
    ),
  },
  {
    ...usdColumn(
      "index",
      "Index",
      (row) => row.index.value,
      (row) => row.index.reason,
    ),
    cell: (row) => <IndexCell row={row} last={lastOf(row.gpu)} />,
  },
  usdColumn(
    "floor",
    "Floor",
    (row) => row.floor,
    (row) => row.reason ?? "no_floor",
  ),
  usdColumn(
    "avoidable",
    "Avoidable",
    (row) => row.avoidable,
    (row) => row.reason ?? "no_floor",
  ),
  {
    ...usdColumn(
      "margin",
      "Margin",
      (row) => row.margin.value,
      (row) => row.margin.reason,
    ),
    title: "Index less floor",
    cell: ({ margin }) =>
      margin.value === null ? (
        <Unknown why={reasonWords(margin.reason)} />
      ) : (
        <span
          class={margin.value < 0 ? "below" : ""}
          title={interval(margin.low, margin.high, signedDollars) ?? "no interval"}
        >
          {alignedPrice(margin.value)}
        </span>
      ),
  },
  {
    key: "worth",
    label: "Worth",
    unit: at === null ? "$" : `$ on ${dayOf(Date.parse(at))}`,
    align: "right",
    descendingFirst: true,
    sortValue: (row) => row.residual_now_usd,
    cell: (row) =>
      row.residual_now_usd === null ? (
        <Unknown why={reasonWords(row.reason ?? "unknown")} />
      ) : (
        wholeDollars(row.residual_now_usd)
      ),
  },
  {
    key: "age",
    label: "Age",
    unit: "years",
    align: "right",
    descendingFirst: true,
    sortValue: (row) => row.age_years,
    cell: (row) =>
      row.age_years === null ? (
        <Unknown why="its launch is not known" />
      ) : (
        <span title={row.launch === null ? undefined : `launched ${dayOf(Date.parse(row.launch))}`}>
          {row.age_years.toFixed(1)}
        </span>
      ),
  },
  {
    key: "earns",
    label: "Earns power",
    sortValue: (row) => earnsWords(row.earns_power),
    cell: (row) =>
      earnsWords(row.earns_power) ?? <Unknown why={reasonWords(row.margin_over_avoidable.reason)} />,
  },
];
