import type uPlot from "uplot";
import { tickTexts } from "../lib/scale.ts";
import type { Palette } from "./chart.tsx";

const [minute, hour, day] = [60, 3600, 86_400];

const axisOf = (palette: Palette): uPlot.Axis => ({
  stroke: palette.muted,
  grid: { stroke: palette.line, width: 1 },
  ticks: { show: false },
  font: "11px system-ui, sans-serif",
  labelFont: "11px system-ui, sans-serif",
});

/** Step in seconds, its text, and what a new year, month or day adds beneath it. */
const stamps = (
  step: number,
  text: string,
  year: string | null = null,
  nextDay: string | null = null,
): (number | string | null)[] => [step, text, year, null, nextDay, null, null, null, 1];

const wholeDay = "\n{YYYY}-{MM}-{DD}";

/** Times as the rest of the page writes them: 2026, 2026-07, 07-09, 14:00. */
export const timeAxis = (palette: Palette): uPlot.Axis => ({
  ...axisOf(palette),
  values: [
    stamps(365 * day, "{YYYY}"),
    stamps(28 * day, "{YYYY}-{MM}"),
    stamps(day, "{MM}-{DD}", "\n{YYYY}"),
    stamps(hour, "{HH}:{mm}", wholeDay, wholeDay),
    stamps(minute, "{HH}:{mm}", wholeDay, wholeDay),
    stamps(1, "{HH}:{mm}:{ss}", wholeDay, wholeDay),
  ],
});

/** Numbers with as many decimals as the step between them needs. */
export const valueAxis = (palette: Palette, sign = ""): uPlot.Axis => ({
  ...axisOf(palette),
  size: 56,
  values: (_, ticks) => tickTexts(ticks).map((text) => sign + text),
});
