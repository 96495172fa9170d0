/** One line of a benchmark: what was measured, the figure, its limit and whether it holds. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number;
  /** The figure must stay at or below the limit, or reach it. */
  readonly sense: "at most" | "at least";
  readonly note?: string;
}

export const holds = ({ value, limit, sense }: Figure): boolean =>
  sense === "at most" ? value <= limit : value >= limit;

export const printFigure = (figure: Figure): void => {
  const mark = holds(figure) ? "ok  " : "MISS";
  const value = Number(figure.value.toPrecision(4));
  process.stdout.write(
    `${mark}  ${figure.name.padEnd(58)} ${String(value).padStart(10)} ${figure.unit.padEnd(6)} ${figure.sense} ${figure.limit}${figure.note ? `  (${figure.note})` : ""}\n`,
  );
};

/** The value below which a share of the sample lies; NaN for an empty one. */
export const percentile = (sample: readonly number[], share: number): number => {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

export const median = (sample: readonly number[]): number => percentile(sample, 0.5);
