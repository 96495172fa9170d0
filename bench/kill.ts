import { setTimeout as delay } from "node:timers/promises";
import { tableText } from "../src/cli/table.ts";
import { ensureBuilt } from "../test/helpers/build.ts";
import { type MovingClock, movingClock } from "../test/helpers/clock.ts";
import {
  type Ended,
  launchCli,
  type Program,
  type ProgramEnv,
  type Running,
  runCli,
  startProgram,
  type Workspace,
  workspace,
} from "../test/helpers/program.ts";
import { sqlRows } from "../test/helpers/tape-sql.ts";
import { until } from "../test/helpers/until.ts";
import { startUpstream, type Upstream } from "../test/helpers/upstream.ts";
import { instants, writeHistory } from "./kill-files.ts";
import { type Acknowledged, acknowledgedIn, verify } from "./kill-verify.ts";
import { seeded } from "./synthetic.ts";

/*
 * kill -9 while the program collects (as a server and as a command) and imports, at random moments; after each
 * the tape is opened again and held against all that was ever acknowledged.
 */

export interface KillOptions {
  readonly count: number;
  readonly seed: number;
}

export interface Kill {
  readonly kill: number;
  readonly while: string;
  readonly "after ms": number;
  /** Pulls acknowledged in this round, files included. */
  readonly acknowledged: number;
  /** Pulls on the tape that nobody had acknowledged when the process died. */
  readonly unacknowledged: number;
  readonly pulls: number;
  readonly ticks: number;
  readonly lost: number;
  readonly faults: string;
}

interface Ground {
  readonly space: Workspace;
  readonly clock: MovingClock;
  readonly upstream: Upstream;
  readonly env: ProgramEnv;
  readonly random: () => number;
  readonly acknowledged: Acknowledged[];
  /** How long the import of a file takes here undisturbed, from the start of its process. */
  readonly importMs: number;
  /** Imported files, by path, with whether their import was acknowledged. */
  readonly files: Map<string, boolean>;
}

const halfDay = 13 * 3_600_000;
const nodes = 2000;
const sources = ["akash", "lium", "oci", "vultr", "azure"];

type Victim = Pick<Program, "ended" | "kill">;

/** The process dies up to `withinMs` after one of the venues, by chance, was asked. */
const killAmidRequests = async (ground: Ground, victim: Victim, withinMs: number): Promise<number> => {
  const { upstream, random } = ground;
  const before = upstream.requests.length;
  const venue = sources[Math.floor(random() * sources.length)];
  let ended = false;
  void victim.ended.then(() => {
    ended = true;
  });
  await until(
    `${venue} was asked`,
    () => ended || upstream.requests.slice(before).some(({ source }) => source === venue),
  );
  const afterMs = Math.round(random() * withinMs);
  await delay(afterMs);
  await victim.kill();
  return afterMs;
};

const killed = (running: Running): Promise<Ended> => {
  running.signal("SIGKILL");
  return running.ended;
};

const whileServing = async (ground: Ground): Promise<number> => {
  const program = await startProgram([], ground.env);
  ground.clock.forward(halfDay);
  const afterMs = await killAmidRequests(ground, program, 600);
  ground.acknowledged.push(...acknowledgedIn(program.logs()));
  return afterMs;
};

const whileCollecting = async (ground: Ground): Promise<number> => {
  const running = launchCli(["collect", ...sources, "--json"], ground.env);
  return killAmidRequests(ground, { ended: running.ended, kill: () => killed(running) }, 400);
};

const whileImporting = async (ground: Ground): Promise<number> => {
  const { space, random, files } = ground;
  const file = space.file(`history-${files.size}.csv`);
  writeHistory(file, `archive-${files.size}`, files.size + 1);
  const running = launchCli(["import", file, "--json"], ground.env);
  const afterMs = Math.round(random() * 1.3 * ground.importMs);
  await Promise.race([running.ended, delay(afterMs)]);
  files.set(file, (await killed(running)).code === 0);
  return afterMs;
};

const timeImport = async (space: Workspace, env: ProgramEnv): Promise<number> => {
  const file = space.file("try.csv");
  writeHistory(file, "try", 0);
  const began = performance.now();
  await runCli(["import", file], { ...env, GPUTAPE_DB: space.file("try.duckdb") });
  return performance.now() - began;
};

