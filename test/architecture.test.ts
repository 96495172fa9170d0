import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { type Import, type ModuleText, readModule } from "./helpers/source-text.ts";

/** Text by path below src/. */
type Modules = Readonly<Record<string, string>>;

/** What a folder, or a file of its own at the root, may import of this project, beside itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: ["errors"],
  sources: ["domain", "errors"],
  models: ["domain"],
  desk: ["models", "domain", "errors"],
  store: ["domain", "errors", "log", "breathe"],
  fits: ["domain", "models", "errors", "thread", "breathe"],
  series: ["domain", "models", "store", "fits", "errors", "log", "breathe"],
  collect: ["domain", "sources", "store", "errors", "config", "log", "reference", "thread", "breathe"],
  backfill: ["domain", "sources", "collect", "store", "errors", "config", "reference", "breathe"],
  api: [
    ...["domain", "models", "desk", "store", "collect", "fits", "series"],
    ...["errors", "config", "log", "reference", "version", "breathe", "typebox"],
  ],
  cli: [
    ...["domain", "models", "desk", "sources", "store", "collect", "fits", "series", "backfill", "api"],
    ...["errors", "config", "log", "reference", "version"],
  ],
  main: [
    ...["domain", "models", "desk", "sources", "store", "collect", "backfill", "api", "cli"],
    ...["errors", "config", "log", "reference", "version"],
  ],
  index: ["domain", "models", "desk", "errors"],
  reference: ["domain", "errors"],
  config: ["errors"],
  errors: [],
  log: ["log-line"],
  "log-line": [],
  thread: [],
  breathe: [],
  typebox: [],
  version: [],
  web: ["domain"],
};

/** The page may name the types of what it fetches; nothing else crosses a border for being a type. */
const typesAreFree: readonly string[] = ["web"];

