import { canonicalJson } from "../../domain/canonical-json.ts";

/** A price behind a published value, as it is kept and checked. */
export interface Receipt {
  readonly provider: string;
  readonly usdPerGpuHour: number;
  /** Listings at that price and the GPUs behind them: those told free, else their packages. */
  readonly listings: number;
  readonly gpus: number;
  /** Free GPUs that these listings tell; null where they do not. As the next two, absent in version 1. */
  readonly freeGpus?: number | null;
  /** GPUs of their packages. */
  readonly packageGpus?: number;
  /** Parts of a region and type that they are (`IndexListing.part`). */
  readonly parts?: number;
  /** How much the provider's price usually moves, USD per GPU-hour; null where the method does not ask. */
  readonly deviation: number | null;
  /** Share of the index weight, 0..1: what the price weighs in the value, 0 where it does not count. */
  readonly weight: number;
  /** `ok`; `gate` or what is wrong with its numbers: it does not count; `outlier`, `jump`: it counts by its weight. */
  readonly status: string;
}

/** Receipts as canonical JSON in the names they are served with, whatever order they come in. */
export const receiptsJson = (receipts: readonly Receipt[]): string => {
  const texts = receipts.map((receipt) => canonicalJson(servedReceipt(receipt)));
  return `[${texts.sort().join(",")}]`;
};

/** A receipt in the names it is served and hashed with. */
export const servedReceipt = ({ usdPerGpuHour, freeGpus, packageGpus, ...rest }: Receipt) => ({
  ...rest,
  usd_per_gpu_hour: usdPerGpuHour,
  ...(freeGpus === undefined ? {} : { free_gpus: freeGpus }),
  ...(packageGpus === undefined ? {} : { package_gpus: packageGpus }),
});

/** Receipts from the text that `receiptsJson` makes of them. */
export const parseReceipts = (text: string): Receipt[] =>
  (JSON.parse(text) as ReturnType<typeof servedReceipt>[]).map(
    ({ usd_per_gpu_hour: usdPerGpuHour, free_gpus, package_gpus, ...rest }) => ({
      ...rest,
      usdPerGpuHour,
      ...(free_gpus === undefined ? {} : { freeGpus: free_gpus }),
      ...(package_gpus === undefined ? {} : { packageGpus: package_gpus }),
    }),
  );

/**
 * Digest of receipts whatever order they come in: `sha256` (text to hexadecimal) of their canonical JSON sorted by
 * that text. Empty: the digest of an empty list.
 */
export const receiptsDigest = (receipts: readonly Receipt[], sha256: (text: string) => string): string =>
  sha256(receiptsJson(receipts));
