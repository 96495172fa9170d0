import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { launchCli, type ProgramEnv, runCli, workspace } from "../test/helpers/program.ts";
import { startUpstream } from "../test/helpers/upstream.ts";
import { seeded } from "./synthetic.ts";

/** What a series of kills did to a tape; all counts of damage must be 0. */
export interface KillResult {
  readonly kills: number;
  /** Runs that ended before their kill came. */
  readonly finished: number;
  readonly acknowledged: number;
  readonly pulls: number;
  readonly lost: number;
  readonly half: number;
  readonly doubled: number;
  readonly orphans: number;
}

const venues = ["lium", "verda", "vultr", "akash", "oci"];
const importRows = 40_000;
const longestRun = 3500;

/** A history whose import takes long enough to be hit. */
const history = (): string => {
  const random = seeded(3);
  const lines = ["observed_at,provider,instance_type,gpu_name,gpu_count,region,price_usd_hour"];
  for (let i = 0; i < importRows; i++) {
    const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(i / 200) * 3_600_000).toISOString();
    lines.push(`${at},aws,type-${i % 200},L4,1,us-east-1,${(0.5 + random()).toFixed(3)}`);
  }
  return lines.join("\n");
};

const damage = `select
  (select count(*) from pulls left join (select pull_no, count(*) as n from ticks group by pull_no) as written using (pull_no)
    where pulls.ticks <> coalesce(written.n, 0)) as half,
  (select count(*) from (select 1 from ticks group by listing_no, observed_at, recorded_at having count(*) > 1)) as doubled,
  (select count(*) from ticks anti join listings using (listing_no)) as orphans,
  (select count(*) from pulls where origin = 'live') as live,
  (select count(*) from pulls where origin = 'import') as imported`;

const look = async (db: string): Promise<Record<string, number>> => {
  const { code, stdout, stderr } = await runCli(["sql", damage, "--db", db, "--json"]);
  if (code !== 0) throw new Error(`the tape cannot be read after a kill: ${stderr}`);
  const { data } = JSON.parse(stdout) as { data: { rows: [Record<string, string | number>] } };
  return Object.fromEntries(Object.entries(data.rows[0]).map(([name, value]) => [name, Number(value)]));
};

/** Kills the command at a random moment; true when it had ended by itself before. */
const killed = async (args: readonly string[], env: ProgramEnv, afterMs: number): Promise<boolean> => {
  const running = launchCli(args, env);
  await Promise.race([running.ended, delay(afterMs)]);
  running.signal("SIGKILL");
  return (await running.ended).code === 0;
};

/**
 * kill -9 at random moments of collecting and importing, in turn, always on the same tape. After each the tape is
 * opened and searched for pulls that are lost, half-written or doubled. At the end the import is run to its end.
 */
export const kill = async (count: number, seed: number): Promise<KillResult> => {
  const random = seeded(seed);
  const upstream = await startUpstream({ nodes: 3000 });
  const place = workspace();
  const file = place.file("history.csv");
  writeFileSync(file, history());
  const total = { finished: 0, acknowledged: 0, lost: 0, half: 0, doubled: 0, orphans: 0 };
  try {
    await runCli(["collect", ...venues, "--db", place.db], upstream.env);
    total.acknowledged += venues.length;
    let imports = 0;
    for (let round = 0; round < count; round++) {
      const collecting = round % 2 === 0;
      upstream.reprice(1 + (round + 1) / 100);
      const args = collecting ? ["collect", ...venues] : ["import", file];
      const finished = await killed([...args, "--db", place.db], upstream.env, 400 + random() * longestRun);
      if (finished) total.finished++;
      if (finished && collecting) total.acknowledged += venues.length;
      if (finished && !collecting) imports = importRows / 200;
      const found = await look(place.db);
      total.half = Math.max(total.half, found.half!);
      total.doubled = Math.max(total.doubled, found.doubled!);
      total.orphans = Math.max(total.orphans, found.orphans!);
      const whole = found.imported === 0 || found.imported === importRows / 200;
      total.lost +=
        Number(found.live! < total.acknowledged) + Number(found.imported! < imports) + Number(!whole);
      total.acknowledged = found.live!;
    }
    const ended = await runCli(["import", file, "--db", place.db], upstream.env);
    if (ended.code !== 0) throw new Error(`the import fails after the kills: ${ended.stderr}`);
    const last = await look(place.db);
    return { kills: count, ...total, pulls: last.live! + last.imported! };
  } finally {
    await upstream.close();
    place.remove();
  }
};

/** Nothing lost, half-written or doubled. */
export const isUnharmed = ({ lost, half, doubled, orphans }: KillResult): boolean =>
  lost + half + doubled + orphans === 0;

/** Twenty kills. */
export const run = async (): Promise<boolean> => {
  const result = await kill(20, 1);
  for (const [name, value] of Object.entries(result)) process.stdout.write(`  ${name.padEnd(14)} ${value}\n`);
  return isUnharmed(result);
};
