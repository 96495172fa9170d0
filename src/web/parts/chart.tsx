import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { aloneIn } from "../lib/alone.ts";
import { useTheme } from "../lib/theme.ts";
import { restingAtLast } from "./chart-legend.ts";

/** Colours of the page as the chart needs them; read when it is drawn. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly fill: string;
  readonly series: readonly string[];
}

const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  const get = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: get("--text"),
    muted: get("--muted"),
    line: get("--line"),
    accent: get("--accent"),
    fill: get("--accent-soft"),
    series: Array.from({ length: 8 }, (_, i) => get(`--series-${i}`)),
  };
};

type Options = Omit<uPlot.Options, "width" | "height">;

/** Points of a line: all where there is room for them, else those that stand alone, which no line shows. */
export const pointsOf = (fill: string): uPlot.Series.Points => ({
  size: 4,
  fill,
  filter: (plot, series, shown) => (shown ? null : aloneIn(plot.data[series] ?? [])),
});

/** A canvas chart. `signature` names what `options` depend on; while it stays, only the data is replaced. */
export const Chart = ({
  label,
  height,
  data,
  signature,
  options,
}: {
  label: string;
  height: number;
  data: uPlot.AlignedData;
  signature: string;
  options: (palette: Palette) => Options;
}) => {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const drawn = useRef("");
  const { dark } = useTheme();
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    drawn.current = JSON.stringify(data);
    const width = Math.max(120, element.clientWidth);
    const chosen = options(readPalette());
    const series = restingAtLast(chosen.series);
    plot.current = new uPlot({ width, height, ...chosen, series }, data, element);
    const observer = new ResizeObserver(() => {
      const wide = element.clientWidth;
      if (wide > 0 && wide !== plot.current?.width) plot.current?.setSize({ width: wide, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [signature, dark, height]);

  useEffect(() => {
    const text = JSON.stringify(data);
    if (text === drawn.current) return;
    drawn.current = text;
    plot.current?.setData(data);
  }, [data]);

  return <div ref={box} class="chart" role="img" aria-label={label} style={{ minHeight: `${height}px` }} />;
};
