import type { Spread } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { count, interval } from "../lib/format.ts";
import { withUnit } from "../lib/units.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { termWords } from "../lib/words.ts";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { Refused } from "../parts/refused.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { byKind } from "./spreads-view.ts";

const columns: readonly Column<Spread>[] = [
  {
    key: "name",
    label: "Spread",
    cell: (row) => (
      <>
        {termWords(row.name)}{" "}
        {row.level !== null && (
          <small>
            {row.level}
            {row.base !== null && ` over ${row.base}`}
          </small>
        )}
      </>
    ),
  },
  {
    key: "value",
    label: "Value",
    align: "right",
    cell: (row) => (row.value === null ? <Refused reason={row.reason} /> : withUnit(row.value, row.unit)),
  },
  {
    key: "interval",
    label: "95 % interval",
    align: "right",
    cell: (row) => {
      if (row.value === null) return null;
      return (
        interval(row.low, row.high, (bound) => withUnit(bound, row.unit)) ?? (
          <Unknown why="too little to say how sure it is" />
        )
      );
    },
  },
  { key: "n", label: "n", align: "right", title: "Observations behind it", cell: (row) => count(row.n) },
  { key: "by", label: "Estimator", cell: (row) => (row.estimator === null ? "" : termWords(row.estimator)) },
];

/** What the same GPU-hour costs more or less by side, terms, provider, grade and input. */
export const SpreadsPanel = ({ gpu }: { gpu: string }) => {
  const { answer, failure, busy, reload } = useAnswer<readonly Spread[]>(pathOf("/v1/spreads", { gpu }), {
    scope: gpu,
  });
  return (
    <Panel title="Spreads" note="what the same GPU-hour costs more or less, and by which measure" busy={busy}>
      {failure && <Failed what="The spreads" failure={failure} retry={reload} />}
      <DataTable
        caption="Spreads by kind"
        columns={columns}
        rows={byKind(answer?.data ?? [])}
        rowKey={(row) => `${row.kind} ${row.name} ${row.level} ${row.base} ${row.estimator}`}
        groupOf={(row) => termWords(row.kind)}
        empty={
          answer === null && failure === null ? "Loading…" : "No spread can be measured for this GPU yet."
        }
      />
    </Panel>
  );
};
