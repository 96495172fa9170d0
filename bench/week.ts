import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import FakeTimers from "@sinonjs/fake-timers";
import { tableText } from "../src/cli/table.ts";
import { type Collector, createCollector } from "../src/collect/collector.ts";
import { runSource } from "../src/collect/run-source.ts";
import type { SourceWorker } from "../src/collect/worker-client.ts";
import { readConfig } from "../src/config.ts";
import { day, hour, minute } from "../src/domain/time.ts";
import { silentLogger } from "../src/log.ts";
import { loadReference, readData } from "../src/reference.ts";
import { createHttp } from "../src/sources/http.ts";
import { sources } from "../src/sources/index.ts";
import type { Source } from "../src/sources/source.ts";
import { rows } from "../src/store/database.ts";
import { readRates } from "../src/store/read-pulls.ts";
import { openTape, type Tape } from "../src/store/tape.ts";
import { networkIds } from "../test/helpers/fixture-venue.ts";
import { workspace } from "../test/helpers/program.ts";
import { type Behaviour, startUpstream, type Upstream } from "../test/helpers/upstream.ts";
import { at, readFixture } from "../test/sources/fixture.ts";
import { seeded } from "./synthetic.ts";
import { type Ledger, openLedger } from "./week-ledger.ts";

/*
 * A week of collecting in minutes. Scheduler, HTTP client, sources and tape are the program's own, the venues are a
 * loopback server that answers from the fixtures; every timer of the client runs on a simulated clock, which moves on
 * only when all that can happen at its time has happened. In one pull of ten requests go wrong.
 */

const days = 7;
const chanceOfFault = 0.1;
const faults: readonly Behaviour[] = ["status", "hang", "truncate", "garbage", "noise", "empty"];
const factors = [0.9, 0.95, 1, 1.05, 1.1];
/** Answers of these carry the time of the market, which a fixture cannot. */
const ownVenues = ["ecb", "lium"];

type Clock = ReturnType<typeof FakeTimers.install>;

interface World {
  readonly clock: Clock;
  readonly collector: Collector;
  readonly upstream: Upstream;
  readonly tape: Tape;
  readonly ledger: Ledger;
  readonly tally: Tally;
}

interface Tally {
  /** Waits of the client on the simulated clock. */
  sleeping: number;
  pulls: number;
  failed: number;
  expectedTicks: number;
  readonly complaints: string[];
  readonly memory: number[];
}

/** A week of every source at its own cadence. */
export const run = async (): Promise<boolean> => {
  const space = workspace();
  const clock = FakeTimers.install({ now: at, toFake: ["setTimeout", "clearTimeout"] });
  const world = await open(clock, space.db, space.archive);
  try {
    await live(world);
    return await judgeWeek(world);
  } finally {
    clock.uninstall();
    await world.upstream.close();
    await world.tape.close();
    space.remove();
  }
};

