import type { Completeness, OfferDraft, Reject } from "../domain/offer.ts";
import { AppError } from "../errors.ts";
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

/** What payloads call the currency of a price. */
const currencyFields = [
  "currency",
  "currency_code",
  "currencyCode",
  "price_currency",
  "priceCurrency",
] as const;

/**
 * The currency that an object names, in upper case; null where it names none. Something there that is no code (a
 * number, a sign) is given back as text, so that the price is refused and never taken for dollars.
 */
export const currencyIn = (row: Json): string | null => {
  for (const field of currencyFields) {
    const told = row[field];
    if (told != null && typeof told !== "object") return String(told).trim().toUpperCase();
  }
  return null;
};

/** The draft in the currency that a payload names, whatever its source is known for; as it is where that is none. */
export const inCurrency = (draft: OfferDraft, told: string | null): OfferDraft => {
  if (told === null || told === draft.currency) return draft;
  const unitRaw = draft.unitRaw.replace(/\b(USD?|EUR)\b/, told);
  return { ...draft, currency: told, unitRaw };
};

export const reject = (reason: string, row: unknown): Reject => ({
  reason,
  raw: (JSON.stringify(row) ?? String(row)).slice(0, 2000),
});

/** What a row holds: offers, reasons to reject it, or nothing where it is not a GPU for rent by design. */
export type RowResult = readonly (OfferDraft | string)[];

export interface Rows {
  readonly offers: readonly OfferDraft[];
  readonly rejects: readonly Reject[];
}

/**
 * Reads rows one by one; a price, count or share that cannot be is rejected here for all sources. Where a row names a
 * currency, or the answer as a whole does (`told`), its prices are in that one.
 */
export const readRows = (
  rows: readonly unknown[],
  read: (row: Json) => RowResult,
  told: string | null = null,
): Rows => {
  const offers: OfferDraft[] = [];
  const rejects: Reject[] = [];
  for (const row of rows) {
    const currency = (isObject(row) ? currencyIn(row) : null) ?? told;
    for (const result of isObject(row) ? read(row) : ["not_an_object"]) {
      const found = typeof result === "string" ? result : inCurrency(result, currency);
      const reason = typeof found === "string" ? found : impossible(found);
      if (reason !== null) rejects.push(reject(reason, row));
      else if (typeof found !== "string") offers.push(found);
    }
  }
  return { offers, rejects };
};

const impossible = (draft: OfferDraft): string | null => {
  const { pricePerGpuHour, gpuCount, minGpus = gpuCount, gpuShare = 1 } = draft;
  if (!(pricePerGpuHour > 0) || !Number.isFinite(pricePerGpuHour)) return "bad_price";
  if (!/^[A-Za-z]{3}$/.test(draft.currency)) return "bad_currency";
  if (count(gpuCount) === null || count(minGpus) === null || minGpus > gpuCount) return "bad_gpu_count";
  return gpuShare > 0 && gpuShare <= 1 ? null : "bad_gpu_share";
};

/**
 * Rows that came once or more, each once, and those that contradict an earlier row of their id with another price:
 * of these nobody knows which holds, and the first stays. Rows without an id (null) are all different.
 */
export const withoutRepeats = (
  rows: readonly unknown[],
  idOf: (row: Json) => string | null,
  priceOf: (row: Json) => unknown,
): { readonly rows: readonly unknown[]; readonly rejects: readonly Reject[]; readonly repeats: number } => {
  const prices = new Map<string, unknown>();
  const [once, rejects]: [unknown[], Reject[]] = [[], []];
  for (const row of rows) {
    const id = isObject(row) ? idOf(row) : null;
    if (!isObject(row) || id === null) once.push(row);
    else if (!prices.has(id)) {
      prices.set(id, priceOf(row));
      once.push(row);
    } else if (prices.get(id) !== priceOf(row)) rejects.push(reject("conflicting_price", row));
  }
  return { rows: once, rejects, repeats: rows.length - once.length - rejects.length };
};

export const joinRows = (parts: readonly Rows[]): Rows => ({
  offers: parts.flatMap((part) => part.offers),
  rejects: parts.flatMap((part) => part.rejects),
});

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
export const judge = (rows: Rows, unseen: Unseen = {}): Completeness => {
  const { lost = [], cut = [], harmless = [] } = unseen;
  const seen = rows.offers.length + rows.rejects.length + (unseen.seen ?? 0);
  if (seen === 0) return { state: "empty", note: "there was nothing in the answer", blindScopes: "*" };
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

const listed = (scopes: readonly string[]): string =>
  scopes.includes("*")
    ? "a part of it"
    : scopes.slice(0, 12).join(", ") + (scopes.length > 12 ? " and more" : "");
