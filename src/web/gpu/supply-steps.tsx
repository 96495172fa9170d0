import type { SupplyStep } from "../api-types.ts";
import { count, dollars, price } from "../lib/format.ts";

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

/** The stack as steps, with the GPUs asked for and where a cut pull is blind. */
export const SupplySteps = ({
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
