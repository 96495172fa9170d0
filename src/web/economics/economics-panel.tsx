import type { Economics } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { reasonWords } from "../lib/words.ts";
import { Dated } from "../parts/as-of.tsx";
import { Link } from "../parts/link.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { CostBars } from "./cost-bars.tsx";
import { EconomicsFigures } from "./economics-figures.tsx";
import { InputsTable } from "./inputs-table.tsx";
import { ResidualLine } from "./residual-line.tsx";
import { ResidualTable } from "./residual-table.tsx";

const Row = ({ row, at, table }: { row: Economics; at: string; table: boolean }) => (
  <>
    <EconomicsFigures row={row} at={at} />
    {row.reason !== null && <p class="chart-note">There is no floor: {reasonWords(row.reason)}.</p>}
    <div class="two even flush">
      <div class="inside stack">
        <h3>Per GPU-hour</h3>
        <CostBars row={row} />
        <h3>Worth by age</h3>
        {table ? <ResidualTable row={row} /> : <ResidualLine row={row} />}
      </div>
      <InputsTable inputs={row.inputs} />
    </div>
  </>
);

const Cards = ({ rows, card }: { rows: readonly Economics[]; card: string }) =>
  rows.length < 2 ? null : (
    <Segmented
      label="Card of the family"
      value={card}
      options={rows.map(({ gpu, name }) => [gpu, name] as const)}
      onChange={(gpu) => patch({ card: gpu })}
    />
  );

/** What the GPU earns against what it costs to own and to run, and what it is worth as it ages. */
export const EconomicsPanel = ({ gpu }: { gpu: string }) => {
  const { params } = usePlace();
  const { answer, failure, busy, reload } = useAnswer<readonly Economics[]>(
    pathOf("/v1/economics", { gpu }),
    { scope: gpu },
  );
  const rows = answer?.data ?? [];
  const row = rows.find((each) => each.gpu === (params.card ?? gpu)) ?? rows[0];
  return (
    <Panel
      title="Economics"
      note={<Dated note="what it earns on demand against what it costs" meta={answer?.meta} />}
      busy={busy}
      tools={
        <>
          {row && <Cards rows={rows} card={row.gpu} />}
          <Link to={{ room: "economics", params: {} }}>All GPUs</Link>
          {row && <Twin value={params.worth ?? ""} onChange={(value) => patch({ worth: value })} />}
        </>
      }
    >
      {failure && <Failed what="The economics" failure={failure} retry={reload} />}
      {answer === null && failure === null && <p class="chart-note">Loading…</p>}
      {answer && row === undefined && <p class="chart-note">No card of this name is in the tables.</p>}
      {row && answer && <Row row={row} at={answer.meta.at} table={params.worth === "table"} />}
    </Panel>
  );
};
