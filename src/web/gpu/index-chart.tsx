import uPlot from "uplot";
import type { IndexPoint } from "../api-types.ts";
import { minuteOf } from "../lib/format.ts";
import { indexReason } from "../lib/words.ts";
import { Chart, type Palette, pointsOf } from "../parts/chart.tsx";
import { timeAxis, valueAxis } from "../parts/chart-axes.ts";
import { zoom, zoomOut } from "./history-options.ts";
import { indexFormat } from "./index-series.ts";

/** Whether the same index from items seen twice alone stands beside it. */
const isCrossed = (rows: readonly IndexPoint[]): boolean =>
  rows.some(({ cross_check }) => cross_check !== null && cross_check !== undefined);

/** An open bound is no number: there the band ends. */
const dataOf = (rows: readonly IndexPoint[]): uPlot.AlignedData =>
  [
    rows.map(({ at }) => Date.parse(at) / 1000),
    rows.map(({ high }) => high),
    rows.map(({ low }) => low),
    rows.map(({ value }) => value),
    ...(isCrossed(rows) ? [rows.map(({ cross_check }) => cross_check)] : []),
  ] as uPlot.AlignedData;

const optionsOf = (rows: readonly IndexPoint[]) => (palette: Palette) => {
  const format = indexFormat(rows.at(-1)?.unit);
  const value = (_: uPlot, number: number | null): string => (number === null ? "—" : format(number));
  const withReason = (_: uPlot, number: number | null, __: number, i: number | null): string =>
    number !== null ? format(number) : i === null ? "—" : `— ${indexReason(rows[i]?.reason ?? null)}`;
  const edge = { stroke: palette.muted, width: 0.5, spanGaps: false, points: { show: false }, value };
  return {
    cursor: {
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          zoomOut();
          return null;
        },
      },
    },
    hooks: { setSelect: [zoom] },
    scales: { x: { time: true } },
    tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    axes: [timeAxis(palette), valueAxis(palette, format(1).startsWith("$") ? "$" : "")],
    bands: [{ series: [1, 2] as uPlot.Band["series"], fill: palette.fill }],
    series: [
      {
        label: "UTC",
        value: (_: uPlot, seconds: number | null) => (seconds === null ? "—" : minuteOf(seconds * 1000)),
      },
      { label: "High", ...edge },
      { label: "Low", ...edge },
      {
        label: "Index",
        stroke: palette.accent,
        width: 2,
        spanGaps: false,
        points: pointsOf(palette.accent),
        value: withReason,
      },
      ...(isCrossed(rows)
        ? [
            {
              label: "Cross-check (time-product dummy)",
              stroke: palette.series[1] ?? "",
              width: 1,
              dash: [4, 3],
              spanGaps: false,
              points: { show: false },
              value,
            },
          ]
        : []),
    ],
  };
};

/** The index as a line in its band; a time without one is a gap, its reason in the legend. */
export const IndexChart = ({ name, rows }: { name: string; rows: readonly IndexPoint[] }) => (
  <Chart
    label={`Index of ${name} with its interval over time`}
    height={240}
    data={dataOf(rows)}
    signature={JSON.stringify([name, rows.length, rows.at(-1)])}
    options={optionsOf(rows)}
  />
);
