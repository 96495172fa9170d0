import type { ArchiveRow } from "../api-types.ts";
import { count, dayOf, plural } from "../lib/format.ts";
import { Age } from "../parts/age.tsx";
import type { Column } from "../parts/data-table.tsx";
import { Status } from "../parts/status.tsx";

const mostNamed = 6;

/** Names as far as a row has room for them, and how many more there are. */
const namesOf = ({ providers }: ArchiveRow): string =>
  providers.slice(0, mostNamed).join(", ") +
  (providers.length > mostNamed ? ` and ${providers.length - mostNamed} more` : "");

export const archiveColumns: readonly Column<ArchiveRow>[] = [
  {
    key: "a_dataset",
    label: "Data set",
    cell: (row) => (
      <span class="words breaks">
        <b>{row.dataset}</b>
      </span>
    ),
  },
  {
    key: "a_status",
    label: "Status",
    cell: (row) => (
      <Status name={row.status === "ok" ? "ok" : "archive"}>
        {row.status === "ok" ? "current" : "of the past"}
      </Status>
    ),
  },
  {
    key: "a_providers",
    label: "Providers",
    cell: (row) => (
      <span class="words" title={row.providers.join(", ")}>
        {plural(row.providers.length, "provider")} <small>{namesOf(row)}</small>
      </span>
    ),
  },
  {
    key: "a_span",
    label: "Shows",
    cell: (row) => `${dayOf(Date.parse(row.first_at))} to ${dayOf(Date.parse(row.data_at))}`,
  },
  { key: "a_age", label: "Age", align: "right", cell: (row) => <Age at={row.data_at} /> },
  { key: "a_pulls", label: "Pulls", align: "right", cell: (row) => count(row.pulls) },
  { key: "a_live", label: "Live", unit: "listings", align: "right", cell: (row) => count(row.live) },
];
