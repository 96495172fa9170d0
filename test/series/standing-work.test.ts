import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour, minute } from "../../src/domain/time.ts";
import { silentLogger } from "../../src/log.ts";
import { createStandingWork, type StandingWork } from "../../src/series/standing-work.ts";
import { everyGpu, inBook } from "../../src/series/studied-gpus.ts";
import { readIndexValues } from "../../src/store/read-index-record.ts";
import { type Market, openMarket, present } from "../helpers/market.ts";
import { until } from "../helpers/until.ts";

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const workAt = (now: number, studies = market.context.studies): StandingWork => {
  const { context } = market;
  const gpus = everyGpu(context.reference.gpus);
  market.setNow(now);
  return createStandingWork({ ...context, studies, gpus, clock: () => now, log: silentLogger() });
};
const published = async () => (await readIndexValues(market.tape.database, { gpu: "h100-sxm" })).length;

describe("standing work", () => {
  it("waits for the pulls of the hour before it publishes", async () => {
    const work = workAt(present + 4 * minute);
    work.start();
    await work.stop();
    expect(await published()).toBe(0);
  });

  it("publishes at once what is due when the program starts later in the hour", async () => {
    const work = workAt(present + 6 * minute);
    work.start();
    await until("the hour is published", async () => (await published()) > 0, 20_000);
    await work.stop();
    const values = await readIndexValues(market.tape.database, { gpu: "h100-sxm" });
    expect(new Set(values.map(({ at }) => at))).toEqual(new Set([present]));
  });

  it("has the fits ready when somebody asks, and makes of many calls two rounds", async () => {
    const { context } = market;
    const rounds: { fitted: number; kept: number }[] = [];
    const studies: typeof context.studies = {
      ...context.studies,
      refresh: async (...given) => {
        const round = await context.studies.refresh(...given);
        rounds.push(round);
        return round;
      },
    };
    const work = workAt(present + 2 * hour, studies);
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
