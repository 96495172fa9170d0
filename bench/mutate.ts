/** Kinds of harm done to an answer of a venue. */
export const harms = ["drop", "null", "swap", "scale", "truncate", "duplicate"] as const;
export type Harm = (typeof harms)[number];

export interface Mutation {
  readonly body: string;
  /** Where the harm was done, for the report. */
  readonly at: string;
  /** Name of the harmed field of an object; null elsewhere. */
  readonly field: string | null;
  /** An element of a list is gone or has another name, which looks like a listing that is gone. */
  readonly removedElement: boolean;
}

type Container = Record<string, unknown> | unknown[];

interface Place {
  readonly holder: Container;
  readonly key: string | number;
  readonly path: string;
}

const placesOf = (value: unknown, path = ""): Place[] => {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Container;
  const keys: (string | number)[] = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
  return keys.flatMap((key) => {
    const at = `${path}/${key}`;
    return [{ holder, key, path: at }, ...placesOf((holder as Record<string | number, unknown>)[key], at)];
  });
};

const valueAt = ({ holder, key }: Place): unknown => (holder as Record<string | number, unknown>)[key];
const set = ({ holder, key }: Place, value: unknown): void => {
  (holder as Record<string | number, unknown>)[key] = value;
};

const swapped = (value: unknown): unknown => {
  if (typeof value === "number") return `${value} or so`;
  if (typeof value === "string") return { text: value };
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? { list: value } : [value];
};

const isNumber = (value: unknown): boolean =>
  typeof value === "number" ||
  (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)));

/** Does one harm to a body; null where there is nothing to harm that way. */
export const mutate = (body: string, harm: Harm, random: () => number): Mutation | null => {
  if (harm === "truncate") {
    const length = Math.floor(random() * body.length);
    const atLineEnd = body[length - 1] === "\n";
    return { body: body.slice(0, length), at: `byte ${length}`, field: null, removedElement: atLineEnd };
  }
  try {
    return mutateJson(JSON.parse(body), harm, random);
  } catch {
    return mutateLines(body, harm, random);
  }
};

const mutateJson = (root: unknown, harm: Harm, random: () => number): Mutation | null => {
  const places = placesOf(root).filter((place) => fits(place, harm));
  const place = places[Math.floor(random() * places.length)];
  if (place === undefined) return null;
  const element = Array.isArray(place.holder) || isMap(place.holder);
  apply(place, harm);
  return {
    body: JSON.stringify(root),
    at: place.path,
    field: element ? null : String(place.key),
    removedElement: harm === "drop" && element,
  };
};

/** An object that is a list by name: all its values are objects, or many numbers. */
const isMap = (holder: Container): boolean => {
  const values = Object.values(holder);
  const objects = values.every((value) => typeof value === "object" && value !== null);
  return (
    values.length > 1 &&
    (objects || (values.length > 8 && values.every((value) => typeof value === "number")))
  );
};

const fits = (place: Place, harm: Harm): boolean => {
  if (harm === "scale") return isNumber(valueAt(place));
  return harm !== "duplicate" || Array.isArray(place.holder);
};

const apply = (place: Place, harm: Harm): void => {
  const value = valueAt(place);
  if (harm === "null") set(place, null);
  else if (harm === "swap") set(place, swapped(value));
  else if (harm === "scale")
    set(place, typeof value === "number" ? value * 100 : String(Number(value) * 100));
  else if (harm === "duplicate") (place.holder as unknown[]).splice(Number(place.key), 0, value);
  else if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 1);
  else delete place.holder[place.key];
};

const figure = /\d+(?:\.\d+)?/g;

/** Of a text that is no JSON (CSV, Markdown, XML, YAML) one line is harmed. */
const mutateLines = (body: string, harm: Harm, random: () => number): Mutation | null => {
  const lines = body.split("\n");
  const index = Math.floor(random() * lines.length);
  const line = lines[index] ?? "";
  const figures = [...line.matchAll(figure)];
  const one = figures[Math.floor(random() * figures.length)];
  if ((harm === "scale" || harm === "swap") && one === undefined) return null;
  const inPlace = (text: string): string =>
    line.slice(0, one!.index) + text + line.slice(one!.index + one![0].length);
  if (harm === "drop") lines.splice(index, 1);
  else if (harm === "duplicate") lines.splice(index, 0, line);
  else if (harm === "null") lines[index] = "";
  else lines[index] = inPlace(harm === "scale" ? String(Number(one![0]) * 100) : "some");
  const inWord = one !== undefined && /[a-z_]/i.test(line[one.index - 1] ?? "");
  const removedElement = harm === "drop" || harm === "null" || (harm === "swap" && inWord);
  return { body: lines.join("\n"), at: `line ${index + 1}`, field: null, removedElement };
};
