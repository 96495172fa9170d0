import { existsSync } from "node:fs";
import { join } from "node:path";
import { runSql } from "../../src/store/sandbox.ts";
import type { Workspace } from "./program.ts";

export type SqlRow = Readonly<Record<string, string | number | boolean | null>>;

/** Asks the tape as `gputape sql` does, in this process; no server may have it open. */
export const sqlRows = async (space: Workspace, query: string): Promise<readonly SqlRow[]> => {
  const { rows } = await runSql(space.db, query, { rows: 1_000_000, seconds: 60, memory: "400MB" });
  return rows as readonly SqlRow[];
};

/** Bodies that rows of pulls name and the archive lacks. */
export const missingBodies = async (space: Workspace): Promise<string[]> => {
  const rows = await sqlRows(
    space,
    "select distinct json_extract_string(body, '$.sha256') as sha from (select unnest(payloads::json[]) as body from pulls where origin = 'live')",
  );
  return rows
    .map(({ sha }) => String(sha))
    .filter((sha) => !existsSync(join(space.archive, sha.slice(0, 2), `${sha}.gz`)));
};

/**
 * What a tape may never show, each as a query that finds the rows: writes that were kept by half, ticks without
 * their listing or pull, and ticks that are there twice.
 */
const faults: Readonly<Record<string, string>> = {
  "pulls whose ticks are not all there": `select pulls.pull_no from pulls left join ticks using (pull_no)
     group by pulls.pull_no, pulls.ticks having pulls.ticks <> count(ticks.pull_no)`,
  "ticks without a pull": "select distinct pull_no from ticks anti join pulls using (pull_no)",
  "ticks without a listing": "select distinct listing_no from ticks anti join listings using (listing_no)",
  "listings that are there twice":
    "select listing_no from listings group by listing_no having count(*) > 1 union all select min(listing_no) from listings group by key having count(*) > 1",
  "ticks that are there twice":
    "select listing_no from ticks group by listing_no, observed_at, recorded_at having count(*) > 1",
  "listings that were never seen": "select listing_no from listings anti join ticks using (listing_no)",
  "pulls that are there twice": "select pull_no from pulls group by pull_no having count(*) > 1",
};

/** How many rows of each fault the tape has; a sound tape has none of any. */
export const tapeFaults = async (space: Workspace): Promise<Record<string, number>> => {
  const query = Object.entries(faults)
    .map(([name, sql]) => `select '${name}' as fault, (select count(*) from (${sql})) as n`)
    .join(" union all ");
  const rows = await sqlRows(space, query);
  return Object.fromEntries(rows.flatMap(({ fault, n }) => (Number(n) > 0 ? [[fault, Number(n)]] : [])));
};
