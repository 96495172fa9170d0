import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minute } from "../../src/domain/time.ts";
import { type ChangesFilter, readChanges } from "../../src/store/read-changes.ts";
import { anOffer, memoryTape, t0 } from "../helpers/tape.ts";

const at = (step: number): number => t0 + step * minute;
const priced = (offerId: string, usd: number, more = {}) =>
  anOffer({ offerId, usdPerGpuHour: usd, priceRaw: usd * 8, ...more });
const whole: ChangesFilter = {
  since: at(-1),
  until: at(1000),
  asOf: at(100_000),
  gpus: null,
  provider: null,
  offset: 0,
  limit: 1000,
};

const open = async () => {
  const tape = await memoryTape();
  return {
    ...tape,
    changes: async (filter: Partial<ChangesFilter> = {}) =>
      (await readChanges(tape.database, tape.catalog, { ...whole, ...filter })).map((change) => [
        (change.at - t0) / minute,
        change.kind,
        change.listing.offer.offerId,
        change.from,
        change.to,
      ]),
  };
};

describe("readChanges", () => {
  it("tells first sights, prices, ends and returns, newest first", async () => {
    const tape = await open();
    for (const [step, offers] of [
      [priced("a", 2)],
      [priced("a", 3)],
      [priced("a", 3)],
      [],
      [priced("a", 3), priced("b", 1)],
    ].entries())
      await tape.pull({ observedAt: at(step) }, offers);
    expect(await tape.changes()).toEqual([
      [4, "new", "a", null, 3],
      [4, "new", "b", null, 1],
      [3, "gone", "a", 3, null],
      [1, "repriced", "a", 2, 3],
      [0, "new", "a", null, 2],
    ]);
  });

  it("says nothing of free GPUs alone, nor of what was gone already", async () => {
    const tape = await open();
    await tape.pull({}, [priced("a", 2)]);
    await tape.pull({ observedAt: at(1) }, [priced("a", 2, { availableGpus: 1 })]);
    await tape.pull({ observedAt: at(2), status: "partial", blindScopes: "*" }, [priced("b", 2)]);
    await tape.pull({ observedAt: at(3) }, [priced("b", 2)]);
    expect(await tape.changes({ since: at(0) })).toEqual([
      [2, "gone", "a", 2, null],
      [2, "new", "b", null, 2],
    ]);
  });

  it("counts a span from after its begin to its end", async () => {
    const tape = await open();
    for (let step = 0; step < 6; step++) await tape.pull({ observedAt: at(step) }, [priced("a", step + 1)]);
    expect((await tape.changes({ since: at(2), until: at(4) })).map(([step]) => step)).toEqual([4, 3]);
    expect(await tape.changes({ since: at(3), until: at(3) })).toEqual([]);
  });

  it("narrows by GPU and provider, and pages", async () => {
    const tape = await open();
    await tape.pull({}, [
      priced("a", 2),
      priced("b", 2, { gpu: "l40s" }),
      priced("c", 2, { provider: "zeta" }),
      priced("d", 2),
    ]);
    const ids = async (filter: Partial<ChangesFilter>) => (await tape.changes(filter)).map(([, , id]) => id);
    expect(await ids({ gpus: new Set(["l40s"]) })).toEqual(["b"]);
    expect(await ids({ provider: "zeta" })).toEqual(["c"]);
    expect(await ids({ gpus: new Set(["l40s"]), provider: "zeta" })).toEqual([]);
    expect([...(await ids({ limit: 3 })), ...(await ids({ limit: 3, offset: 3 }))]).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  it("tells the changes as they were known", async () => {
    const tape = await open();
    await tape.pull({}, [priced("a", 2)]);
    await tape.pull({ observedAt: at(1) }, [priced("a", 3)]);
    await tape.pull({ observedAt: at(1), recordedAt: at(50), origin: "replay" }, [priced("a", 2)]);
    expect(await tape.changes({ asOf: at(49) })).toContainEqual([1, "repriced", "a", 2, 3]);
    expect(await tape.changes()).toEqual([[0, "new", "a", null, 2]]);
  });

  it("leads from the book at its begin to the book at its end", async () => {
    const price = fc.option(fc.integer({ min: 1, max: 3 }), { nil: null });
    const books = fc.array(fc.tuple(price, price), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(books, fc.nat(8), async (told, begin) => {
        const tape = await open();
        for (const [step, prices] of told.entries()) {
          const offers = prices.flatMap((usd, i) => (usd === null ? [] : [priced(`o${i}`, usd)]));
          await tape.pull({ observedAt: at(step) }, offers);
        }
        const book = await tape.prices({ at: at(begin) });
        for (const [, kind, id, from, to] of (await tape.changes({ since: at(begin) })).toReversed()) {
          expect(book[id as string] ?? null).toBe(from);
          expect(kind).toBe(from === null ? "new" : to === null ? "gone" : "repriced");
          if (to === null) delete book[id as string];
          else book[id as string] = to as number;
        }
        expect(Object.fromEntries(Object.entries(book).sort())).toEqual(await tape.prices());
        await tape.database.close();
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
