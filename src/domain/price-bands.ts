import type { GpuTable } from "./gpu.ts";

/** Prices in USD per GPU-hour between which an offer of a GPU is believed, both ends included. */
export interface PriceBand {
  readonly low: number;
  readonly high: number;
}

export interface PriceBands {
  /** The band of a GPU, of a family the union of its members'; the widest for one without a row of its own. */
  readonly of: (gpu: string) => PriceBand;
  /** Whether the table has a row for the GPU, or for every member of a family. */
  readonly has: (gpu: string) => boolean;
}

/** What no GPU of today is let for less or more. */
export const widestBand: PriceBand = { low: 0.02, high: 40 };

/** Reads data/price-bands.csv (gpu, low_usd_per_gpu_hour, high_usd_per_gpu_hour). Bad rows throw. */
export const buildPriceBands = (
  rows: readonly Readonly<Record<string, string>>[],
  gpus: GpuTable,
): PriceBands => {
  const own = new Map(rows.map((row) => [row.gpu ?? "", bandOf(row)]));
  for (const id of own.keys()) {
    if (!gpus.byId.has(id)) throw new Error(`data/price-bands.csv: there is no GPU "${id}"`);
  }
  const cache = new Map<string, PriceBand>();
  return {
    has: (gpu) => own.has(gpu) || gpus.membersOf(gpu).every((id) => own.has(id)),
    of: (gpu) => {
      const known = cache.get(gpu);
      if (known !== undefined) return known;
      const bands = gpus.membersOf(gpu).flatMap((id) => own.get(id) ?? []);
      const band = own.get(gpu) ?? union(bands);
      cache.set(gpu, band);
      return band;
    },
  };
};

const bandOf = (row: Readonly<Record<string, string>>): PriceBand => {
  const [low, high] = [Number(row.low_usd_per_gpu_hour), Number(row.high_usd_per_gpu_hour)];
  if (!(low > 0) || !(high > low) || !Number.isFinite(high))
    throw new Error(`data/price-bands.csv: ${row.gpu} has no band`);
  return { low, high };
};

const union = (bands: readonly PriceBand[]): PriceBand =>
  bands.length === 0
    ? widestBand
    : {
        low: Math.min(...bands.map(({ low }) => low)),
        high: Math.max(...bands.map(({ high }) => high)),
      };
