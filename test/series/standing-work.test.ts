import { getTasks } from "node-cron";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { hour, minute } from "../../src/domain/time.ts";
import type { Fits } from "../../src/fits/fits.ts";
import type { RefreshCount, Studies } from "../../src/fits/studies.ts";
import { silentLogger } from "../../src/log.ts";
import { createStandingWork, type StandingTools, type StandingWork } from "../../src/series/standing-work.ts";
import { everyGpu, inBook } from "../../src/series/studied-gpus.ts";
import { readIndexValues } from "../../src/store/read-index-record.ts";
import { type Market, openMarket, present } from "../helpers/market.ts";
import { until } from "../helpers/until.ts";

let market: Market;
beforeAll(async () => {
  // Half an hour off the full hours of UTC.
  vi.stubEnv("TZ", "Asia/Kolkata");
  market = await openMarket();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await market.close();
});

const publishing = { publishes: true };
const fitting = { publishes: false };

const workAt = (now: number, tools: Partial<StandingTools> = {}): StandingWork => {
  const { context } = market;
  const gpus = everyGpu(context.reference.gpus);
  market.setNow(now);
  return createStandingWork({ ...context, gpus, clock: () => now, log: silentLogger(), ...tools });
};
const studiesWith = (refresh: Studies["refresh"]): Studies => ({ ...market.context.studies, refresh });
const published = async () => (await readIndexValues(market.tape.database, { gpu: "h100-sxm" })).length;

describe("standing work", () => {
  it("waits for the pulls of the hour before it publishes", async () => {
    const work = workAt(present + 4 * minute);
    work.start(publishing);
    await work.stop();
    expect(await published()).toBe(0);
  });

  it("publishes at once what is due when the program starts later in the hour", async () => {
    const work = workAt(present + 6 * minute);
    work.start(publishing);
    await until("the hour is published", async () => (await published()) > 0, 20_000);
    await work.stop();
    const values = await readIndexValues(market.tape.database, { gpu: "h100-sxm" });
    expect(new Set(values.map(({ at }) => at))).toEqual(new Set([present]));
  });

  it("publishes at five past by UTC wherever the machine stands", async () => {
    const work = workAt(present + 4 * minute);
    work.start(publishing);
    expect([...getTasks().values()].at(-1)!.getNextRun()!.getUTCMinutes()).toBe(5);
    await work.stop();
  });

  it("publishes behind those who wait for an answer", async () => {
    const { fits } = market.context;
    const urgent: (boolean | undefined)[] = [];
    const run: Fits["run"] = (task, input, options) => {
      urgent.push(options?.urgent);
      return fits.run(task, input, options);
    };
    const before = await published();
    const work = workAt(present + hour + 6 * minute, { fits: { ...fits, run } });
    work.start(publishing);
    await until("the hour is published", async () => (await published()) > before, 20_000);
    await work.stop();
    expect(new Set(urgent)).toEqual(new Set([false]));
  });

  it("makes nothing ready before it is started, and starts without publishing", async () => {
    const rounds: number[] = [];
    const studies = studiesWith(async (gpus) => {
      rounds.push(gpus.length);
      return { fitted: 0, failed: 0, kept: gpus.length, error: null };
    });
    const work = workAt(present + 2 * hour, { studies });
    work.refresh();
    expect(rounds).toHaveLength(0);
    const tasks = getTasks().size;
    work.start(fitting);
    expect([rounds.length, getTasks().size]).toEqual([1, tasks]);
    await work.stop();
  });

  it("tells how many fits failed and why, unless the program ends", async () => {
    const told: unknown[] = [];
    const log = Object.assign(silentLogger(), { error: (...words: unknown[]) => void told.push(words) });
    const error = new Error("the thread of fits died");
    const failing = studiesWith(async () => ({ fitted: 1, failed: 2, kept: 3, error }));
    const work = workAt(present, { studies: failing, log });
    work.start(fitting);
    await until("it is told", () => told.length > 0);
    expect(told).toEqual([
      [expect.objectContaining({ fitted: 1, failed: 2, kept: 3, err: error }), "fits failed"],
    ]);
    work.refresh();
    await work.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toHaveLength(1);
  });

  it("has the fits ready when somebody asks, and makes of many calls two rounds", async () => {
    const { context } = market;
    const rounds: RefreshCount[] = [];
    const studies = studiesWith(async (...given) => {
      const round = await context.studies.refresh(...given);
      rounds.push(round);
      return round;
    });
    const work = workAt(present + 2 * hour, { studies });
    work.start(fitting);
    for (let i = 0; i < 20; i++) work.refresh();
    await until("both rounds are done", () => rounds.length === 2, 20_000);
    await work.stop();
    work.refresh();
    const gpus = inBook(everyGpu(context.reference.gpus), market.tape.book()).length;
    expect(rounds[0]!.fitted).toBeGreaterThan(0);
    expect(rounds[1]).toMatchObject({ fitted: 0, failed: 0, kept: gpus });
    expect(rounds).toHaveLength(2);
  });
});
