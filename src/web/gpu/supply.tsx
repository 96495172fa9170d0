import type { Purchase, Supply as SupplyData, SupplyStep } from "../api-types.ts";
import { pathOf } from "../lib/client.ts";
import { count, dollars, plural, price } from "../lib/format.ts";
import { useAnswer } from "../lib/use-answer.ts";
import { patch, usePlace } from "../lib/use-place.ts";
import { excludedWords } from "../lib/words.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Failed } from "../parts/notice.tsx";
import { Panel, Twin } from "../parts/panel.tsx";
import { Unknown } from "../parts/unknown.tsx";

const width = 640;
const height = 220;
const left = 48;
const bottom = 28;

/** A few round numbers from 0 to the top. */
const ticksTo = (top: number, most: number): number[] => {
  const rough = top / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
};

const Stack = ({
  steps,
  gpus,
  truncatedAbove,
}: {
  steps: readonly SupplyStep[];
  gpus: number;
  truncatedAbove: number | null;
}) => {
  const total = steps.at(-1)?.cumulative_gpus ?? 0;
  const top = Math.max(...steps.map(({ usd_per_gpu_hour }) => usd_per_gpu_hour)) * 1.05;
  const x = (amount: number): number => left + (amount / total) * (width - left - 8);
  const y = (usd: number): number => 8 + (1 - usd / top) * (height - bottom - 8);
  const path = steps
    .map(
      (step) =>
        `H${x(step.cumulative_gpus - step.gpus).toFixed(1)}V${y(step.usd_per_gpu_hour).toFixed(1)}H${x(step.cumulative_gpus).toFixed(1)}`,
    )
    .join("");
  return (
    <svg
      class="supply"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Supply: ${count(total)} GPUs from ${dollars(steps[0]!.usd_per_gpu_hour)} up`}
    >
      {ticksTo(top, 4).map((usd) => (
        <g key={usd}>
          <line x1={left} x2={width - 8} y1={y(usd)} y2={y(usd)} />
          <text x={left - 6} y={y(usd) + 4} text-anchor="end">
            {price(usd)}
          </text>
        </g>
      ))}
      {ticksTo(total, 5).map((amount) => (
        <text key={amount} x={x(amount)} y={height - 8} text-anchor="middle">
          {count(Math.round(amount))}
        </text>
      ))}
      <path d={`M${left} ${y(0)}${path}V${y(0)}Z`} />
      {gpus <= total && <line class="marker" x1={x(gpus)} x2={x(gpus)} y1={8} y2={y(0)} />}
      {truncatedAbove !== null && (
        <line class="blind" x1={left} x2={width - 8} y1={y(truncatedAbove)} y2={y(truncatedAbove)} />
      )}
    </svg>
  );
};

/** What is offered at which price, as steps, and what taking N GPUs from the cheapest up costs. */
export const Supply = ({ gpu, purchase, gpus }: { gpu: string; purchase: Purchase; gpus: number }) => {
  const { params } = usePlace();
  const { answer, failure, busy, reload } = useAnswer<SupplyData>(
    pathOf("/v1/curves/supply", { gpu, purchase, gpus }),
    { scope: `${gpu} ${purchase}` },
  );
  const steps = answer?.data.steps ?? [];
  const walk = answer?.data.walk;
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
          <Stack steps={steps} gpus={gpus} truncatedAbove={answer?.data.truncated_above ?? null} />
        </div>
      ) : (
        <p class="chart-note">
          {answer === null
            ? "Loading…"
            : "No current offer stands in the stack; older ones are in the table below."}
        </p>
      )}
      {answer?.data.truncated_above != null && (
        <p class="chart-note">
          From {dollars(answer.data.truncated_above)} on a capped or partial pull is blind: there may be more.
        </p>
      )}
      {answer && excludedWords(answer.data.excluded).length > 0 && (
        <p class="chart-note">Not in the stack: {excludedWords(answer.data.excluded).join("; ")}.</p>
      )}
    </Panel>
  );
};
