import type { Forward, ForwardTenor } from "../api-types.ts";
import { signedDollars } from "../lib/format.ts";
import { reasonWords } from "../lib/words.ts";

/** Largest cost of capital that can be asked for, percent a year. */
export const mostRatePercent = 100;

/** The span of prices to draw: all there is, or down to 0 where a forward is negative it goes below. */
export const priceSpan = ({
  tenors,
  spot,
  floor,
}: Forward): { readonly from: number; readonly to: number } => {
  const values = [
    ...tenors.flatMap(({ rate, forward, low, high }) => [rate, forward, low, high]),
    ...[spot.value, spot.high, floor.full, floor.avoidable],
  ].filter((value): value is number => value !== null);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return { from: low * 1.05, to: high * 1.08 };
};

/** 0 and the tenors, without those that would stand in each other. */
export const monthTicks = (tenors: readonly Pick<ForwardTenor, "months">[]): number[] => {
  const last = tenors.at(-1)?.months ?? 0;
  const kept = [last];
  for (const { months } of tenors.toReversed()) {
    if (kept[0]! - months >= last / 16 && months >= last / 16) kept.unshift(months);
  }
  return [0, ...kept.filter((month) => month > 0)];
};

/** "Months 12 to 24 at $1.55, 24 to 36 at $1.46: it lies below …", a line a flag. */
export const flagWords = (tenors: readonly ForwardTenor[]): readonly string[] =>
  [...new Set(tenors.flatMap(({ flag }) => (flag === null ? [] : [flag])))].map((flag) => {
    const spans = tenors
      .filter((tenor) => tenor.flag === flag)
      .map(({ from_months, months, forward }) => {
        const rate = forward === null ? "" : ` at ${signedDollars(forward)}`;
        return `${from_months} to ${months}${rate}`;
      });
    return `Months ${spans.join(", ")}: ${reasonWords(flag)}.`;
  });
