import type { Demand, Purchase, SupplyStep } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { demandReason } from "../lib/words.ts";
import { Dated } from "../parts/as-of.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { DemandFigures } from "./demand-figures.tsx";
import { DemandPicture } from "./demand-picture.tsx";
import { DemandRefusals } from "./demand-refusals.tsx";
import { DemandTable } from "./demand-table.tsx";
import { UtilisationTable } from "./utilisation-table.tsx";
import { whatIfOf } from "./what-if.ts";
import { WhatIfFields } from "./what-if-fields.tsx";

/** Whether there is a demand to draw. */
const isReported = ({ demand }: Demand): boolean => demand.reason === null;

const Drawn = ({ data, steps, table }: { data: Demand; steps: readonly SupplyStep[]; table: boolean }) => {
  if (!isReported(data))
    return <p class="chart-note">Nothing is drawn: {demandReason(data.demand.reason)}.</p>;
  if (table) return <DemandTable data={data} free={steps} />;
  return (
    <div class="inside">
      <DemandPicture data={data} free={steps} />
    </div>
  );
};

/** What is rented, how demand answers to price, where it meets supply, and what shocks would do to that. */
export const DemandPanel = ({
  gpu,
  purchase,
  steps,
}: {
  gpu: string;
  purchase: Purchase;
  /** The supply that demand is held against. */
  steps: readonly SupplyStep[];
}) => {
  const { params } = usePlace();
  const whatIf = whatIfOf(params);
  const table = params.demand === "table";
  const { answer, failure, busy, reload } = useAnswer<Demand>(
    pathOf("/v1/curves/demand", {
      gpu,
      purchase,
      shock_supply: whatIf.supplyPercent === 0 ? null : whatIf.supplyPercent / 100,
      shock_demand: whatIf.demandPercent === 0 ? null : whatIf.demandPercent / 100,
      elasticity: whatIf.elasticity,
    }),
    { scope: `${gpu} ${purchase}` },
  );
  return (
    <Panel
      title="Demand"
      note={<Dated note="from what venues report and from offers that disappear" meta={answer?.meta} />}
      busy={busy}
      tools={
        answer &&
        isReported(answer.data) && (
          <Twin value={params.demand ?? ""} onChange={(value) => patch({ demand: value })} />
        )
      }
    >
      {failure && <Failed what="The demand" failure={failure} retry={reload} />}
      {answer === null && failure === null && <p class="chart-note">Loading…</p>}
      {answer && (
        <>
          <DemandFigures data={answer.data} />
          <DemandRefusals data={answer.data} />
        </>
      )}
      {answer && isReported(answer.data) && (
        <WhatIfFields whatIf={whatIf} params={params} data={answer.data} />
      )}
      {answer && (isReported(answer.data) || answer.data.points.length > 0) && (
        <div class="two even flush">
          <Drawn data={answer.data} steps={steps} table={table} />
          <UtilisationTable points={answer.data.points} />
        </div>
      )}
    </Panel>
  );
};
