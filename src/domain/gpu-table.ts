import type { Gpu, GpuMatch, GpuQuery, GpuTable } from "./gpu.ts";
import {
  acceptsVram,
  buildFamilies,
  buildNameMatcher,
  type GpuFamilies,
  type NameMatcher,
} from "./gpu-match.ts";
import { type GpuName, parseGpuName } from "./gpu-name.ts";
import { type GpuRow, readGpuRows } from "./gpu-rows.ts";
import { buildSuggest } from "./gpu-suggest.ts";
import { patternLookup } from "./wildcard.ts";

/** Resolved queries that are remembered; when full the memory starts anew. */
const remembered = 20_000;

interface Named {
  readonly row: GpuRow | null;
  readonly slice: boolean;
}

/**
 * Builds the GPU table from the parsed records of data/gpus.csv. An empty table resolves everything to
 * `unknown:<raw>`. Throws `internal` when the file contradicts itself (see readGpuRows).
 */
export const buildGpuTable = (records: readonly Record<string, string>[]): GpuTable => {
  const rows = readGpuRows(records);
  const byId: ReadonlyMap<string, Gpu> = new Map(rows.map((row) => [row.id, row]));
  const membersOf = buildMembers(rows);
  const resolve = remember(buildResolve(rows, membersOf));

  const find = (text: string): Gpu | null => {
    const byText = byId.get(
      text
        .trim()
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-"),
    );
    if (byText) return byText;
    const match = resolve({ name: text });
    return match.slice ? null : (byId.get(match.gpu) ?? null);
  };
  return { all: rows, byId, resolve, find, suggest: buildSuggest(rows), membersOf };
};

const buildResolve = (
  rows: readonly GpuRow[],
  membersOf: GpuTable["membersOf"],
): ((query: GpuQuery) => GpuMatch) => {
  const families = buildFamilies(rows);
  const typeOf = patternLookup(instanceTypes(rows));
  const matchName = buildNameMatcher(rows, families);

  return ({ instanceType, name, vramGib, evidence }) => {
    const told = vramGib != null && Number.isFinite(vramGib) && vramGib > 0 ? vramGib : null;
    const named = (words: GpuName): Named => ({
      row: words.slice ? matchSlice(words, matchName) : matchName(words, told ?? words.vramGib, evidence),
      slice: words.slice,
    });
    // A few venues use the GPU's full name where others have an instance type.
    const typed = (type: string): Named => typeOf(type) ?? named(parseGpuName(type));
    const byType = typed(instanceType ?? "");
    const byName = byType.slice ? named({ ...parseGpuName(name), slice: true }) : typed(name);
    const row = choose(byType, byName, told, families, membersOf);
    return { gpu: row?.id ?? `unknown:${name}`, slice: byType.slice || byName.slice };
  };
};

function* instanceTypes(rows: readonly GpuRow[]): Generator<readonly [string, Named]> {
  for (const row of rows) for (const type of row.instanceTypes) yield [type, { row, slice: false }];
  for (const row of rows) for (const type of row.sliceTypes) yield [type, { row, slice: true }];
}

/** The memory told of a slice is that of the slice, so that it says nothing about the card. */
const matchSlice = (name: GpuName, matchName: NameMatcher): GpuRow | null =>
  matchName(name, name.vramGib) ?? matchName(name, null);

/**
 * The instance type decides. The name may only narrow a family down, and wins only where the memory told
 * contradicts the instance type and fits the name: two venues can use one instance type for different cards.
 */
const choose = (
  byType: Named,
  byName: Named,
  told: number | null,
  { cardsOf }: GpuFamilies,
  membersOf: GpuTable["membersOf"],
): GpuRow | null => {
  if (byType.row === null || byName.row === null) return byType.row ?? byName.row;
  if (membersOf(byType.row.id).includes(byName.row.id)) return byName.row;
  const contradicted = told !== null && !byType.slice && !acceptsVram(cardsOf(byType.row), told);
  return contradicted ? byName.row : byType.row;
};

const buildMembers = (rows: readonly GpuRow[]): GpuTable["membersOf"] => {
  const direct = new Map(rows.map((row) => [row.id, row.members]));
  const all = new Map(
    rows.map((row) => {
      const ids = new Set([row.id]);
      for (const id of ids) for (const member of direct.get(id) ?? []) ids.add(member);
      return [row.id, [...ids] as readonly string[]];
    }),
  );
  return (id) => all.get(id) ?? [id];
};

const remember = (resolve: (query: GpuQuery) => GpuMatch): ((query: GpuQuery) => GpuMatch) => {
  const known = new Map<string, GpuMatch>();
  return (query) => {
    const { powerW, nvlink } = query.evidence ?? {};
    const key = [query.instanceType, query.name, query.vramGib, powerW, nvlink]
      .map((part) => part ?? "")
      .join("\n");
    const earlier = known.get(key);
    if (earlier) return earlier;
    if (known.size >= remembered) known.clear();
    const match = resolve(query);
    known.set(key, match);
    return match;
  };
};
