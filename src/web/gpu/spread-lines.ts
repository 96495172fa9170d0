import type { Spread } from "../api-types.ts";
import { termWords } from "../lib/words.ts";

/** A line of the spreads: one spread with its half-life beside it, or all of a kind that are refused alike. */
export interface SpreadLine {
  readonly kind: string;
  readonly name: string;
  /** The level it is of, over which base. */
  readonly of: string | null;
  /** Null where only the half-life is known, or where others are measured against it. */
  readonly spread: Spread | null;
  readonly isBase: boolean;
  readonly halfLife: Spread | null;
  readonly estimator: string;
}

const kinds = ["bid_ask", "spot_discount", "basis", "grade", "power", "token"];

const place = (kind: string): number => {
  const index = kinds.indexOf(kind);
  return index < 0 ? kinds.length : index;
};

const isHalfLife = ({ kind, unit }: Spread): boolean => kind === "basis" && unit === "days";

/** The level of a spread over its base; one unit more says its name already. */
const levelWords = ({ level, base }: Spread): string | null =>
  level === null || level === "+1"
    ? null
    : `${level}${base === null ? "" : ` over ${base}`}`.replaceAll("_", " ");

const lineOf = (spread: Spread): SpreadLine => ({
  kind: spread.kind,
  name: termWords(spread.name),
  of: levelWords(spread),
  spread,
  isBase: false,
  halfLife: null,
  estimator: termWords(spread.estimator ?? ""),
});

/** Providers from the cheapest up, the one they are measured against among them, each with its half-life. */
const basisLines = (rows: readonly Spread[]): SpreadLine[] => {
  const halves = new Map(rows.filter(isHalfLife).map((row) => [row.level, row]));
  const levels = rows.filter((row) => !isHalfLife(row));
  const base = levels.find((row) => row.base !== null)?.base ?? null;
  const named = (provider: string, over: Partial<SpreadLine>): SpreadLine => ({
    ...{ kind: "basis", name: provider, of: null, spread: null, isBase: false },
    halfLife: halves.get(provider) ?? null,
    estimator: "",
    ...over,
  });
  const known = levels
    .filter(({ level }) => level !== null)
    .map((row) => named(row.level!, { of: `over ${row.base}`, spread: row, estimator: row.estimator ?? "" }));
  const estimator = known[0]?.estimator ?? "";
  const all = base === null ? known : [...known, named(base, { isBase: true, estimator })];
  const inFit = new Set(all.map(({ name }) => name));
  const rest = [...halves.keys()].filter((provider) => provider !== null && !inFit.has(provider));
  return [
    ...all.sort((a, b) => (a.spread?.value ?? 0) - (b.spread?.value ?? 0)),
    ...levels.filter(({ level }) => level === null).map(lineOf),
    ...rest.map((provider) => named(provider!, {})).sort((a, b) => a.name.localeCompare(b.name)),
  ];
};

const reasonsOf = ({ spread, isBase, halfLife }: SpreadLine): string | null =>
  isBase || (spread !== null && spread.value !== null) || (halfLife !== null && halfLife.value !== null)
    ? null
    : `${spread === null ? "" : spread.reason} ${spread?.unit} ${halfLife?.reason}`;

const join = (one: string | null, other: string | null, between: string): string =>
  [...new Set([one, other].filter(Boolean))].join(between);

/** Lines of a kind that are refused for the same reason become one. */
const merged = (lines: readonly SpreadLine[]): SpreadLine[] => {
  const kept = new Map<string, SpreadLine>();
  for (const [i, line] of lines.entries()) {
    const reasons = reasonsOf(line);
    const key = reasons ?? `line ${i}`;
    const before = kept.get(key);
    kept.set(
      key,
      before === undefined
        ? line
        : {
            ...before,
            name: join(before.name, line.name, ", "),
            of: null,
            estimator: join(before.estimator, line.estimator, ", "),
          },
    );
  }
  return [...kept.values()];
};

const known = ({ spread }: SpreadLine): number => Number(spread?.value == null);

const linesOf = (kind: string, rows: readonly Spread[]): SpreadLine[] =>
  merged(kind === "basis" ? basisLines(rows) : rows.map(lineOf).sort((a, b) => known(a) - known(b)));

/** All spreads as lines, by kind in the order of the page; what is refused stands last in its kind. */
export const spreadLines = (rows: readonly Spread[]): SpreadLine[] =>
  [...new Set(rows.map(({ kind }) => kind))]
    .sort((a, b) => place(a) - place(b) || a.localeCompare(b))
    .flatMap((kind) =>
      linesOf(
        kind,
        rows.filter((row) => row.kind === kind),
      ),
    );

/** An estimator only where it is another than that of the line before of the same kind. */
export const shownEstimators = (lines: readonly SpreadLine[]): string[] =>
  lines.map(({ kind, estimator }, i) => {
    const before = lines[i - 1];
    return before !== undefined && before.kind === kind && before.estimator === estimator ? "" : estimator;
  });