/** Packages that only some folders may import; `types` may name their types. */
const reserved: readonly { packages: RegExp; only: readonly string[]; types?: readonly string[] }[] = [
  { packages: /^@duckdb\//, only: ["store"] },
  { packages: /^(fastify$|@fastify\/)/, only: ["api"], types: ["cli"] },
  { packages: /^(ky|fast-xml-parser)$/, only: ["sources"] },
  { packages: /^commander$/, only: ["main"] },
  { packages: /^typebox$/, only: ["typebox"] },
  { packages: /^(preact|uplot)(\/|$)/, only: ["web"] },
];

/** Folders that touch neither disk nor network nor process on their own. */
const pure: readonly string[] = ["domain", "models", "desk"];

/** Words that code may hold in these files only; an empty list means nowhere. */
const words: readonly { what: string; pattern: RegExp; only: readonly string[] }[] = [
  { what: "process.env", pattern: /\bprocess\.env\b/, only: ["config.ts"] },
  { what: "process.argv", pattern: /\bprocess\.argv\b/, only: ["main.ts"] },
  { what: "the clock", pattern: /\bDate\.now\b|\bnew Date\(\s*\)/, only: ["main.ts", "collect/worker.ts"] },
  { what: "Math.random", pattern: /\bMath\.random\b/, only: ["collect/worker.ts"] },
  // As a type only: a page may say "any" in its text.
  { what: "any", pattern: /(?:[:<>|&=,(]|\bas|\bextends)\s*any\s*(?:[;,>)\]|&[={]|$)/m, only: [] },
  { what: "an enum", pattern: /\benum\s+\w/, only: [] },
  { what: "a class", pattern: /\bclass\s+\w/, only: ["errors.ts"] },
  { what: "a default export", pattern: /\bexport\s+default\b/, only: ["web/vite.config.ts"] },
];

/** The page runs in a browser, which has no main.ts to hand it the clock. */
const notForThePage: readonly string[] = ["the clock"];

const mostLines = 250;

/** Files above the limit, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {};

const layerOf = (path: string): string => path.split("/")[0]!.replace(/\.tsx?$/, "");

const importFault = (path: string, { from, typeOnly }: Import): string | null => {
  const layer = layerOf(path);
  if (from.startsWith(".")) return borderFault(path, from, typeOnly);
  if (from.startsWith("node:")) {
    if (pure.includes(layer)) return `is pure, but imports ${from}`;
    if (from === "node:child_process" && path !== "backfill/git.ts")
      return "starts a process, which belongs in backfill/git.ts";
    return layer === "sources" && from.startsWith("node:fs")
      ? `reads files itself (${from}) instead of through its context`
      : null;
  }
  for (const { packages, only, types = [] } of reserved) {
    const allowed = only.includes(layer) || (typeOnly && types.includes(layer));
    if (packages.test(from) && !allowed) return `imports ${from}, which belongs to ${only.join(", ")}`;
  }
  return null;
};

const borderFault = (path: string, from: string, typeOnly: boolean): string | null => {
  const layer = layerOf(path);
  const target = posix.join(posix.dirname(path), from);
  if (target.startsWith("..")) return `imports ${from}, outside src`;
  if (!/\.(tsx?|css|json)$/.test(target)) return `imports ${from} without its extension`;
  const other = layerOf(target);
  const allowed = mayImport[layer];
  if (!allowed) return `lies in "${layer}", for which there is no rule in this test`;
  if (other === layer || allowed.includes(other) || (typeOnly && typesAreFree.includes(layer))) return null;
  return `imports ${target}: ${layer} may import ${allowed.join(", ") || "nothing"}`;
};

const wordFaults = (path: string, { code }: ModuleText): string[] =>
  words
    .filter(({ what }) => layerOf(path) !== "web" || !notForThePage.includes(what))
    .filter(({ pattern, only }) => !only.includes(path) && pattern.test(code))
    .map(
      ({ what, only }) => `holds ${what}, which belongs ${only.length ? `in ${only.join(", ")}` : "nowhere"}`,
    );

const faultsOf = (modules: Modules): string[] =>
  Object.entries(modules).flatMap(([path, text]) => {
    const module = readModule(text);
    const faults = [
      ...module.imports.flatMap((each) => importFault(path, each) ?? []),
      ...wordFaults(path, module),
      ...(module.lines > mostLines && !(path in longFiles)
        ? [`has ${module.lines} lines without a reason`]
        : []),
    ];
    return faults.map((fault) => `${path} ${fault}`);
  });

const source = new URL("../src/", import.meta.url);

const readModules = (): Modules =>
  Object.fromEntries(
    readdirSync(source, { recursive: true, encoding: "utf8" })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".d.ts"))
      .map((path) => [path, readFileSync(new URL(path, source), "utf8")]),
  );

describe("src", () => {
  const modules = readModules();

  it("keeps the rules of the house", () => {
    expect(faultsOf(modules)).toEqual([]);
  });

  it("is read whole: every folder and every import is seen", () => {
    const layers = new Set(Object.keys(modules).map(layerOf));
    for (const layer of [
      "domain",
      "sources",
      "models",
      "desk",
      "store",
      "collect",
      "backfill",
      "api",
      "cli",
      "main",
    ])
      expect(layers).toContain(layer);
    for (const [path, text] of Object.entries(modules)) {
      const written = text.match(/^(import|export)\b[^;]*?\bfrom "|^import "/gm)?.length ?? 0;
      const dynamic = readModule(text).imports.length - written;
      expect(dynamic, path).toBeGreaterThanOrEqual(0);
    }
  });

  it("names no reason for a file that is short again or gone", () => {
    const longer = Object.keys(longFiles).filter((path) => readModule(modules[path] ?? "").lines > mostLines);
    expect(longer).toEqual(Object.keys(longFiles));
  });

  it("has the classes and default exports it is allowed and no more", () => {
    expect(readModule(modules["errors.ts"]!).code.match(/\bclass\s+\w+/g)).toEqual(["class AppError"]);
  });
});

describe("the check itself", () => {
  it.each([
    ["domain that reads the store", "domain/a.ts", 'import { x } from "../store/x.ts";'],
    ["domain that reads a file", "domain/a.ts", 'import { readFileSync } from "node:fs";'],
    ["a source that imports the store", "sources/a.ts", 'import type { T } from "../store/x.ts";'],
    ["a source that reads files", "sources/a.ts", 'import { readFile } from "node:fs/promises";'],
    ["a source that starts a process", "sources/a.ts", 'import { spawn } from "node:child_process";'],
    ["a backfill that imports the API", "backfill/a.ts", 'import { x } from "../api/x.ts";'],
    ["a collector that imports a backfill", "collect/a.ts", 'import { x } from "../backfill/x.ts";'],
    ["a model that imports the desk", "models/a.ts", 'export * from "../desk/x.ts";'],
    ["a model that throws", "models/a.ts", 'import { AppError } from "../errors.ts";'],
    ["a desk that imports the store", "desk/a.ts", 'import {\n  x,\n} from "../store/x.ts";'],
    ["a store that imports the config", "store/a.ts", 'import type { Config } from "../config.ts";'],
    ["collect that imports the desk", "collect/a.ts", 'import { x } from "../desk/x.ts";'],
    ["an API that imports a source", "api/a.ts", 'import { sources } from "../sources/index.ts";'],
    ["an API that imports the command line", "api/a.ts", 'import { x } from "../cli/x.ts";'],
    ["a store that imports the API", "store/a.ts", 'import type { X } from "../api/x.ts";'],
    ["the command line that imports main", "cli/a.ts", 'import "../main.ts";'],
    ["an API that asks for it late", "api/a.ts", 'const x = await import("../sources/index.ts");'],
    ["DuckDB outside the store", "collect/a.ts", 'import { DOUBLE } from "@duckdb/node-api";'],
    ["a type of DuckDB outside the store", "api/a.ts", 'import type { X } from "@duckdb/node-api";'],
    ["Fastify at run time in the command line", "cli/a.ts", 'import fastify from "fastify";'],
    ["Fastify beside a type", "cli/a.ts", 'import { fastify, type FastifyInstance } from "fastify";'],
    ["an import without extension", "store/a.ts", 'import { x } from "./x";'],
    ["an import from outside", "store/a.ts", 'import { x } from "../../test/x.ts";'],
    ["a folder nobody knows", "utils/a.ts", 'import { x } from "../errors.ts";'],
    ["the environment", "api/a.ts", "export const home = process.env.HOME;"],
    [
      "the environment in a template",
      "api/a.ts",
      "export const home = `a $\u007b`b $\u007bprocess.env.HOME}`}`;",
    ],
    ["the arguments", "cli/a.ts", "export const first = process.argv[2];"],
    ["the clock", "api/a.ts", "export const now = Date.now();"],
    ["the clock as a date", "store/a.ts", "export const now = new Date();"],
    ["randomness", "collect/a.ts", "export const r = Math.random;"],
    ["any", "api/a.ts", "export const f = (x: any) => x;"],
    ["any among others", "api/a.ts", "export type T = Record<string, any>;"],
    ["any as an alias", "api/a.ts", "export type T = any;"],
    ["any as a cast", "api/a.ts", "export const a = b as any;"],
    ["any as an answer", "api/a.ts", "export type F = () => any"],
    ["a list of any", "api/a.ts", "export const a: any[] = [];"],
    ["an enum", "domain/a.ts", "export enum Side { Buy }"],
    ["a class", "api/a.ts", "export class Thing {}"],
    ["a default export", "api/a.ts", "export default 1;"],
    ["a long file", "api/a.ts", "export const a = 1;\n".repeat(251)],
  ])("catches %s", (_what, path, text) => {
    expect(faultsOf({ [path]: text })).toHaveLength(1);
  });

  it.each([
    ["a type of Fastify in the command line", "cli/a.ts", 'import type { FastifyInstance } from "fastify";'],
    ["only types by name", "cli/a.ts", 'import { type A, type B } from "fastify";'],
    [
      "words in comments",
      "api/a.ts",
      "// any class Foo uses process.env\n/* Date.now() */\nexport const a = 1;",
    ],
    [
      "words in strings",
      "api/a.ts",
      'export const a = "any of process.env";\nexport const b = `any $\u007ba} any`;',
    ],
    ["words in patterns", "api/a.ts", 'export const a = /any "class Foo/.test(b);'],
    ["a division", "api/a.ts", "export const a = b / c; // any\nexport const d = e / f;"],
    ["the field enum of a schema", "api/a.ts", "export const a = { enum: [1] };"],
    ["a date with an argument", "api/a.ts", "export const a = new Date(5);"],
    ["a signal of several", "sources/a.ts", "export const a = AbortSignal.any([b]);"],
    ["250 lines", "api/a.ts", "export const a = 1;\n".repeat(250)],
    ["any in the text of the page", "web/a.tsx", "export const a = <p>is any of these, any: ok</p>;"],
    ["a type for the page", "web/a.tsx", 'import type { X } from "../api/x.ts";'],
  ])("lets pass %s", (_what, path, text) => {
    expect(faultsOf({ [path]: text })).toEqual([]);
  });
});
