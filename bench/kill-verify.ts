import type { LogLine, Workspace } from "../test/helpers/program.ts";
import { missingBodies, sqlRows, tapeFaults } from "../test/helpers/tape-sql.ts";

/** A pull that the program said was on the tape. */
export interface Acknowledged {
  readonly pullNo: number;
  readonly source: string;
  readonly offers: number;
  readonly ticks: number;
}

/** The pulls a log acknowledges. */
export const acknowledgedIn = (log: readonly LogLine[]): Acknowledged[] =>
  log
    .filter((line) => line.msg === "pull")
    .map((line) => ({
      pullNo: Number(line.pull_no),
      source: String(line.source),
      offers: Number(line.offers),
      ticks: Number(line.ticks),
    }));

/** What a reopened tape holds, and what is wrong with it. */
export interface Verdict {
  readonly pulls: number;
  readonly ticks: number;
  /** Acknowledged pulls that are not there as they were acknowledged. */
  readonly lost: number;
  /** Faults in words; empty for a sound tape. */
  readonly faults: readonly string[];
}

/** Files of which some instants are on the tape and some are not. */
const halfFiles = (instants: number): string =>
  `select count(*)::integer as n from (
     select payloads::varchar from pulls where origin = 'import' group by payloads::varchar having count(*) <> ${instants}
   )`;

/** Lium reprices all its nodes at once, so that its live offers are all of one pull. */
const mixedPrices = `select count(distinct round(usd_per_gpu_hour / base.usd, 4))::integer as n
  from offers join (
    select listing_no, arg_min(usd_per_gpu_hour, observed_at) as usd from ticks where state = 'live' group by listing_no
  ) as base using (listing_no) where source = 'lium'`;

/** Reopens the tape and holds it against all that was acknowledged. `instants` is the pulls of an imported file. */
export const verify = async (
  space: Workspace,
  acknowledged: readonly Acknowledged[],
  instants: number,
): Promise<Verdict> => {
  const rows = await sqlRows(space, "select pull_no, source, offers, ticks from pulls");
  const kept = new Map(rows.map((row) => [Number(row.pull_no), row]));
  const lost = acknowledged.filter(({ pullNo, source, offers, ticks }) => {
    const row = kept.get(pullNo);
    return row?.source !== source || row.offers !== offers || row.ticks !== ticks;
  });
  const found = await sqlRows(
    space,
    `select (${halfFiles(instants)}) as half, (${mixedPrices}) as prices, (select count(*) from ticks)::integer as ticks`,
  );
  const { half, prices, ticks } = found[0]!;
  const faults = Object.entries(await tapeFaults(space)).map(([fault, n]) => `${n} ${fault}`);
  if (Number(half) > 0) faults.push(`${half} files kept by half`);
  if (Number(prices) > 1) faults.push(`prices of ${prices} pulls in one book`);
  const missing = await missingBodies(space);
  if (missing.length > 0) faults.push(`${missing.length} archived bodies missing`);
  return { pulls: rows.length, ticks: Number(ticks), lost: lost.length, faults };
};
