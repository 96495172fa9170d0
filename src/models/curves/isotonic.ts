import { isPositive } from "../is-positive.ts";

export interface IsotonicPoint {
  /** GPUs up to and with this step, as a share of all of them, 0..1. */
  readonly cumulativeShare: number;
  /** Fitted price, USD per GPU-hour, never falling. */
  readonly usdPerGpuHour: number;
}

/**
 * Isotonic regression: the rising sequence nearest to `values` in weighted squares, by pooling neighbours that
 * fall. One weight a value, positive. Source: Barlow et al. 1972 (PAVA). Empty: empty. One value: itself. A value
 * or weight that is not finite, a weight that is not positive, or unequal lengths: null.
 */
export const isotonicRegression = (
  values: readonly number[],
  weights: readonly number[],
): number[] | null => {
  if (values.length !== weights.length) return null;
  if (!values.every(Number.isFinite) || !weights.every(isPositive)) return null;
  const blocks: { mean: number; weight: number; count: number }[] = [];
  values.forEach((value, i) => {
    let block = { mean: value, weight: weights[i]!, count: 1 };
    for (let last = blocks.at(-1); last && last.mean >= block.mean; last = blocks.at(-1)) {
      blocks.pop();
      const weight = last.weight + block.weight;
      const mean = (last.mean * last.weight + block.mean * block.weight) / weight;
      block = { mean, weight, count: last.count + block.count };
    }
    blocks.push(block);
  });
  return blocks.flatMap(({ mean, count }) => new Array<number>(count).fill(mean));
};

/**
 * The stack as a rising curve: isotonic regression of ln p on the cumulative share of GPUs, weighted by GPUs. Steps
 * come in the order of the stack, which need not be that of their (adjusted) prices. Source: methods.md 2. Empty:
 * empty. One step: itself. Steps whose price or GPUs are not finite and positive are left out.
 */
export const isotonicSupply = (
  steps: readonly { readonly usdPerGpuHour: number; readonly gpus: number }[],
): IsotonicPoint[] => {
  const usable = steps.filter(({ usdPerGpuHour, gpus }) => isPositive(usdPerGpuHour) && isPositive(gpus));
  const total = usable.reduce((sum, { gpus }) => sum + gpus, 0);
  const fitted = isotonicRegression(
    usable.map(({ usdPerGpuHour }) => Math.log(usdPerGpuHour)),
    usable.map(({ gpus }) => gpus),
  );
  let cumulative = 0;
  return usable.map(({ gpus }, i) => {
    cumulative += gpus;
    return { cumulativeShare: cumulative / total, usdPerGpuHour: Math.exp(fitted![i]!) };
  });
};