const open = async (clock: Clock, db: string, archive: string): Promise<World> => {
  const reference = await loadReference();
  const ledger = openLedger(reference);
  const random = seeded(7);
  const plans = new Map<string, Plan>();
  const now = (): number => clock.now;
  const upstream = await startUpstream({
    clock: now,
    venues: ownVenues,
    everySource: true,
    onRequest: ledger.note,
    behaviour: (source) => nextBehaviour(plans.get(source)),
  });
  const ids = networkIds();
  const collected = sources.filter(({ id }) => ids.includes(id));
  const config = readConfig({
    GPUTAPE_DB: db,
    GPUTAPE_ARCHIVE: archive,
    GPUTAPE_ENABLE: ids.join(","),
    ...upstream.env,
  });
  const sourceKeys = Object.assign({}, ...ids.map((id) => readFixture(id).keys ?? {})) as Record<
    string,
    string
  >;
  const describe = (id: string): Source | null => sources.find((source) => source.id === id) ?? null;
  const tape = await openTape(db, { clock: now, describe });
  const tally: Tally = {
    sleeping: 0,
    pulls: 0,
    failed: 0,
    expectedTicks: 0,
    complaints: [],
    memory: [],
  };
  const worker: SourceWorker = {
    run: async (job) => {
      plans.set(job.source, planOf(random));
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), job.timeoutMs);
      const sleep = (ms: number): Promise<void> => {
        tally.sleeping++;
        return new Promise((resolve) => setTimeout(resolve, ms)).then(() => void tally.sleeping--);
      };
      const settings = {
        version: "0",
        clock: now,
        random,
        sleep,
        signal: abort.signal,
        gapOnLoopback: false,
      };
      const http = createHttp({ ...settings, attemptTimeoutMs: config.httpAttemptMs });
      const context = {
        http,
        clock: now,
        baseUrl: job.baseUrl,
        keys: job.keys,
        signal: abort.signal,
        readData,
      };
      const tools = { clock: now, archive: job.archive, reference, rates: job.rates };
      const source = describe(job.source)!;
      return runSource(source, context, tools).finally(() => clearTimeout(timer));
    },
    close: async () => undefined,
  };
  const collector = await createCollector({
    tape,
    sources: collected,
    config: { ...config, sourceKeys },
    worker,
    bands: reference.bands,
    clock: now,
    log: silentLogger(),
    onPull: (run, result) => {
      tally.pulls++;
      if (run.status === "failed" || run.status === "empty") tally.failed++;
      pending.push({ run, result });
    },
  });
  const pending: { run: Parameters<typeof check>[1]; result: Parameters<typeof check>[2] }[] = [];
  const world = { clock, collector, upstream, tape, ledger, tally };
  checks.set(world, async () => {
    for (const { run, result } of pending.splice(0)) await check(world, run, result);
  });
  return world;
};

/** What goes wrong in a pull: how, from which request on, and for how many. */
interface Plan {
  readonly behaviour: Behaviour;
  from: number;
  times: number;
}

const planOf = (random: () => number): Plan => ({
  behaviour: random() < chanceOfFault ? faults[Math.floor(random() * faults.length)]! : "ok",
  from: Math.floor(random() * 3),
  times: 1 + Math.floor(random() * 4),
});

const nextBehaviour = (plan: Plan | undefined): Behaviour => {
  if (plan === undefined || plan.from-- > 0 || plan.times-- <= 0) return "ok";
  return plan.behaviour;
};

const checks = new WeakMap<World, () => Promise<void>>();

/** A pull on the tape against what the venue's log says it was given. */
const check = async (
  { ledger, tally, tape }: World,
  run: { source: string; status: string; blindScopes: readonly string[] | "*"; observedAt: number },
  result: { offers: number },
): Promise<void> => {
  const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const rates = await readRates(tape.database, iso(run.observedAt - 14 * day), iso(run.observedAt));
  const expected = ledger.close(run.source, run.status, run.blindScopes, rates);
  tally.expectedTicks += expected.ticks;
  if (expected.offers !== result.offers)
    tally.complaints.push(
      `${run.source} ${run.status}: ${result.offers} rows on the tape, ${expected.offers} in the venue's log`,
    );
};

/** Lets everything happen that needs no time: the only things left wait for the clock. */
const settle = async (world: World): Promise<void> => {
  const { tally, upstream, clock, collector } = world;
  for (let quiet = 0; quiet < 3; ) {
    await nextTurn();
    // A retry waits for a timer of no time at all.
    clock.tick(0);
    quiet = collector.underWay() <= upstream.hanging() + tally.sleeping ? quiet + 1 : 0;
  }
  await checks.get(world)!();
};

