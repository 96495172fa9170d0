import { median } from "simple-statistics";
import { type Instant, minute } from "../domain/time.ts";
import { gitLines } from "./git.ts";
import type { Repository } from "./repository.ts";

/** What the catalog held of one cloud after one commit. */
export interface CatalogState {
  /** The cloud under its present name. */
  readonly provider: string;
  /** The cloud as its folder is called. */
  readonly cloud: string;
  readonly commit: string;
  /** When the commit was made. */
  readonly at: Instant;
  readonly path: string;
  /** Object id of the file; null where the catalog no longer has the cloud. */
  readonly blob: string | null;
}

interface Change {
  readonly version: number;
  readonly cloud: string;
  readonly path: string;
  readonly blob: string | null;
}

const files = ":(top,glob)catalogs/*/*/vms.csv";
const options = [
  "--first-parent",
  "-m",
  "--reverse",
  "--raw",
  "--no-abbrev",
  "--no-renames",
  "--no-show-signature",
];

/**
 * The history of every cloud, each in the order of its commits, along the main line: a merge counts when it was made.
 * A cloud is followed in the newest version folder that has it; what happens to older ones meanwhile is left out.
 */
export const readHistory = async (
  { folder, head }: Repository,
  canonical: (cloud: string) => string,
): Promise<ReadonlyMap<string, readonly CatalogState[]>> => {
  const followed = new Map<string, Followed>();
  let commit = { id: "", at: 0 };
  let changes: Change[] = [];
  const settle = (): void => {
    for (const provider of new Set(changes.map(({ cloud }) => canonical(cloud)))) {
      const own = changes.filter(({ cloud }) => canonical(cloud) === provider);
      const known = followed.get(provider) ?? { versions: new Map(), states: [] };
      followed.set(provider, known);
      follow(known, own, { provider, commit: commit.id, at: commit.at });
    }
    changes = [];
  };
  const log = gitLines(["log", ...options, "--format=%H %ct", head, "--", files], { folder });
  for await (const line of log) {
    const header = /^([0-9a-f]{40,64}) (\d+)$/.exec(line);
    if (header) {
      settle();
      commit = { id: header[1]!, at: Number(header[2]) * 1000 };
    } else changes.push(...changeIn(line));
  }
  settle();
  return new Map([...followed].map(([provider, { states }]) => [provider, states]));
};

const changeIn = (line: string): Change[] => {
  const found = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) ([A-Z])\S*\t(catalogs\/v(\d+)\/([\w-]+)\/vms\.csv)$/.exec(
    line,
  );
  if (!found) return [];
  const [, blob, status, path, version, cloud] = found;
  return [{ version: Number(version), cloud: cloud!, path: path!, blob: status === "D" ? null : blob! }];
};

interface Followed {
  /** Files by version number. */
  readonly versions: Map<number, Change>;
  readonly states: CatalogState[];
}

const follow = (
  { versions, states }: Followed,
  changes: readonly Change[],
  made: { readonly provider: string; readonly commit: string; readonly at: Instant },
): void => {
  const before = newestOf(versions);
  for (const change of changes) {
    // A folder that was renamed within its version is deleted and added in one commit.
    if (change.blob === null && versions.get(change.version)?.path !== change.path) continue;
    if (change.blob === null) versions.delete(change.version);
    else versions.set(change.version, change);
  }
  const now = newestOf(versions);
  if (now === undefined && before !== undefined) {
    const { cloud, path } = before;
    states.push({ ...made, cloud, path, blob: null });
  } else if (now !== undefined && (now !== before || changes.includes(now))) {
    const { cloud, path, blob } = now;
    states.push({ ...made, cloud, path, blob });
  }
};

const newestOf = (versions: ReadonlyMap<number, Change>): Change | undefined =>
  versions.size === 0 ? undefined : versions.get(Math.max(...versions.keys()));

/** The usual time between two states in minutes; a day where there is only one. */
export const usualGap = (states: readonly CatalogState[]): number => {
  const gaps = states.slice(1).map(({ at }, index) => Math.abs(at - states[index]!.at) / minute);
  return gaps.length === 0 ? 24 * 60 : Math.max(1, median(gaps));
};