const ways = { serving: whileServing, collecting: whileCollecting, importing: whileImporting } as const;

/** Kills the program `count` times over one tape; the seed decides when. */
export const killLoop = async ({ count, seed }: KillOptions): Promise<readonly Kill[]> => {
  const space = workspace();
  const clock = movingClock(space.folder);
  const upstream = await startUpstream({ nodes, seed, clock: clock.now });
  const env = {
    ...upstream.env,
    ...clock.env,
    GPUTAPE_DB: space.db,
    GPUTAPE_DISABLE: `${upstream.env.GPUTAPE_DISABLE},list-prices`,
  };
  const files = new Map<string, boolean>();
  const random = seeded(seed);
  const kills: Kill[] = [];
  try {
    await runCli(["collect", "lium"], env);
    const importMs = await timeImport(space, env);
    const ground: Ground = { space, clock, upstream, env, random, acknowledged: [], importMs, files };
    for (let n = 0; n < count; n++) kills.push(await round(ground, n, kills.at(-1)?.pulls ?? 1));
    kills.push(await afterwards(ground, kills.length));
    return kills;
  } finally {
    await upstream.close();
    space.remove();
  }
};

const round = async (ground: Ground, n: number, pullsBefore: number): Promise<Kill> => {
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const name = names[n % names.length]!;
  ground.upstream.reprice(1 + (n + 1) / 100);
  ground.clock.forward(halfDay);
  const known = ground.acknowledged.length;
  const afterMs = await ways[name](ground);
  const { pulls, ticks, lost, faults } = await verify(ground.space, ground.acknowledged, instants);
  const done = name === "importing" && [...ground.files.values()].at(-1) ? instants : 0;
  const acknowledged = ground.acknowledged.length - known + done;
  return {
    kill: n + 1,
    while: name,
    "after ms": afterMs,
    acknowledged,
    unacknowledged: pulls - pullsBefore - acknowledged,
    pulls,
    ticks,
    lost: lost + (await lostFiles(ground)),
    faults: faults.join("; "),
  };
};

/** Acknowledged imports that are not on the tape. */
const lostFiles = async ({ space, files }: Ground): Promise<number> => {
  const rows = await sqlRows(
    space,
    "select distinct payloads::varchar as file from pulls where origin = 'import'",
  );
  const known = rows.map(({ file }) => String(file)).join();
  return [...files].filter(([path, done]) => done && !known.includes(`"${path.split("/").at(-1)}"`)).length;
};

/** Everything once more and undisturbed: it goes on from where the tape stands, and files add only what they lacked. */
const afterwards = async (ground: Ground, n: number): Promise<Kill> => {
  const { space, env, files, acknowledged } = ground;
  const again = [...files.keys()];
  const collected = await runCli(["collect", ...sources], env);
  const imported = again.length === 0 ? null : await runCli(["import", ...again], env);
  const { pulls, ticks, lost, faults } = await verify(space, acknowledged, instants);
  const clean = { ...space, db: space.file("clean.duckdb") };
  if (imported) await runCli(["import", ...again], { ...env, GPUTAPE_DB: clean.db });
  const count =
    "select count(*)::integer as n, round(sum(usd_per_gpu_hour), 3) as usd from ticks join listings using (listing_no) where source like 'import/%'";
  const same =
    !imported || JSON.stringify(await sqlRows(space, count)) === JSON.stringify(await sqlRows(clean, count));
  const bad = [
    ...faults,
    ...(collected.code === 0 ? [] : [`collect ended with ${collected.code}: ${collected.stderr}`]),
    ...(!imported || imported.code === 0 ? [] : [`import ended with ${imported.code}: ${imported.stderr}`]),
    ...(same ? [] : ["the files are not on the tape as on a clean one"]),
  ];
  const row = { kill: n + 1, while: "all again", "after ms": 0, acknowledged: 0, unacknowledged: 0 };
  return { ...row, pulls, ticks, lost, faults: bad.join("; ") };
};

export const isSound = (kills: readonly Kill[]): boolean =>
  kills.every(({ lost, faults }) => lost === 0 && faults === "");

export const run = async (): Promise<boolean> => {
  await ensureBuilt();
  const kills = await killLoop({ count: 20, seed: 1 });
  process.stdout.write(`${tableText(kills as unknown as Record<string, unknown>[])}\n`);
  return isSound(kills);
};
