import { describe, expect, it } from "vitest";
import { believed } from "../../src/collect/believed.ts";
import { pullRecord } from "../../src/collect/collector.ts";
import { failedRun, type SourceRun } from "../../src/collect/run-source.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { hour } from "../../src/domain/time.ts";
import { loadReference } from "../../src/reference.ts";
import { rows } from "../../src/store/database.ts";
import { openTape } from "../../src/store/tape.ts";
import { aSource } from "../helpers/market.ts";
import { anOffer, t0 } from "../helpers/tape.ts";

const { bands } = await loadReference();
const source = aSource("test");

/** A tape in memory that takes pulls an hour apart, each as the collector would write it. */
const aTape = async () => {
  const tape = await openTape(":memory:", { clock: () => t0, describe: () => source });
  let pulls = 0;
  const pull = async (
    offers: readonly Offer[],
    rejects = 0,
    dropped: Readonly<Record<string, number>> = {},
  ): Promise<SourceRun> => {
    const at = t0 + pulls++ * hour;
    const run = await believed(
      {
        ...failedRun(source, at, at, [], null),
        status: "complete",
        blindScopes: [],
        note: null,
        offers,
        rejects: Array.from({ length: rejects }, (_, i) => ({ reason: "absent_key: price", raw: `${i}` })),
        rowsSeen: Object.values(dropped).reduce((sum, n) => sum + n, offers.length + rejects),
        dropped,
      },
      { tape, bands, book: tape.book() },
    );
    await tape.write(pullRecord(run, source, at), run.offers, run);
    return run;
  };
  /** Last state of each offer, by its id. */
  const states = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (
        await rows(
          tape.database.reader,
          `select offer_id, arg_max(state, observed_at)::varchar as state
           from ticks join listings using (listing_no) group by offer_id order by offer_id`,
        )
      ).map((row) => [row.offer_id, row.state]),
    );
  return { tape, pull, states };
};

const onDemand = ["a", "b", "c"].map((offerId) => anOffer({ offerId }));
const spot = ["s", "t"].map((offerId) => anOffer({ offerId, purchase: "spot", usdPerGpuHour: 1 }));

describe("a kind that vanishes", () => {
  it("is unknown first, and delisted when the next pull says the same", async () => {
    const { tape, pull, states } = await aTape();
    await pull([...onDemand, ...spot]);
    const run = await pull(onDemand);
    expect(run).toMatchObject({ status: "partial", blindScopes: [], held: expect.arrayContaining([3, 4]) });
    expect(run.note).toBe(
      "shows none of the 2 listings that were live of acme spot; they are unknown until the next pull",
    );
    expect(await states()).toEqual({ a: "live", b: "live", c: "live", s: "unknown", t: "unknown" });
    expect((await pull(onDemand)).status).toBe("complete");
    expect(await states()).toMatchObject({ s: "delisted", t: "delisted" });
    await tape.close();
  });

  it("is told by provider, purchase and tier, of listings that were live, whatever else is new", async () => {
    const { tape, pull, states } = await aTape();
    const community = ["x", "y"].map((offerId) => anOffer({ offerId, tier: "community" }));
    await pull([...onDemand, ...community]);
    const others = ["v", "w"].map((offerId) => anOffer({ offerId, tier: "community" }));
    expect((await pull([...onDemand, ...others])).note).toContain("acme on_demand community");
    expect(await states()).toMatchObject({ x: "unknown", y: "unknown", v: "live" });
    await tape.close();
  });

  it("is one listing or a part of a kind: gone at once", async () => {
    const { tape, pull, states } = await aTape();
    await pull([...onDemand, spot[0]!]);
    expect((await pull(onDemand.slice(0, 1))).status).toBe("complete");
    expect(await states()).toEqual({ a: "live", b: "delisted", c: "delisted", s: "delisted" });
    await tape.close();
  });
});

describe("rows that cannot be read", () => {
  it("may be what is missing, as long as there are more of them than when it was shown", async () => {
    const { tape, pull, states } = await aTape();
    await pull(onDemand, 1);
    const run = await pull(onDemand.slice(0, 2), 2);
    expect(run).toMatchObject({ status: "partial", held: [2] });
    expect(run.note).toContain("1 listings that it lacks may be among the rows that could not be read");
    for (let again = 0; again < 3; again++) {
      expect((await pull(onDemand.slice(0, 2), 2)).status).toBe("partial");
      expect(await states()).toMatchObject({ a: "live", b: "live", c: "unknown" });
    }
    expect((await pull(onDemand.slice(0, 2), 1)).status).toBe("complete");
    expect(await states()).toMatchObject({ c: "delisted" });
    await tape.close();
  });

  it("do not keep what goes later: a row that stays odd is no cover for others", async () => {
    const { tape, pull, states } = await aTape();
    await pull(onDemand);
    await pull(onDemand, 1);
    expect((await pull(onDemand.slice(0, 2), 1)).status).toBe("complete");
    expect(await states()).toMatchObject({ c: "delisted" });
    await tape.close();
  });

  it("count the repeats of a list that moves while it is paged", async () => {
    const { tape, pull, states } = await aTape();
    await pull(onDemand);
    expect((await pull([onDemand[0]!, ...onDemand.slice(0, 2)])).status).toBe("partial");
    expect(await states()).toMatchObject({ c: "unknown" });
    await tape.close();
  });
});

it("every row of a pull is told on the tape", async () => {
  const { tape, pull } = await aTape();
  await pull([...onDemand, onDemand[0]!], 2, { windows: 4, no_gpu: 1 });
  expect(
    await rows(
      tape.database.reader,
      "select offers, rejects, rows_seen, dropped::varchar as dropped, beside from pulls",
    ),
  ).toEqual([{ offers: 3, rejects: 3, rows_seen: 11, dropped: '{"windows":4,"no_gpu":1}', beside: 0 }]);
  await tape.close();
});
