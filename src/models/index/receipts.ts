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

/** Anything JSON can hold. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * JSON in one form only, so that equal content gives equal text: names sorted by code unit, no spaces, numbers as
 * JavaScript writes them (RFC 8785). A number that is not finite is written as null, a field that is undefined is
 * left out.
 */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value)
    .filter((field): field is [string, Json] => field[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
};

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

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
