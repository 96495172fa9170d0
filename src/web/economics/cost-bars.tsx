import type { Economics } from "../api-types.ts";
import { dollars } from "../lib/format.ts";
import { Picture } from "../parts/picture.tsx";

const [rowHeight, labelWidth, valueWidth] = [32, 112, 64];

const barsOf = ({ index, floor, avoidable }: Economics) =>
  [
    { kind: "area-index", label: "Index", usd: index.value, low: index.low, high: index.high },
    { kind: "area-full", label: "Operating floor", usd: floor, low: null, high: null },
    { kind: "area-avoidable", label: "Avoidable cost", usd: avoidable, low: null, high: null },
  ] as const;

/** The index beside what it costs to own a GPU and what it costs to let it run, USD per GPU-hour. */
export const CostBars = ({ row }: { row: Economics }) => {
  const bars = barsOf(row);
  const most = Math.max(...bars.map(({ usd, high }) => high ?? usd ?? 0), 0.001);
  const words = bars
    .map(({ label, usd }) => `${label} ${usd === null ? "unknown" : dollars(usd)}`)
    .join(", ");
  return (
    <Picture height={bars.length * rowHeight} label={words}>
      {(width) => {
        const x = (usd: number): number =>
          labelWidth + Math.max(0, usd / most) * (width - labelWidth - valueWidth);
        return bars.map(({ kind, label, usd, low, high }, i) => {
          const middle = i * rowHeight + rowHeight / 2;
          return (
            <g key={kind}>
              <text x="0" y={middle + 4}>
                {label}
              </text>
              {usd !== null && (
                <rect class={kind} x={x(0)} width={Math.max(1, x(usd) - x(0))} y={middle - 8} height="16" />
              )}
              {low !== null && high !== null && (
                <line class="whisker" x1={x(low)} x2={x(high)} y1={middle} y2={middle} />
              )}
              <text class="strong" x={x(high ?? usd ?? 0) + 8} y={middle + 4}>
                {usd === null ? "— unknown" : dollars(usd)}
              </text>
            </g>
          );
        });
      }}
    </Picture>
  );
};