const live = async (world: World): Promise<void> => {
  const { clock, collector, upstream, tally } = world;
  const random = seeded(11);
  const start = clock.now;
  const ids = networkIds();
  let [nextHour, nextDay] = [start + hour, start + day];
  while (clock.now < start + days * day) {
    collector.look();
    await settle(world);
    const waiting = collector.underWay() > 0;
    const due = Math.min(...collector.health().map(({ nextAt }) => nextAt ?? Number.POSITIVE_INFINITY));
    const step = waiting ? 5000 : Math.max(5000, due - clock.now);
    clock.tick(Math.min(step, nextHour - clock.now || 5000));
    if (clock.now >= nextHour) {
      nextHour += hour;
      for (const id of ids)
        if (random() < 0.2) upstream.reprice(factors[Math.floor(random() * factors.length)]!, id);
    }
    if (clock.now >= nextDay) {
      nextDay += day;
      tally.memory.push(await usedMemory());
      process.stdout.write(
        `  day ${tally.memory.length}: ${tally.pulls} pulls, ${Math.round(tally.memory.at(-1)! / 1e6)} MB in use\n`,
      );
    }
  }
  while (collector.underWay() > 0) {
    clock.tick(5000);
    await settle(world);
  }
};

const usedMemory = async (): Promise<number> => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round++) {
    collect();
    await nextTurn();
  }
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
};

const judgeWeek = async ({ tape, tally, ledger, collector }: World): Promise<boolean> => {
  const late = await latePulls(tape);
  const [counted] = await rows(
    tape.database.reader,
    `select count(*)::integer as n from (
       select state, concat_ws(' ', usd_per_gpu_hour, price_raw, available_gpus) as value,
         lag(state) over past as was, lag(concat_ws(' ', usd_per_gpu_hour, price_raw, available_gpus)) over past as before
       from ticks window past as (partition by listing_no order by observed_at, recorded_at)
     ) where state = 'live' and (was is distinct from state or before is distinct from value)`,
  );
  const [twice] = await rows(
    tape.database.reader,
    "select count(*)::integer as n from (select 1 from ticks group by listing_no, observed_at, recorded_at having count(*) > 1)",
  );
  const wrong = wrongInBook(tape, ledger);
  const growth = tally.memory.at(-1)! / tally.memory[1]! - 1;
  const lines: [string, boolean][] = [
    [
      `${collector.health().filter(({ enabled }) => enabled).length} sources, ${tally.pulls} pulls, ${tally.failed} of them failed or empty`,
      tally.failed > 0,
    ],
    [
      `${tally.complaints.length} pulls whose rows differ from the venue's own log`,
      tally.complaints.length === 0,
    ],
    [
      `${counted!.n} first sights, returns and changes on the tape, ${tally.expectedTicks} by the log`,
      counted!.n === tally.expectedTicks,
    ],
    [`${twice!.n} rows twice`, twice!.n === 0],
    [`${wrong} of ${ledger.live().size} live listings at a price other than the last one given`, wrong === 0],
    [`${late} pulls later than one interval`, late === 0],
    [`memory after day 2 to day ${days}: ${(growth * 100).toFixed(1)} %`, growth < 0.1],
  ];
  for (const complaint of tally.complaints.slice(0, 10)) process.stdout.write(`  ${complaint}\n`);
  process.stdout.write(`${tableText(lines.map(([what, held]) => ({ held: held ? "yes" : "NO", what })))}\n`);
  return lines.every(([, held]) => held);
};

const wrongInBook = (tape: Tape, ledger: Ledger): number => {
  const book = new Map(
    tape.book().offers.map((offer) => [tape.catalog.byNo[offer.listingNo]!.key, offer.usdPerGpuHour]),
  );
  const expected = ledger.live();
  const keys = new Set([...book.keys(), ...expected.keys()]);
  return [...keys].filter((key) => book.get(key) !== expected.get(key)).length;
};

/** Pulls that began more than one interval after they were due; a source in a row of failures is tried less often. */
const latePulls = async (tape: Tape): Promise<number> => {
  const [row] = await rows(
    tape.database.reader,
    `select count(*)::integer as n from (
       select source, started_at, every_minutes, lag(started_at) over past as before,
         lag(status in ('failed', 'empty'), 1, false) over past as f1, lag(status in ('failed', 'empty'), 2, false) over past as f2,
         lag(status in ('failed', 'empty'), 3, false) over past as f3
       from pulls window past as (partition by source order by started_at)
     ) where before is not null and not (f1 and f2 and f3)
       and started_at - before > to_milliseconds((2 * every_minutes * ${minute})::bigint)`,
  );
  return row!.n as number;
};
