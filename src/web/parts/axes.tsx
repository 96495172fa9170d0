import { type Frame, tickTexts } from "../lib/scale.ts";

/** Lines, numbers and names of both axes of a drawing; without `yText` as many decimals as the step between them needs. */
export const Axes = ({
  frame,
  xTicks,
  yTicks,
  xText,
  yText,
  xName,
  yName,
}: {
  frame: Frame;
  xTicks: readonly number[];
  yTicks: readonly number[];
  xText: (value: number) => string;
  yText?: (value: number) => string;
  xName: string;
  yName: string;
}) => (
  <g class="axes">
    {yTicks.map((value, i) => (
      <g key={value}>
        <line x1={frame.left} x2={frame.right} y1={frame.y(value)} y2={frame.y(value)} />
        <text x={frame.left - 6} y={frame.y(value) + 4} text-anchor="end">
          {value === 0 ? "0" : (yText?.(value) ?? tickTexts(yTicks)[i])}
        </text>
      </g>
    ))}
    {xTicks.map((value) => (
      <text key={value} x={frame.x(value)} y={frame.bottom + 18} text-anchor="middle">
        {xText(value)}
      </text>
    ))}
    <text x="0" y="11">
      {yName}
    </text>
    <text x={frame.right} y={frame.height - 4} text-anchor="end">
      {xName}
    </text>
  </g>
);
