import { canonicalJson } from "../../domain/canonical-json.ts";

/** A price behind a published value, as it is kept and checked. */
export interface Receipt {
  readonly provider: string;
  readonly usdPerGpuHour: number;
  /** Listings at that price and the GPUs behind them. */
  readonly listings: number;
  readonly gpus: number;
  /** How much the provider's price usually moves, USD per GPU-hour; null where the method does not ask. */
  readonly deviation: number | null;
  /** Share of the index weight, 0..1. */
  readonly weight: number;
  /** `ok`, or why the price does not count or is looked at twice (`gate`, `outlier`, `jump`). */
  readonly status: string;
}

/** Receipts as canonical JSON in the names they are served with, whatever order they come in. */
export const receiptsJson = (receipts: readonly Receipt[]): string => {
  const texts = receipts.map((receipt) => canonicalJson(servedReceipt(receipt)));
  return `[${texts.sort().join(",")}]`;
};

/** A receipt in the names it is served and hashed with. */
export const servedReceipt = ({ usdPerGpuHour, ...rest }: Receipt) => ({
  ...rest,
  usd_per_gpu_hour: usdPerGpuHour,
});

/** Receipts from the text that `receiptsJson` makes of them. */
export const parseReceipts = (text: string): Receipt[] =>
  (JSON.parse(text) as ReturnType<typeof servedReceipt>[]).map(({ usd_per_gpu_hour, ...rest }) => ({
    ...rest,
    usdPerGpuHour: usd_per_gpu_hour,
  }));

/**
 * Digest of receipts whatever order they come in: `sha256` (text to hexadecimal) of their canonical JSON sorted by
 * that text. Empty: the digest of an empty list.
 */
export const receiptsDigest = (receipts: readonly Receipt[], sha256: (text: string) => string): string =>
  sha256(receiptsJson(receipts));
