import type { RawPayload } from "../src/sources/source.ts";

/** A change of an answer's shape or words, in all places of a kind or in one; the market is as it was. */
export interface Drift {
  readonly what: "rename" | "retype" | "word";
  /** The key, as a path without places in lists. */
  readonly path: string;
  readonly everywhere: boolean;
  readonly at: string;
  /** The answer so changed, made when it is asked for: a fixture can have thousands. */
  readonly payloads: () => readonly RawPayload[];
}

type Holder = Record<string, unknown> | unknown[];

interface Spot {
  readonly path: string;
  readonly at: string;
  /** Keys and places from the root. */
  readonly steps: readonly (string | number)[];
  readonly value: unknown;
}

/** Every way in which an answer's keys are renamed or retyped and its words changed, one payload at a time. */
export const driftsOf = (payloads: readonly RawPayload[], isName: (word: string) => boolean): Drift[] =>
  payloads.flatMap((payload, index) => {
    const withBody = (body: () => string): RawPayload[] =>
      payloads.map((one, i) => (i === index ? { ...one, body: body() } : one));
    const root = rootOf(payload.body);
    const found = root === null ? lineDrifts(payload.body, isName) : jsonDrifts(root, isName);
    return found.map(({ body, ...drift }) => ({
      ...drift,
      at: `${payload.name} ${drift.at}`,
      payloads: () => withBody(body),
    }));
  });

type BodyDrift = Omit<Drift, "payloads"> & { readonly body: () => string };

const rootOf = (body: string): Holder | null => {
  try {
    const root: unknown = JSON.parse(body);
    return typeof root === "object" && root !== null ? (root as Holder) : null;
  } catch {
    return null;
  }
};

const jsonDrifts = (root: Holder, isName: (word: string) => boolean): BodyDrift[] => {
  const spots = spotsOf(root);
  const byPath = new Map<string, Spot[]>();
  for (const spot of spots) byPath.set(spot.path, [...(byPath.get(spot.path) ?? []), spot]);
  const groups = [...byPath.values()].flatMap((all) => [
    { spots: all, everywhere: all.length > 1 },
    ...(all.length > 1 ? all.map((one) => ({ spots: [one], everywhere: false })) : []),
  ]);
  return groups.flatMap(({ spots: some, everywhere }) => {
    const { path, at } = some[0]!;
    const made = (what: Drift["what"], change: (root: Holder, spot: Spot) => void): BodyDrift => {
      const body = (): string => {
        const copy = structuredClone(root);
        for (const spot of some) change(copy, spot);
        return `${JSON.stringify(copy)}\n`;
      };
      return { what, path, everywhere, at: everywhere ? path : at, body };
    };
    const words = everywhere ? [...new Set(some.map(({ value }) => value))] : [some[0]!.value];
    return [
      made("rename", rename),
      made("retype", (copy, spot) => set(copy, spot, retyped(spot.value))),
      ...words
        .filter(isWord)
        .filter((word) => !isName(word))
        .map((word) =>
          made("word", (copy, spot) => {
            if (spot.value === word) set(copy, spot, otherWord(word));
          }),
        ),
    ];
  });
};

/** Every key of an object that is no list by name. */
const spotsOf = (value: unknown, path = "", steps: readonly (string | number)[] = []): Spot[] => {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each, i) => spotsOf(each, `${path}[]`, [...steps, i]));
  const named = isByName(value as Record<string, unknown>);
  return Object.entries(value).flatMap(([key, each]) => {
    const here = [...steps, key];
    const own = named ? `${path}.*` : `${path}.${key}`;
    const inside = spotsOf(each, own, here);
    return named ? inside : [{ path: own, at: here.join("/"), steps: here, value: each }, ...inside];
  });
};

/** An object whose keys are names (types, regions, sizes) and whose values are alike. */
const isByName = (value: Record<string, unknown>): boolean => {
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => /[^\w]/.test(key) && !/[A-Z]/.test(key))) return true;
  if (
    keys.some((key) => /\d/.test(key) && !/^[a-z_]+$/i.test(key)) &&
    new Set(Object.values(value).map(kindOf)).size === 1
  )
    return true;
  return keys.length > 1 && Object.values(value).every((each) => kindOf(each) === "object");
};

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "array" : value === null ? "null" : typeof value;

const holderOf = (root: Holder, steps: readonly (string | number)[]): Record<string | number, unknown> =>
  steps
    .slice(0, -1)
    .reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], root) as Record<
    string | number,
    unknown
  >;

const set = (root: Holder, { steps }: Spot, value: unknown): void => {
  holderOf(root, steps)[steps.at(-1)!] = value;
};

const rename = (root: Holder, { steps }: Spot): void => {
  const holder = holderOf(root, steps);
  const key = steps.at(-1)!;
  holder[`${key}V2`] = holder[key];
  delete holder[key];
};

const retyped = (value: unknown): unknown => {
  if (typeof value === "number") return `${value} or so`;
  if (typeof value === "string") return { text: value };
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? { list: value } : [value];
};

/** A word that may be one of few: no digits, no address. */
const isWord = (value: unknown): value is string =>
  typeof value === "string" && /^[A-Za-z][A-Za-z _/-]{0,23}$/.test(value);

const otherWord = (word: string): string => `Z${word.slice(1)}${word.at(-1)}`;

/** Of a text that is no JSON: names of columns, tags and fields, and words between separators, everywhere. */
const lineDrifts = (body: string, isName: (word: string) => boolean): BodyDrift[] => {
  const tags = [...body.matchAll(/<\/?([A-Za-z]\w*)/g)].map(([, tag]) => tag!);
  const keys = [...body.matchAll(/^\s+([a-z_]\w*):/gm)].map(([, key]) => key!);
  const header = body.split("\n").find((line) => line.split(",").length > 4 && !line.startsWith("<")) ?? "";
  const columns = header.split(",").map((column) => column.replaceAll('"', "").trim());
  const cells = [...body.matchAll(/[,>"]([A-Za-z][A-Za-z _/-]{1,23})(?=[,<"])/g)].map(([, cell]) => cell!);
  const renames = [...new Set([...tags, ...keys, ...columns])].filter((name) => /^[A-Za-z]/.test(name));
  const words = [...new Set(cells)].filter((cell) => !renames.includes(cell) && !isName(cell));
  const made = (what: Drift["what"], word: string, to: string): BodyDrift => {
    const whole = new RegExp(`(?<![\\w-])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`, "g");
    return { what, path: word, everywhere: true, at: word, body: () => body.replace(whole, to) };
  };
  return [
    ...renames.map((name) => made("rename", name, `${name}V2`)),
    ...words.map((word) => made("word", word, otherWord(word))),
  ];
};
