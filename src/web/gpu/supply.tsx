import type { Purchase, SupplyStep } from "../api-types.ts";
import { count, dollars, instant, plural, price } from "../lib/format.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { excludedWords } from "../lib/words.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { Unknown } from "../parts/unknown.tsx";
import { SupplySteps } from "./supply-steps.tsx";
import { useSupply } from "./use-supply.ts";

/** What is offered at which price, as steps, and what taking N GPUs from the cheapest up costs. */
export const Supply = ({
  gpu,
  purchase,
  gpus,
  newest,
}: {
  gpu: string;
  purchase: Purchase;
  gpus: number;
  /** When the newest offer on these terms was seen. */
  newest: number | null;
}) => {
  const { params } = usePlace();
  const { supply, datedAt, failure, busy, reload } = useSupply(gpu, purchase, gpus, newest);
  const steps = supply?.steps ?? [];
  const walk = supply?.walk;
  const excluded = supply === null ? [] : excludedWords(supply.excluded);
  const total = steps.at(-1)?.cumulative_gpus ?? 0;
  const none = "the stack ends before that many GPUs";
  return (
    <Panel
      title="Supply"
      note="current offers by price; $/GPU-h over GPUs"
      busy={busy}
      tools={<Twin value={params.supply ?? ""} onChange={(value) => patch({ supply: value })} />}
    >
      {failure && <Failed what="The supply" failure={failure} retry={reload} />}
      <dl class="figures">
        <div>
          <dt>Average of {plural(gpus, "GPU")}</dt>
          <dd>{walk?.vwap == null ? <Unknown why={none} /> : dollars(walk.vwap)}</dd>
        </div>
        <div>
          <dt>Last GPU</dt>
          <dd>{walk?.marginal == null ? <Unknown why={none} /> : dollars(walk.marginal)}</dd>
        </div>
        <div>
          <dt>Slippage</dt>
          <dd>
            {walk?.slippage_bps == null ? (
              <Unknown why={none} />
            ) : (
              <>
                {count(Math.round(walk.slippage_bps))} <small>bp</small>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>In the stack</dt>
          <dd>
            {count(total)} <small>GPUs, {plural(steps.length, "listing")}</small>
          </dd>
        </div>
      </dl>
      {params.supply === "table" ? (
        <div class="table-box tall">
          <DataTable
            caption="Supply by price"
            columns={[
              {
                key: "usd",
                label: "Price",
                unit: "$/GPU-h",
                align: "right",
                cell: (step: SupplyStep) => price(step.usd_per_gpu_hour),
              },
              { key: "gpus", label: "GPUs", align: "right", cell: (step) => count(step.gpus) },
              {
                key: "sum",
                label: "Up to here",
                unit: "GPUs",
                align: "right",
                cell: (step) => count(step.cumulative_gpus),
              },
              { key: "by", label: "Provider", cell: (step) => step.provider },
            ]}
            rows={steps}
            rowKey={(step) => step.listing_id}
            empty="No current offer."
          />
        </div>
      ) : steps.length > 0 ? (
        <div class="inside">
          <SupplySteps steps={steps} gpus={gpus} truncatedAbove={supply?.truncated_above ?? null} />
        </div>
      ) : (
        <p class="chart-note">
          {supply === null
            ? "Loading…"
            : excluded.length === 0
              ? "No current offer: nobody sells it on these terms."
              : "No current offer stands in the stack; older ones are in the table below."}
        </p>
      )}
      {datedAt !== null && (
        <p class="chart-note">
          <strong>Nothing is current: this is the stack of {instant(datedAt)}.</strong>
        </p>
      )}
      {supply?.truncated_above != null && (
        <p class="chart-note">
          From {dollars(supply.truncated_above)} on a capped or partial pull is blind: there may be more.
        </p>
      )}
      {excluded.length > 0 && <p class="chart-note">Not in the stack: {excluded.join("; ")}.</p>}
    </Panel>
  );
};
