import type { Completeness, OfferDraft } from "../domain/offer.ts";
import { AppError } from "../errors.ts";
import { currencyIn, inCurrency } from "./currency.ts";
import type { Keys } from "./keys.ts";
import { type ReadItems, readItems } from "./read-items.ts";
import type { Reading } from "./reading.ts";
import type { RawPayload } from "./source.ts";

/** A JSON object whose fields are not known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** The error of a payload that as a whole is not what the source sends. */
export const wrongShape = (field: string, expected: string): AppError =>
  new AppError("upstream_failed", `${field} is not the shape that was expected: ${expected}`, {
    details: { kind: "shape", field },
  });

/** The body as JSON; throws where it is none, a cut one included. */
export const readJson = (payload: RawPayload): unknown => {
  try {
    return JSON.parse(payload.body);
  } catch (cause) {
    throw new AppError(
      "upstream_failed",
      `${payload.name} is not the shape that was expected: it is not JSON`,
      {
        details: { kind: "shape", field: payload.name },
        cause,
      },
    );
  }
};

/** Not an array, not null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object at `field`; an empty one where it is missing, so that a row can be read leniently. */
export const child = (row: Json, field: string): Json => {
  const value = row[field];
  return isObject(value) ? value : {};
};

export const asObject = (value: unknown, field: string): Json => {
  if (!isObject(value)) throw wrongShape(field, "an object");
  return value;
};

export const asArray = (value: unknown, field: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw wrongShape(field, "an array");
  return value;
};

/** Trimmed text; null where there is none. */
export const text = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : null;

/** A finite number, also one written as text; null otherwise. */
export const number = (value: unknown): number | null => {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
};

/** A number above zero; null otherwise (venues write 0 for "not told" or "not offered"). */
export const positive = (value: unknown): number | null => {
  const read = number(value);
  return read !== null && read > 0 ? read : null;
};

/**
 * A price that a venue leaves out where it does not sell: null where it is missing, null or 0. Anything else that is
 * no number gives NaN, which `readRows` rejects.
 */
export const optionalPrice = (value: unknown): number | null => {
  if (value === undefined || value === null || value === "") return null;
  const read = number(value) ?? Number.NaN;
  return read === 0 ? null : read;
};

/** A whole number of at least one; null otherwise. */
export const count = (value: unknown): number | null => {
  const read = number(value);
  return read !== null && Number.isInteger(read) && read >= 1 ? read : null;
};

/** ISO 3166-1 alpha-2 in upper case; null otherwise. */
export const country = (value: unknown): string | null => {
  const code = text(value)?.toUpperCase() ?? "";
  return /^[A-Z]{2}$/.test(code) ? code : null;
};

export interface Rows extends Omit<ReadItems<OfferDraft>, "found"> {
  readonly offers: readonly OfferDraft[];
}

/**
 * Reads offers item by item; a price, count or share that cannot be is rejected here for all sources. Where a row names
 * a currency, or the answer as a whole does (`told`), its prices are in that one.
 */
export const readRows = (
  items: readonly unknown[],
  keys: Keys,
  read: (row: Json) => Reading,
  told: string | null = null,
): Rows => {
  const settle = (draft: OfferDraft, row: Json): OfferDraft | string => {
    const offer = inCurrency(draft, currencyIn(row) ?? told);
    return impossible(offer) ?? offer;
  };
  const { found, ...counts } = readItems(items, keys, read, settle);
  return { offers: found, ...counts };
};

const impossible = (draft: OfferDraft): string | null => {
  const { pricePerGpuHour, gpuCount, minGpus = gpuCount, gpuShare = 1 } = draft;
  if (!(pricePerGpuHour > 0) || !Number.isFinite(pricePerGpuHour)) return "bad_price";
  if (!/^[A-Za-z]{3}$/.test(draft.currency)) return "bad_currency";
  if (count(gpuCount) === null || count(minGpus) === null || minGpus > gpuCount) return "bad_gpu_count";
  return gpuShare > 0 && gpuShare <= 1 ? null : "bad_gpu_share";
};

export const joinRows = (parts: readonly Rows[]): Rows => ({
  offers: parts.flatMap((part) => part.offers),
  rejects: parts.flatMap((part) => part.rejects),
  dropped: sumOf(parts.map((part) => part.dropped)),
  seen: parts.reduce((sum, part) => sum + part.seen, 0),
});

const sumOf = (counts: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (const [rule, n] of counts.flatMap((each) => Object.entries(each))) sum[rule] = (sum[rule] ?? 0) + n;
  return sum;
};

interface Unseen {
  /** Scopes whose requests failed. */
  readonly lost?: readonly string[];
  /** Scopes that a cap cut. */
  readonly cut?: readonly string[];
  /** Reasons that are part of how the venue answers and no sign of a change. */
  readonly harmless?: readonly string[];
  /** Things seen that are not offers. */
  readonly seen?: number;
}

/** More rejected rows than this part make the pull partial. */
const tolerated = 0.2;

/** How complete a pull was. `"*"` among the scopes makes the whole of it blind. */
export const judge = (
  rows: Pick<Rows, "offers" | "rejects"> & Partial<Pick<Rows, "dropped">>,
  unseen: Unseen = {},
): Completeness => {
  const { lost = [], cut = [], harmless = [] } = unseen;
  const seen = rows.offers.length + rows.rejects.length + (unseen.seen ?? 0);
  if (seen === 0) return { state: "empty", note: nothing(rows.dropped), blindScopes: "*" };
  const unread = rows.rejects.filter((row) => !harmless.includes(row.reason)).length;
  const unreadable = unread > tolerated * seen;
  const notes = [
    ...(unreadable ? [`${unread} of ${seen} rows could not be read`] : []),
    ...(lost.length > 0 ? [`no answer for ${listed(lost)}`] : []),
    ...(cut.length > 0 ? [`cut off: ${listed(cut)}`] : []),
  ];
  const blind = [...new Set([...lost, ...cut])];
  return {
    state: unreadable || lost.length > 0 ? "partial" : cut.length > 0 ? "truncated" : "complete",
    note: notes.length > 0 ? notes.join("; ") : null,
    blindScopes: unreadable || blind.includes("*") ? "*" : blind,
  };
};

const nothing = (left: Rows["dropped"] = {}): string => {
  const rules = Object.entries(left).map(([rule, n]) => `${n} ${rule}`);
  return rules.length === 0
    ? "there was nothing in the answer"
    : `all rows are left out by rule: ${rules.join(", ")}`;
};

const listed = (scopes: readonly string[]): string =>
  scopes.includes("*")
    ? "a part of it"
    : scopes.slice(0, 12).join(", ") + (scopes.length > 12 ? " and more" : "");
