import type { Spread } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { emptyWords } from "../lib/empty-words.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { termWords } from "../lib/words.ts";
import { Dated } from "../parts/as-of.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { spreadColumns } from "./spread-columns.tsx";
import { spreadLines } from "./spread-lines.ts";
import { TokenSpread } from "./token-spread.tsx";

const isUnasked = ({ kind, reason }: Spread): boolean => kind === "token" && reason === "no_throughput";

/** What the same GPU-hour costs more or less by side, terms, provider, grade and input. */
export const SpreadsPanel = ({ gpu }: { gpu: string }) => {
  const view = useAnswer<readonly Spread[]>(pathOf("/v1/spreads", { gpu }), { scope: gpu });
  const lines = spreadLines((view.answer?.data ?? []).filter((row) => !isUnasked(row)));
  return (
    <Panel
      title="Spreads"
      note={
        <Dated
          note="what the same GPU-hour costs more or less, and by which measure"
          meta={view.answer?.meta}
        />
      }
      busy={view.busy}
    >
      {view.failure && <Failed what="The spreads" failure={view.failure} retry={view.reload} />}
      <DataTable
        caption="Spreads by kind"
        columns={spreadColumns(lines)}
        rows={lines}
        rowKey={(line) => `${line.kind} ${line.name} ${line.of} ${line.estimator}`}
        groupOf={(line) => termWords(line.kind)}
        empty={emptyWords(view, "No spread can be measured for this GPU yet.")}
      />
      <TokenSpread gpu={gpu} />
    </Panel>
  );
};
