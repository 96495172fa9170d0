import { afterEach, describe, expect, it } from "vitest";
import { day, hour, type Instant, minute } from "../../src/domain/time.ts";
import { publishIndex } from "../../src/series/index-record.ts";
import type { SeriesTools } from "../../src/series/index-series.ts";
import { everyGpu } from "../../src/series/studied-gpus.ts";
import { readIndexValues } from "../../src/store/read-index-record.ts";
import { h100Index, type Market, offerOf, openMarket, present } from "../helpers/market.ts";

let market: Market;
afterEach(() => market.close());

const h100 = { gpu: "h100-sxm", gpuRaw: "H100 SXM" } as const;
const tenths = (provider: string, from: number) =>
  [0, 1, 2, 3].map((i) => offerOf(provider, `${provider}${i}`, from + i / 10, h100));

const publish = (now: Instant, tools: SeriesTools = market.context) => {
  market.setNow(now);
  return publishIndex(tools, everyGpu(market.context.reference.gpus), now);
};

/** Tools whose fits fail after so many answers. */
const failingAfter = (answers: number): SeriesTools => {
  const { tape, fits } = market.context;
  let left = answers;
  const run: typeof fits.run = (...asked) =>
    left-- > 0 ? fits.run(...asked) : Promise.reject(new Error("cut short"));
  return { tape, fits: { ...fits, run } };
};

const words = async (vintage: "provisional" | "final" | "revised", gpu = "h100-sxm") =>
  readIndexValues(market.tape.database, {
    ...{ gpu, purchase: "on_demand", method: "weighted_median", vintage },
  });
const gpus = async () =>
  new Set((await readIndexValues(market.tape.database, {})).map(({ gpu }) => gpu)).size;

describe("a publication that was cut short", () => {
  it("is made again for every GPU", async () => {
    market = await openMarket();
    await expect(publish(present + 5 * minute, failingAfter(2))).rejects.toThrow("cut short");
    const published = await gpus();
    expect(published).toBeGreaterThan(0);
    expect((await publish(present + 10 * minute)).provisional).toBeGreaterThan(0);
    const all = await gpus();
    expect(all).toBeGreaterThan(published);
    expect(await publish(present + 15 * minute)).toEqual({ provisional: 0, final: 0, revised: 0 });
  });

  it("takes its revision up again", async () => {
    market = await openMarket();
    await publish(present + 5 * minute);
    await publish(present + 26 * hour);
    await market.pull("alpha", present - minute, tenths("alpha", 1.6), {
      recordedAt: present + 27 * hour,
      origin: "replay",
    });
    await expect(publish(present + 27 * hour, failingAfter(4))).rejects.toThrow("cut short");
    expect((await publish(present + 28 * hour)).revised).toBeGreaterThan(0);
  });
});

describe("what is learnt late", () => {
  it("revises also where it says it was known at its own time, as imports do", async () => {
    market = await openMarket();
    await publish(present + 5 * minute);
    await publish(present + 26 * hour);
    expect(await words("final")).toMatchObject([{ value: h100Index }, {}, {}]);
    await market.pull("fifth", present - minute, tenths("fifth", 1.4), { recordedAt: present - minute });
    expect((await publish(present + 27 * hour)).revised).toBeGreaterThan(0);
    const [revised] = await words("revised");
    expect(revised).toMatchObject({ at: present, nProviders: 5 });
    expect(revised!.value).toBeLessThan(h100Index);
  });
});

describe("a GPU that left the book", () => {
  it("goes on being published, empty, and becomes final", async () => {
    market = await openMarket();
    const l40s = { gpu: "l40s", gpuRaw: "L40S" } as const;
    await market.pull("alpha", present, [offerOf("alpha", "l", 1, l40s)]);
    await publish(present + 5 * minute);
    await market.pull("alpha", present + 10 * minute, []);
    await market.pull("alpha", present + 20 * minute, tenths("alpha", 2));
    await publish(present + 27 * hour);
    expect(await words("provisional", "l40s")).toHaveLength(28);
    expect((await words("final", "l40s")).length).toBeGreaterThan(1);
  });

  it("becomes final after an outage of weeks", async () => {
    market = await openMarket();
    await publish(present + 5 * minute);
    await publish(present + 30 * day);
    expect((await words("final"))[0]).toMatchObject({ at: present, value: h100Index });
  });
});
