import type { Purchase } from "../api-types.ts";
import type { Params } from "../lib/location.ts";

/** A field of the quote; `usual` counts while it is empty, null asks for nothing. */
interface QuoteField {
  readonly name: "n" | "h" | "age";
  readonly before: string;
  readonly after: string;
  readonly usual: number | null;
  readonly whole: boolean;
}

export const quoteFields: readonly QuoteField[] = [
  { name: "n", before: "Buy", after: "GPUs", usual: 8, whole: true },
  { name: "h", before: "for", after: "h", usual: 24, whole: false },
  { name: "age", before: "prices at most", after: "h old", usual: null, whole: false },
];

const most = 100_000;

const numberOf = ({ name, usual }: QuoteField, params: Params): number | null => {
  const text = params[name]?.trim() ?? "";
  return text === "" ? usual : Number(text);
};

/** Fields whose text is not what they want, with what they do. */
export const quoteFaults = (params: Params): Readonly<Record<string, string>> =>
  Object.fromEntries(
    quoteFields.flatMap((field) => {
      const value = numberOf(field, params);
      if (value === null || (value > 0 && value <= most && (!field.whole || Number.isInteger(value))))
        return [];
      return [
        [
          field.name,
          field.whole ? "a whole number from 1 to 100,000" : "a number above 0 to 100,000",
        ] as const,
      ];
    }),
  );

export interface QuoteRequest {
  readonly gpu: string;
  readonly gpus: number;
  readonly hours: number;
  readonly purchase: Purchase;
  readonly max_age_hours?: number;
}

/** The request that the address stands for; null while a field is wrong. */
export const quoteBody = (gpu: string, purchase: Purchase, params: Params): QuoteRequest | null => {
  if (Object.keys(quoteFaults(params)).length > 0) return null;
  const [gpus, hours, age] = quoteFields.map((field) => numberOf(field, params));
  return { gpu, gpus: gpus!, hours: hours!, purchase, ...(age == null ? {} : { max_age_hours: age }) };
};
