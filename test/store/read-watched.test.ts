import { describe, expect, it } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { minute } from "../../src/domain/time.ts";
import { readWatched } from "../../src/store/read-watched.ts";
import { anOffer, memoryTape, t0 } from "../helpers/tape.ts";

const at = (minutes: number): number => t0 + minutes * minute;
const always = Date.UTC(9000, 0, 1);

const machine = (machineId: string, usd: number, more: Partial<Offer> = {}): Offer =>
  anOffer({ offerId: machineId, machineId, usdPerGpuHour: usd, priceRaw: usd * 8, ...more });

/** A tape with a pull at each of some minutes; null: the pull failed. */
const watch = async (pulls: readonly (readonly [number, readonly Offer[] | null])[]) => {
  const tape = await memoryTape();
  for (const [minutes, offers] of pulls)
    await tape.pull(
      { observedAt: at(minutes), status: offers === null ? "failed" : "complete" },
      offers ?? [],
    );
  return tape;
};

/** Machine, from, seen until, gone at (minutes) and price. */
const spellsOf = async (
  tape: Awaited<ReturnType<typeof memoryTape>>,
  { from = 0, to = 999, asOf = always } = {},
) => {
  const listings = tape.catalog.byNo.map(({ listingNo }) => listingNo);
  const found = await readWatched(tape.database, { listings, from: at(from), to: at(to), asOf });
  const minutes = (instant: number | null) => (instant === null ? null : (instant - t0) / minute);
  return found.map((spell) => [
    tape.catalog.byNo[spell.listingNo]!.offer.offerId,
    minutes(spell.from),
    minutes(spell.seenUntil),
    minutes(spell.goneAt),
    spell.usdPerGpuHour,
  ]);
};

describe("readWatched", () => {
  it("cuts at prices, and counts a disappearance from the last good pull before it", async () => {
    const tape = await watch([
      [0, [machine("a", 2), machine("b", 3)]],
      [5, [machine("a", 2), machine("b", 3.5)]],
      [10, null],
      [15, [machine("b", 3.5)]],
      [20, [machine("a", 2.2), machine("b", 3.5)]],
    ]);
    expect(await spellsOf(tape)).toEqual([
      ["a", 0, 5, 15, 2],
      ["a", 20, 20, null, 2.2],
      ["b", 0, 5, null, 3],
      ["b", 5, 20, null, 3.5],
    ]);
  });

  it("clips to the span, and does not see what came after it or was learnt later", async () => {
    const tape = await watch([
      [0, [machine("a", 2)]],
      [10, [machine("a", 2)]],
      [20, [machine("b", 3)]],
      [30, [machine("b", 3)]],
    ]);
    expect(await spellsOf(tape, { from: 5, to: 19 })).toEqual([["a", 5, 10, null, 2]]);
    expect(await spellsOf(tape, { from: 5, to: 25 })).toEqual([
      ["a", 5, 10, 20, 2],
      ["b", 20, 20, null, 3],
    ]);
    expect(await spellsOf(tape, { from: 20, to: 30 })).toEqual([["b", 20, 30, null, 3]]);
    // Last seen before the span: nothing in it was watched.
    expect(await spellsOf(tape, { from: 15, to: 30 })).toEqual([["b", 20, 30, null, 3]]);
    expect(await spellsOf(tape, { asOf: at(15) })).toEqual([["a", 0, 10, null, 2]]);
    expect(await spellsOf(tape, { asOf: at(-1) })).toEqual([]);
  });

  it("knows nothing of a machine that a cut-off pull did not show", async () => {
    const tape = await watch([
      [0, [machine("a", 2), machine("b", 3)]],
      [5, [machine("a", 2), machine("b", 3)]],
    ]);
    await tape.pull({ observedAt: at(10), status: "truncated", blindScopes: "*" }, [machine("a", 2)]);
    await tape.pull({ observedAt: at(15) }, [machine("a", 2)]);
    expect(await spellsOf(tape)).toEqual([
      ["a", 0, 15, null, 2],
      ["b", 0, 5, null, 3],
    ]);
  });

  it("takes what a partial pull saw whole, and nothing of what it did not see", async () => {
    const tape = await watch([[0, [machine("a", 2, { scope: "x" }), machine("b", 3, { scope: "y" })]]]);
    await tape.pull({ observedAt: at(5), status: "partial", blindScopes: ["y"] }, []);
    await tape.pull({ observedAt: at(10), status: "partial", blindScopes: ["y"] }, [
      machine("c", 4, { scope: "x" }),
    ]);
    expect(await spellsOf(tape)).toEqual([
      ["a", 0, 0, 5, 2],
      ["b", 0, 0, null, 3],
      ["c", 10, 10, null, 4],
    ]);
  });

  it("takes a machine without free GPUs for gone, and one with fewer of them for there", async () => {
    const tape = await watch([
      [0, [machine("a", 2, { availableGpus: 8 })]],
      [5, [machine("a", 2, { availableGpus: 3 })]],
      [10, [machine("a", 2, { availableGpus: 0 })]],
      [15, [machine("a", 2, { availableGpus: 0 })]],
      [20, [machine("a", 2, { availableGpus: 8 })]],
      [25, [machine("a", 2, { availableGpus: null })]],
    ]);
    expect(await spellsOf(tape)).toEqual([
      ["a", 0, 5, 10, 2],
      ["a", 20, 25, null, 2],
    ]);
  });

  it("watches one listing of a machine, the largest", async () => {
    const slice = (gpuCount: number) => machine("a", 2, { gpuCount, offerId: `a${gpuCount}` });
    const tape = await watch([
      [0, [slice(4), slice(8), slice(2)]],
      [5, [slice(2)]],
      [10, [slice(2)]],
    ]);
    expect(await spellsOf(tape)).toEqual([["a8", 0, 0, 5, 2]]);
    expect(await spellsOf(tape, { from: 5 })).toEqual([["a2", 5, 10, null, 2]]);
  });

  it("watches a machine once that two sources of its provider show", async () => {
    const tape = await watch([[0, [machine("a", 2)]]]);
    await tape.pull({ source: "second", observedAt: at(1) }, [machine("a", 2, { source: "second" })]);
    await tape.pull({ observedAt: at(5) }, []);
    await tape.pull({ observedAt: at(10) }, [machine("b", 2)]);
    expect(await spellsOf(tape)).toEqual([
      ["a", 0, 0, 5, 2],
      ["b", 10, 10, null, 2],
    ]);
  });

  it("does not watch a price in doubt", async () => {
    const tape = await watch([
      [0, [machine("a", 2)]],
      [5, [machine("a", 40, { flags: ["price_jump"] })]],
      [10, []],
      [15, [machine("a", 2)]],
    ]);
    expect((await spellsOf(tape)).map(([, ...spell]) => spell)).toEqual([
      [0, 5, null, 2],
      [15, 15, null, 2],
    ]);
  });

  it("has nothing for no listings", async () => {
    const tape = await memoryTape();
    expect(await spellsOf(tape)).toEqual([]);
  });
});
