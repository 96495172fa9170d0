import type { Tightness } from "../api-types.ts";

/** The path of a score over time; a day without one breaks it. */
export const scorePath = (
  history: Tightness["history"],
  { x, y }: { x: (ms: number) => number; y: (score: number) => number },
): string =>
  history
    .map(({ at, score }, i) => {
      if (score === null) return "";
      const before = history[i - 1];
      return `${before === undefined || before.score === null ? "M" : "L"}${x(Date.parse(at)).toFixed(1)} ${y(score).toFixed(1)}`;
    })
    .join("");
