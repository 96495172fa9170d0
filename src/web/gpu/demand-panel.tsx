import type { Demand, Purchase, SupplyStep } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { usePlace } from "../lib/use-place.ts";
import { Failed } from "../parts/notice.tsx";
import { Panel } from "../parts/panel.tsx";
import { DemandFigures } from "./demand-figures.tsx";
import { DemandPicture } from "./demand-picture.tsx";
import { DemandRefusals } from "./demand-refusals.tsx";
import { UtilisationTable } from "./utilisation-table.tsx";
import { whatIfOf } from "./what-if.ts";
import { WhatIfFields } from "./what-if-fields.tsx";

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
    <Panel title="Demand" note="from what venues report and from offers that disappear" busy={busy}>
      {failure && <Failed what="The demand" failure={failure} retry={reload} />}
      {answer === null && failure === null && <p class="chart-note">Loading…</p>}
      {answer && (
        <>
          <DemandFigures data={answer.data} />
          <DemandRefusals data={answer.data} />
        </>
      )}
      <WhatIfFields whatIf={whatIf} params={params} />
      {answer && (
        <div class="two even flush">
          <div class="inside">
            <DemandPicture data={answer.data} free={steps} />
          </div>
          <UtilisationTable points={answer.data.points} />
        </div>
      )}
    </Panel>
  );
};
