import type { PricedObservation } from "../../../src/models/index/priced-observation.ts";

type Row = readonly [number, string, number, number, string, number | null];

/** Period, item, USD per GPU-hour, GPUs, form factor, RAM per GPU. Made up for tests. */
const rows: readonly Row[] = [
  [1, "a", 2.0, 8, "sxm", 16],
  [1, "b", 1.7, 4, "pcie", 24],
  [1, "c", 2.3, 8, "sxm", 32],
  [1, "d", 1.6, 1, "pcie", null],
  [2, "a", 2.05, 8, "sxm", 16],
  [2, "b", 1.75, 4, "pcie", 24],
  [2, "e", 2.6, 2, "sxm", 48],
  [2, "d", 1.66, 1, "pcie", null],
  [3, "a", 2.2, 8, "sxm", 16],
  [3, "c", 2.45, 8, "sxm", 32],
  [3, "e", 2.7, 2, "sxm", 48],
  [3, "f", 1.9, 16, "pcie", 20],
];

export const smallPanel: readonly PricedObservation[] = rows.map(
  ([period, item, usdPerGpuHour, gpus, form, ram]) => ({
    period,
    item,
    provider: `p-${item}`,
    usdPerGpuHour,
    gpus,
    traits: { form, ram },
  }),
);

/** An observation with one GPU and no traits. */
export const seen = (
  period: number,
  item: string,
  usdPerGpuHour: number,
  changes: Partial<PricedObservation> = {},
): PricedObservation => ({ period, item, provider: item, usdPerGpuHour, gpus: 1, traits: {}, ...changes });
