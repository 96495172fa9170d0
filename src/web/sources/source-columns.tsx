import { ageText } from "../../domain/age-text.ts";
import type { SourceRow } from "../api-types.ts";
import { serverNow } from "../lib/clock.ts";
import { count, instant } from "../lib/format.ts";
import { Age } from "../parts/age.tsx";
import type { Column } from "../parts/data-table.tsx";
import { Status, type StatusName } from "../parts/status.tsx";
import { Unknown } from "../parts/unknown.tsx";

/** A source that waits for a pull that will not come is off with the whole collection. */
const statusName = (row: SourceRow): StatusName => {
  if (row.kind === "import") return "archive";
  return row.status === "waiting" && row.next_pull_at === null ? "disabled" : row.status;
};

const statusWords = (row: SourceRow): string => {
  if (row.breaker_open) return "failing, tried less often";
  return statusName(row) === "disabled" && row.enabled ? "collection is off" : statusName(row);
};

const intervalWords = (minutes: number): string =>
  minutes < 90 ? `${count(minutes)} min` : ageText(minutes * 60);

const nextPull = (row: SourceRow) => {
  if (row.next_pull_at === null)
    return <Unknown why={row.enabled ? "the server does not collect" : "it is off"} />;
  const at = Date.parse(row.next_pull_at);
  const inSeconds = (at - serverNow()) / 1000;
  return <span title={instant(at)}>{inSeconds <= 5 ? "now" : `in ${ageText(inSeconds)}`}</span>;
};

const noteOf = (row: SourceRow): string =>
  row.error ?? (row.kind === "import" ? "an archive that was read in" : (row.why_disabled ?? ""));

export const sourceColumns: readonly Column<SourceRow>[] = [
  {
    key: "source",
    label: "Source",
    sortValue: (row) => row.source,
    cell: (row) => (
      <span class="words breaks">
        <b>{row.name}</b> <small>{row.source}</small>
      </span>
    ),
  },
  {
    key: "status",
    label: "Status",
    sortValue: (row) => row.status,
    cell: (row) => <Status name={statusName(row)}>{statusWords(row)}</Status>,
  },
  { key: "kind", label: "Kind", sortValue: (row) => row.kind, cell: (row) => row.kind },
  {
    key: "age",
    label: "Age",
    unit: "of what it saw",
    align: "right",
    sortValue: (row) => row.age_s,
    cell: (row) => <Age at={row.data_at} why="it has not seen its market yet" />,
  },
  {
    key: "every",
    label: "Every",
    align: "right",
    sortValue: (row) => row.every_minutes,
    cell: (row) => intervalWords(row.every_minutes),
  },
  { key: "next", label: "Next pull", align: "right", sortValue: (row) => row.next_pull_at, cell: nextPull },
  {
    key: "live",
    label: "Live",
    unit: "listings",
    align: "right",
    descendingFirst: true,
    sortValue: (row) => row.live,
    cell: (row) => count(row.live),
  },
  {
    key: "offers",
    label: "Rows",
    unit: "last pull",
    align: "right",
    descendingFirst: true,
    sortValue: (row) => row.offers,
    cell: (row) => (row.offers === null ? <Unknown why="it has not been pulled" /> : count(row.offers)),
  },
  {
    key: "rejected",
    label: "Rejects",
    unit: "last pull",
    align: "right",
    descendingFirst: true,
    sortValue: (row) => row.rejected,
    cell: (row) => (row.rejected === null ? <Unknown why="it has not been pulled" /> : count(row.rejected)),
  },
  {
    key: "complete",
    label: "Saw",
    sortValue: (row) => row.completeness,
    cell: (row) => row.completeness ?? <Unknown why="it has not been pulled" />,
  },
  { key: "note", label: "Note", cell: (row) => <span class="error-text">{noteOf(row)}</span> },
];
