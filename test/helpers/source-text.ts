/** One import or re-export of a module. */
export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** A module as text, split into what it imports and its code without comments and the content of literals. */
export interface ModuleText {
  readonly imports: readonly Import[];
  readonly code: string;
  readonly lines: number;
}

const importPattern =
  /\b(?:import|export)\s+(type\s+)?(?:[\w*\s{},$]+?\s+from\s+)?"([^"]+)"|\bimport\s*\(\s*"([^"]+)"/g;

/** Reads a module without a parser: good enough for a house with one style, formatted by one tool. */
export const readModule = (text: string): ModuleText => {
  const bare = scan(text, true);
  const imports = [...bare.matchAll(importPattern)].map((found) => ({
    from: (found[2] ?? found[3])!,
    typeOnly: found[1] !== undefined || namesOnlyTypes(found[0]),
  }));
  return { imports, code: scan(text, false), lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0) };
};

/** `import { type A, type B } from` brings nothing at run time. */
const namesOnlyTypes = (statement: string): boolean => {
  const names = /\{([^}]*)\}/.exec(statement)?.[1];
  const before = statement.slice(0, statement.indexOf("{"));
  if (names === undefined || /[\w*]\s*,/.test(before)) return false;
  return names
    .split(",")
    .filter((name) => name.trim() !== "")
    .every((name) => name.trim().startsWith("type "));
};

/** The text without comments; without the content of strings, templates and patterns unless `keep`. */
const scan = (text: string, keep: boolean): string => {
  let out = "";
  let i = 0;
  const templates: number[] = [];
  let depth = 0;
  const literal = (end: number): void => {
    out += keep ? text.slice(i, end) : text[i]! + text[end - 1]!;
    i = end;
  };
  const template = (): void => {
    const start = i;
    while (i < text.length && text[i] !== "`" && !text.startsWith("${", i)) i += text[i] === "\\" ? 2 : 1;
    if (keep) out += text.slice(start, i);
    if (text[i] === "`") {
      out += "`";
      i++;
    } else {
      out += "${";
      i += 2;
      templates.push(depth++);
    }
  };
  while (i < text.length) {
    const char = text[i]!;
    if (text.startsWith("//", i)) i = ends(text, "\n", i);
    else if (text.startsWith("/*", i)) i = ends(text, "*/", i) + 2;
    else if (char === '"' || char === "'") literal(endOfString(text, i));
    else if (char === "/" && startsPattern(out)) literal(endOfPattern(text, i));
    else if (char === "`") {
      out += char;
      i++;
      template();
    } else if (char === "}" && templates.at(-1) === depth - 1) {
      depth = templates.pop()!;
      out += char;
      i++;
      template();
    } else {
      if (char === "{") depth++;
      if (char === "}") depth--;
      out += char;
      i++;
    }
  }
  return out;
};

const ends = (text: string, mark: string, from: number): number => {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
};

const endOfString = (text: string, from: number): number => {
  let i = from + 1;
  while (i < text.length && text[i] !== text[from]) i += text[i] === "\\" ? 2 : 1;
  return i + 1;
};

const endOfPattern = (text: string, from: number): number => {
  let i = from + 1;
  let inSet = false;
  while (i < text.length && (inSet || text[i] !== "/")) {
    if (text[i] === "[") inSet = true;
    if (text[i] === "]") inSet = false;
    i += text[i] === "\\" ? 2 : 1;
  }
  return i + 1;
};

/** A slash after these begins a pattern, after anything else it divides. */
const startsPattern = (before: string): boolean => /(^|[=(,:[!&|?{};>]|\breturn)\s*$/.test(before);
