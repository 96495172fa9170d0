import uPlot from "uplot";
import { minuteOf, price } from "../lib/format.ts";
import { patch } from "../lib/use-place.ts";
import { axisOf, type Palette } from "../parts/chart.tsx";
import type { Line } from "./history-lines.ts";
import { iso } from "./range.ts";

const leastPixels = 4;

/** What is dragged over becomes the span of the address, in finer buckets; back undoes it. */
const zoom = (plot: uPlot): void => {
  const { left, width } = plot.select;
  if (width < leastPixels) return;
  const at = (pixel: number): string => iso(plot.posToVal(pixel, "x") * 1000);
  patch({ from: at(left), to: at(left + width) });
};

export const zoomOut = (): void => patch({ from: null, to: null });

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
  scales: { x: { time: true } },
  tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
  axes: [
    axisOf(palette),
    { ...axisOf(palette), size: 56, values: (_: uPlot, ticks: number[]) => ticks.map(price) },
  ],
  series: [
    {
      label: "UTC",
      value: (_: uPlot, seconds: number | null) => (seconds === null ? "—" : minuteOf(seconds * 1000)),
    },
    ...lines.map((line) => ({
      label: line.name,
      width: 1.5,
      spanGaps: false,
      value: (_: uPlot, value: number | null) => (value === null ? "—" : price(value)),
      ...line.style(palette),
    })),
  ],
});
