import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minute } from "../../src/domain/time.ts";
import { rows } from "../../src/store/database.ts";
import { anOffer, memoryTape, t0 } from "../helpers/tape.ts";

const priced = (offerId: string, usdPerGpuHour: number, more = {}) =>
  anOffer({ offerId, usdPerGpuHour, priceRaw: usdPerGpuHour * 8, ...more });
const at = (step: number): number => t0 + step * minute;

describe("writePull", () => {
  it("writes a tick for a first sight, a change and a return, and none for a confirmation", async () => {
    const tape = await memoryTape();
    const ticks: number[] = [];
    for (const [step, offers] of [
      [priced("a", 2)],
      [priced("a", 2)],
      [priced("a", 3)],
      [],
      [priced("a", 3)],
    ].entries()) {
      ticks.push((await tape.pull({ observedAt: at(step) }, offers)).ticks);
    }
    expect(ticks).toEqual([1, 0, 1, 1, 1]);
    expect(await tape.prices({ at: at(1) })).toEqual({ a: 2 });
    expect(await tape.prices({ at: at(3) })).toEqual({});
    expect(await tape.prices()).toEqual({ a: 3 });
    expect(tape.catalog.byNo).toHaveLength(1);
  });

  it("keeps the doubt about a confirmed price where a pull before it is restated", async () => {
    const tape = await memoryTape();
    const odd = [priced("a", 40, { flags: ["price_band"] })];
    for (const step of [0, 2, 4]) await tape.pull({ observedAt: at(step) }, odd);
    await tape.pull({ observedAt: at(2), recordedAt: at(6) }, [priced("a", 2)]);
    const ticks = await rows(
      tape.database.reader,
      "select epoch_ms(observed_at)::double as t, usd_per_gpu_hour as usd, flags from ticks order by t, recorded_at",
    );
    expect(ticks).toEqual([
      { t: at(0), usd: 40, flags: "price_band" },
      { t: at(2), usd: 2, flags: "" },
      { t: at(4), usd: 40, flags: "price_band" },
    ]);
  });

  it("ticks on free GPUs alone", async () => {
    const tape = await memoryTape();
    await tape.pull({}, [priced("a", 2)]);
    expect((await tape.pull({ observedAt: at(1) }, [priced("a", 2, { availableGpus: 0 })])).ticks).toBe(1);
  });

  it("refreshes slow attributes without a tick and returns the listing for the book", async () => {
    const tape = await memoryTape();
    await tape.pull({}, [priced("a", 2)]);
    const result = await tape.pull({ observedAt: at(1) }, [priced("a", 2, { reliability: 0.99 })]);
    expect(result.ticks).toBe(0);
    expect(result.states).toHaveLength(1);
    expect(tape.catalog.byNo[0]!.offer.reliability).toBe(0.99);
    expect(await rows(tape.database.reader, "select reliability from listings")).toEqual([
      { reliability: 0.99 },
    ]);
  });

  it("marks what a complete pull misses delisted, and what a truncated one could not see unknown", async () => {
    const tape = await memoryTape();
    const [seen, blind] = [{ scope: "h100" }, { scope: "4090" }];
    await tape.pull({}, [priced("a", 1, seen), priced("b", 2, seen), priced("c", 3, blind)]);
    await tape.pull({ observedAt: at(1), status: "truncated", blindScopes: ["4090"] }, [
      priced("a", 1, seen),
    ]);
    const states = await rows(
      tape.database.reader,
      "select offer_id, state::varchar as state from ticks join listings using (listing_no) where state <> 'live' order by 1",
    );
    expect(states).toEqual([
      { offer_id: "b", state: "delisted" },
      { offer_id: "c", state: "unknown" },
    ]);
    await tape.pull({ observedAt: at(2), status: "truncated", blindScopes: "*" }, [priced("a", 1, seen)]);
    await tape.pull({ observedAt: at(3) }, [priced("a", 1, seen)]);
    const later = await rows(
      tape.database.reader,
      "select offer_id, state::varchar as state from ticks join listings using (listing_no) where observed_at > $t::timestamp order by 1",
      { t: new Date(at(1)).toISOString() },
    );
    expect(later).toEqual([{ offer_id: "c", state: "delisted" }]);
  });

  it("leaves a row and no tick for a failed and for an empty pull", async () => {
    const tape = await memoryTape();
    await tape.pull({}, [priced("a", 2)]);
    await tape.pull({ observedAt: at(1), status: "failed", note: "timed out" }, []);
    await tape.pull({ observedAt: at(2), status: "empty" }, []);
    expect(await tape.prices()).toEqual({ a: 2 });
    expect(
      await rows(tape.database.reader, "select status::varchar as s from pulls order by pull_no"),
    ).toEqual([{ s: "complete" }, { s: "failed" }, { s: "empty" }]);
  });

  it("keeps the second of two rows of one listing as a reject", async () => {
    const tape = await memoryTape();
    const result = await tape.pull({}, [priced("a", 2), priced("a", 5)]);
    expect(result).toMatchObject({ offers: 1, rejects: 1 });
    expect(await tape.prices()).toEqual({ a: 2 });
  });

  it("writes nothing when the transaction fails", async () => {
    const tape = await memoryTape();
    await tape.pull({}, [priced("a", 2)]);
    await expect(
      tape.pull({ observedAt: at(1), status: "no such status" as "complete" }, [priced("b", 1)]),
    ).rejects.toThrow();
    expect(await tape.prices()).toEqual({ a: 2 });
    expect(tape.catalog.byNo).toHaveLength(1);
    expect((await tape.pull({ observedAt: at(2) }, [priced("b", 1)])).ticks).toBe(2);
  });

  it("says the truth at every market and knowledge time, whatever is restated in whatever order", async () => {
    const price = fc.option(fc.integer({ min: 1, max: 3 }), { nil: null });
    const statement = fc.record({ step: fc.integer({ min: 0, max: 5 }), a: price, b: price });
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 9 }), async (statements) => {
        const tape = await memoryTape();
        const told = statements.map((statement, index) => ({ ...statement, recordedAt: at(100 + index) }));
        for (const { step, a, b, recordedAt } of told) {
          const offers = [...(a === null ? [] : [priced("a", a)]), ...(b === null ? [] : [priced("b", b)])];
          await tape.pull({ observedAt: at(step), recordedAt }, offers);
        }
        for (const asOf of told.map((statement) => statement.recordedAt)) {
          for (let step = 0; step < 6; step++) {
            expect(await tape.prices({ at: at(step), asOf })).toEqual(truth(told, step, asOf));
          }
        }
        await tape.database.close();
      }),
      { numRuns: 8 },
    );
  }, 120_000);
});

/** The last statement known by `asOf` about the last observed step at or before `step`. */
const truth = (
  told: readonly { step: number; a: number | null; b: number | null; recordedAt: number }[],
  step: number,
  asOf: number,
): Record<string, number> => {
  const known = told.filter((statement) => statement.recordedAt <= asOf && statement.step <= step);
  if (known.length === 0) return {};
  const lastStep = Math.max(...known.map((statement) => statement.step));
  const last = known.filter((statement) => statement.step === lastStep).at(-1)!;
  return { ...(last.a === null ? {} : { a: last.a }), ...(last.b === null ? {} : { b: last.b }) };
};
