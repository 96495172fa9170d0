import type uPlot from "uplot";

/** The newest place where some series has a value. */
const lastKnown = ({ data }: uPlot): number | null => {
  const [times = [], ...values] = data;
  for (let i = times.length - 1; i >= 0; i--) if (values.some((line) => line[i] != null)) return i;
  return null;
};

/** While no cursor is over the plot its legend shows the newest values, with their time. */
export const restingAtLast = (series: readonly uPlot.Series[]): uPlot.Series[] =>
  series.map((each) => {
    const { value } = each;
    if (typeof value !== "function") return each;
    return {
      ...each,
      value: (plot, number, line, place) => {
        const last = place === null ? lastKnown(plot) : null;
        return last === null
          ? value(plot, number, line, place)
          : value(plot, plot.data[line]?.[last] as number, line, last);
      },
    };
  });
