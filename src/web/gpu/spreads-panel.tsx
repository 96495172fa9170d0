import type { Spread } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { termWords } from "../lib/words.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { spreadColumns } from "./spread-columns.tsx";
import { spreadLines } from "./spread-lines.ts";

/** What the same GPU-hour costs more or less by side, terms, provider, grade and input. */
export const SpreadsPanel = ({ gpu }: { gpu: string }) => {
  const { answer, failure, busy, reload } = useAnswer<readonly Spread[]>(pathOf("/v1/spreads", { gpu }), {
    scope: gpu,
  });
  const lines = spreadLines(answer?.data ?? []);
  return (
    <Panel title="Spreads" note="what the same GPU-hour costs more or less, and by which measure" busy={busy}>
      {failure && <Failed what="The spreads" failure={failure} retry={reload} />}
      <DataTable
        caption="Spreads by kind"
        columns={spreadColumns(lines)}
        rows={lines}
        rowKey={(line) => `${line.kind} ${line.name} ${line.of} ${line.estimator}`}
        groupOf={(line) => termWords(line.kind)}
        empty={
          answer === null && failure === null ? "Loading…" : "No spread can be measured for this GPU yet."
        }
      />
    </Panel>
  );
};
