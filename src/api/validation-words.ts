import { parseInstant } from "../domain/time.ts";
import { AppError, type FieldError } from "../errors.ts";
import { type FieldSchema, nearField } from "./near-field.ts";
import { timePattern } from "./schema.ts";

/** What ajv says of one failed check, with `verbose`. */
export interface AjvError {
  readonly instancePath: string;
  readonly message?: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema?: Bounds & FieldSchema & { readonly type?: unknown; readonly description?: string };
  readonly data?: unknown;
}

interface Bounds {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Field, message in plain words and allowed values of one failed check; `context` is the part of the request. */
export const fieldError = (error: AjvError, context: string): FieldError => {
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const extra = error.params.additionalProperty ?? error.params.missingProperty;
  const field = [path, extra].filter((part) => part !== undefined && part !== "").join(".") || context;
  if (error.keyword === "additionalProperties") return unknownField(error, field, path, context);
  if (error.keyword === "required") return { field, message: "is missing" };
  const allowed = error.params.allowedValues;
  if (Array.isArray(allowed))
    return { field, message: `must be one of ${allowed.join(", ")}`, allowed: allowed.map(String) };
  return { field, message: wordsOf(error, field) };
};

/** A field that nobody knows, with the one that is near it. */
const unknownField = (
  { params, parentSchema = {} }: AjvError,
  field: string,
  path: string,
  context: string,
): FieldError => {
  const near = nearField(String(params.additionalProperty), parentSchema);
  const message = `there is no such ${context} field`;
  if (near === null) return { field, message };
  const known = path === "" ? near : `${path}.${near}`;
  return { field, message: `${message}; did you mean ${known}?`, allowed: [known] };
};

const wordsOf = ({ keyword, params, parentSchema = {}, data, message }: AjvError, field: string): string => {
  if (keyword === "pattern") return patternWords(params.pattern, parentSchema.description, data, field);
  const { type, minItems, maxItems, minLength, maxLength } = parentSchema;
  if (type === "integer" || type === "number") return `must be ${rangeWords(parentSchema, type)}`;
  if (type === "boolean") return "must be true or false";
  if (type === "object") return "must be an object";
  if (type === "array") return `must be a list${countWords(minItems, maxItems, "entries")}`;
  if (type === "string")
    return minLength === 1 && maxLength === undefined
      ? "must be a text that is not empty"
      : `must be a text${countWords(minLength, maxLength, "characters")}`;
  return message ?? "is not valid";
};

/** The numbers a schema allows: `a whole number from 1 to 100`, `a number above 0 and at most 30`. */
const rangeWords = ({ minimum, exclusiveMinimum, maximum }: Bounds, type: string): string => {
  const kind = type === "integer" ? "a whole number" : "a number";
  if (exclusiveMinimum !== undefined)
    return `${kind} above ${exclusiveMinimum}${maximum === undefined ? "" : ` and at most ${maximum}`}`;
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind} of at least ${minimum}`;
  return maximum === undefined ? kind : `${kind} of at most ${maximum}`;
};

const countWords = (least: number | undefined, most: number | undefined, things: string): string => {
  if (least !== undefined && most !== undefined) return ` of ${least} to ${most} ${things}`;
  if (least !== undefined) return ` of at least ${least} ${things}`;
  return most === undefined ? "" : ` of at most ${most} ${things}`;
};

const patternWords = (pattern: unknown, form: string | undefined, data: unknown, field: string): string => {
  if (pattern === timePattern) return timeWords(String(data), field);
  const given = JSON.stringify(String(data).slice(0, 60));
  return form === undefined
    ? `${given} is not of the form ${pattern}`
    : `${given} is not of the form: ${form}`;
};

/** What the reader of times says of a text that is none. */
const timeWords = (text: string, field: string): string => {
  try {
    parseInstant(text, field);
  } catch (error) {
    if (error instanceof AppError) return error.message.slice(field.length + 2);
  }
  return `"${text}" is not a time that is taken here`;
};
