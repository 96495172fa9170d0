/** A plot area in pixels and how numbers fall into it. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** A frame from 0 (or `xFrom`, `yFrom`) to the given ends, with room for the axes and their names. */
export const frameOf = ({
  width,
  height,
  xTo,
  yTo,
  xFrom = 0,
  yFrom = 0,
}: {
  width: number;
  height: number;
  xTo: number;
  yTo: number;
  xFrom?: number;
  yFrom?: number;
}): Frame => {
  const [left, right, top, bottom] = [48, Math.max(48, width - 12), 22, height - 40];
  const part = (value: number, from: number, to: number): number =>
    to === from ? 0 : (value - from) / (to - from);
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    x: (value) => left + part(value, xFrom, xTo) * (right - left),
    y: (value) => bottom - part(value, yFrom, yTo) * (bottom - top),
  };
};

/** A few round numbers from 0 (or the first above `from`) to the top; none where there is no span. */
export const ticksTo = (top: number, most: number, from = 0): number[] => {
  if (!(top > from) || !Number.isFinite(top - from)) return [];
  const rough = (top - from) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(top / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
};

/** A line through points [x, y] of the data. */
export const linePath = (
  points: readonly (readonly [number, number])[],
  { x, y }: Pick<Frame, "x" | "y">,
): string =>
  points.map(([a, b], i) => `${i === 0 ? "M" : "L"}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join("");

/** Decimals that a step needs to be told from its neighbours, at most six. */
const decimalsOfStep = (step: number): number => {
  for (let decimals = 0; decimals < 6; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * Math.abs(scaled)) return decimals;
  }
  return 6;
};

/** Evenly spaced numbers of an axis, all with the same decimals; tenths get hundredths, as prices have. */
export const tickTexts = (ticks: readonly number[]): string[] => {
  const [first, second] = ticks;
  const step = first === undefined ? 1 : second === undefined ? first : second - first;
  const needed = decimalsOfStep(Number(step.toPrecision(9)));
  const decimals = needed === 1 ? 2 : needed;
  return ticks.map((value) =>
    value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
  );
};
