import uPlot from "uplot";
import { minuteOf, price } from "../lib/format.ts";
import { patch } from "../lib/use-place.ts";
import { type Palette, pointsOf } from "../parts/chart.tsx";
import { timeAxis, valueAxis } from "../parts/chart-axes.ts";
import type { Line } from "./history-lines.ts";
import { iso } from "./range.ts";

const leastPixels = 4;

/** What is dragged over becomes the span of the address, in finer buckets; back undoes it. */
export const zoom = (plot: uPlot): void => {
  const { left, width } = plot.select;
  if (width < leastPixels) return;
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  const at = (pixel: number): string => iso(plot.posToVal(pixel, "x") * 1000);
  patch({ from: at(left), to: at(left + width) });
};

export const zoomOut = (): void => patch({ from: null, to: null });

/** A posted price stands until the next one: steps, not slopes. */
const steps = uPlot.paths.stepped?.({ align: 1 });

/** The legend's mark is dashed as its line is, since two sellers can share a colour. */
const markerDash = (plot: uPlot, index: number): string => {
  const first = plot.series[index]?.dash?.[0];
  return first === undefined ? "solid" : first > 2 ? "dashed" : "dotted";
};

export const historyOptions = (lines: readonly Line[]) => (palette: Palette) => ({
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
  legend: { markers: { dash: markerDash } },
  scales: { x: { time: true } },
  tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
  axes: [timeAxis(palette), valueAxis(palette)],
  series: [
    {
      label: "UTC",
      value: (_: uPlot, seconds: number | null) => (seconds === null ? "—" : minuteOf(seconds * 1000)),
    },
    ...lines.map((line) => {
      const style = line.style(palette);
      return {
        label: line.name,
        width: 1.5,
        spanGaps: false,
        points: pointsOf(style.stroke as string),
        value: (_: uPlot, value: number | null) => (value === null ? "—" : price(value)),
        ...(line.posted && steps ? { paths: steps } : {}),
        ...style,
      };
    }),
  ],
});
