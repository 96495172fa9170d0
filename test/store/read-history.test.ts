import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hour, minute } from "../../src/domain/time.ts";
import {
  type Bucket,
  readBuckets,
  readBucketsOfMany,
  readTickColumns,
  readTicks,
} from "../../src/store/read-history.ts";
import { readSeen } from "../../src/store/read-seen.ts";
import { anOffer, memoryTape, t0 } from "../helpers/tape.ts";

const at = (step: number): number => t0 + step * minute;
const priced = (offerId: string, usd: number, more = {}) =>
  anOffer({ offerId, usdPerGpuHour: usd, priceRaw: usd * 8, ...more });
const all = { from: at(-1), asOf: Date.UTC(9000, 0, 1) };

describe("readTicks", () => {
  it("leads with the state before the span, and ends with it", async () => {
    const tape = await memoryTape();
    for (const [step, usd] of [2, 3, 4, 5].entries())
      await tape.pull({ observedAt: at(step * 10) }, [priced("a", usd)]);
    const read = async (from: number, to: number, limit = 100) =>
      (
        await readTicks(tape.database, { listings: [0], from: at(from), to: at(to), asOf: all.asOf }, limit)
      ).map((tick) => tick.usdPerGpuHour);
    expect(await read(-5, 99)).toEqual([2, 3, 4, 5]);
    expect(await read(15, 25)).toEqual([3, 4]);
    expect(await read(10, 20)).toEqual([3, 4]);
    expect(await read(-5, 99, 2)).toEqual([2, 3]);
    expect(await read(-9, -5)).toEqual([]);
    expect(await readTicks(tape.database, { ...all, listings: [], to: at(99) }, 9)).toEqual([]);
  });

  it("tells what was known at the knowledge time", async () => {
    const tape = await memoryTape();
    await tape.pull({}, [priced("a", 2)]);
    await tape.pull({ recordedAt: at(60), origin: "replay" }, [priced("a", 3)]);
    const read = async (asOf: number) =>
      (await readTicks(tape.database, { listings: [0], from: at(-1), to: at(99), asOf }, 9)).map(
        (tick) => tick.usdPerGpuHour,
      );
    expect([await read(at(-1)), await read(at(59)), await read(at(60))]).toEqual([[], [2], [3]]);
  });
});

interface Pull {
  readonly step: number;
  readonly source: "x" | "y";
  readonly failed: boolean;
  /** Price and free GPUs of each of four listings; null: not shown. */
  readonly shown: readonly (readonly [usd: number, free: number | null] | null)[];
}

const every = { x: 5, y: 12 } as const;

const pulls: fc.Arbitrary<Pull[]> = fc
  .uniqueArray(
    fc.record({
      step: fc.integer({ min: 0, max: 60 }),
      source: fc.constantFrom("x" as const, "y" as const),
      failed: fc.boolean().map((value) => value && true),
      shown: fc.array(
        fc.option(
          fc.tuple(fc.integer({ min: 1, max: 6 }), fc.option(fc.integer({ min: 0, max: 3 }), { nil: null })),
          {
            nil: null,
          },
        ),
        { minLength: 4, maxLength: 4 },
      ),
    }),
    { maxLength: 12, selector: ({ step, source }) => `${source}${step}` },
  )
  .map((list) => list.sort((a, b) => a.step - b.step));

type Stats = Omit<Bucket, "at" | "key" | "matched" | "matchedLogChange">;

/** Prices that count by listing, straight from the pulls. */
const counting = (told: readonly Pull[], step: number): ReadonlyMap<string, number> =>
  new Map(
    (["x", "y"] as const).flatMap((source) => {
      const last = told.filter((pull) => pull.source === source && !pull.failed && pull.step <= step).at(-1);
      if (!last || step - last.step >= 2 * every[source]) return [];
      return last.shown.flatMap((offer, i): [string, number][] =>
        offer && offer[1] !== 0 ? [[`${source}${i}`, offer[0]]] : [],
      );
    }),
  );

/** Mean log change of what counts both now and `length` before. */
const matching = (told: readonly Pull[], step: number, length: number) => {
  const [now, before] = [counting(told, step), counting(told, step - length)];
  const moves = [...now].flatMap(([name, usd]) =>
    before.has(name) ? Math.log(usd / before.get(name)!) : [],
  );
  return { matched: moves.length, log: moves.reduce((a, b) => a + b, 0) / moves.length };
};

/** The same statistics straight from the pulls: the last good one of each source before the instant says it all. */
const naive = (told: readonly Pull[], step: number): Stats => {
  const fresh: [number, number][] = [];
  let [stale, soldOut] = [0, 0];
  for (const source of ["x", "y"] as const) {
    const last = told.filter((pull) => pull.source === source && !pull.failed && pull.step <= step).at(-1);
    const shown = (last?.shown ?? []).filter((offer) => offer !== null);
    if (last && step - last.step < 2 * every[source]) {
      const open = shown.filter(([, free]) => free !== 0);
      soldOut += shown.length - open.length;
      fresh.push(...open.map(([usd, free]): [number, number] => [usd, free ?? 8]));
    } else stale += shown.length;
  }
  const usd = fresh.map(([price]) => price).sort((a, b) => a - b);
  const quantile = (share: number): number => {
    const place = (usd.length - 1) * share;
    const [low, high] = [usd[Math.floor(place)]!, usd[Math.ceil(place)]!];
    return low + (high - low) * (place - Math.floor(place));
  };
  if (usd.length === 0) {
    const none = { min: null, p25: null, median: null, p75: null, max: null, mean: null, gpus: null };
    return { ...none, offers: null, providers: null, stale, soldOut };
  }
  return {
    min: usd[0]!,
    p25: quantile(0.25),
    median: quantile(0.5),
    p75: quantile(0.75),
    max: usd.at(-1)!,
    mean: usd.reduce((a, b) => a + b, 0) / usd.length,
    gpus: fresh.reduce((sum, [, free]) => sum + free, 0),
    offers: usd.length,
    providers: 1,
    stale,
    soldOut,
  };
};

/** Logarithms of two engines differ in their last digit. */
const rounded = (bucket: Bucket): Bucket => ({
  ...bucket,
  matchedLogChange: bucket.matchedLogChange && Number(bucket.matchedLogChange.toFixed(12)),
});

describe("readBuckets", () => {
  const grid = { from: at(-1), first: at(0), to: at(70), step: 7 * minute, asOf: all.asOf };

  it("gives what a plain look at the pulls gives, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(pulls, async (told) => {
        const tape = await memoryTape();
        for (const { step, source, failed, shown } of told) {
          const offers = shown.flatMap((offer, i) =>
            offer && !failed ? [priced(`${source}${i}`, offer[0], { source, availableGpus: offer[1] })] : [],
          );
          const status = failed ? "failed" : "complete";
          await tape.pull({ source, observedAt: at(step), everyMinutes: every[source], status }, offers);
        }
        const listings = tape.catalog.byNo.map(({ listingNo }) => listingNo);
        const found = await readBuckets(tape.database, { ...grid, listings });
        expect(found.map((bucket) => bucket.at)).toEqual(Array.from({ length: 11 }, (_, i) => at(i * 7)));
        for (const { at: instant, key, matched, matchedLogChange, ...bucket } of found) {
          const step = (instant - t0) / minute;
          const expected = naive(told, step);
          expect({ key, ...bucket }).toEqual({ key: null, ...expected, mean: bucket.mean });
          if (step > 0) {
            const kept = matching(told, step, grid.step / minute);
            expect(matched).toBe(kept.matched);
            if (matched > 0) expect(matchedLogChange).toBeCloseTo(kept.log, 12);
          }
          if (expected.mean !== null) expect(bucket.mean).toBeCloseTo(expected.mean, 12);
        }
        for (const listing of listings.filter((no) => (no + told.length) % 3 === 0)) {
          const alone = { ...grid, listings: [listing], asAsked: listing % 2 === 0 };
          const one = await readBuckets(tape.database, alone);
          expect(one.map(rounded)).toEqual((await readBucketsOfMany(tape.database, alone)).map(rounded));
        }
        await tape.database.close();
      }),
      { numRuns: 10 },
    );
  });

  it("tells apart by provider, region or tier, and how those that stayed moved", async () => {
    const tape = await memoryTape();
    const by = (offer: string, usd: number, provider: string) =>
      priced(offer, usd, { provider, region: null });
    await tape.pull({ everyMinutes: 60 }, [by("a", 2, "one"), by("b", 4, "two")]);
    await tape.pull({ everyMinutes: 60, observedAt: at(7) }, [by("a", 2.2, "one"), by("c", 1, "two")]);
    const read = (divider?: "provider" | "region") =>
      readBuckets(tape.database, {
        ...{ ...grid, to: at(7), listings: [0, 1, 2] },
        ...(divider === undefined ? {} : { by: divider }),
      });
    const rowOf = ({ key, mean, providers, matched, matchedLogChange }: Bucket) =>
      [
        key,
        mean,
        providers,
        matched,
        matchedLogChange && Number(Math.expm1(matchedLogChange).toFixed(12)),
      ] as const;
    expect((await read("provider")).map(rowOf)).toEqual([
      ["one", 2, 1, 0, null],
      ["two", 4, 1, 0, null],
      ["one", 2.2, 1, 1, 0.1],
      ["two", 1, 1, 0, null],
    ]);
    expect((await read()).map(rowOf)).toEqual([
      [null, 3, 2, 0, null],
      [null, 1.6, 2, 1, 0.1],
    ]);
    expect((await read("region")).map(({ key }) => key)).toEqual([null, null]);
  });

  it("leaves a price out at which nothing could be had, but for the listing's own history", async () => {
    const tape = await memoryTape();
    const shown = [priced("cheap", 3.29, { availableGpus: 0 }), priced("dear", 4.19, { availableGpus: 8 })];
    await tape.pull({ everyMinutes: 60 }, shown);
    const read = async (listings: readonly number[], asAsked: boolean) => {
      const [bucket] = await readBuckets(tape.database, { ...grid, to: at(0), listings, asAsked });
      const { min, mean, gpus, offers, soldOut } = bucket!;
      return { min, mean, gpus, offers, soldOut };
    };
    expect(await read([0, 1], false)).toEqual({ min: 4.19, mean: 4.19, gpus: 8, offers: 1, soldOut: 1 });
    expect(await read([0], false)).toEqual({ min: null, mean: null, gpus: null, offers: null, soldOut: 1 });
    expect(await read([0], true)).toEqual({ min: 3.29, mean: 3.29, gpus: 0, offers: 0, soldOut: 1 });
    expect(await read([1], true)).toEqual({ min: 4.19, mean: 4.19, gpus: 8, offers: 1, soldOut: 0 });
  });

  it("does not see at a knowledge time what was learnt later", async () => {
    const tape = await memoryTape();
    await tape.pull({ everyMinutes: 60 }, [priced("a", 2)]);
    await tape.pull({ everyMinutes: 60, recordedAt: at(600), origin: "replay" }, [priced("a", 3)]);
    const read = async (asOf: number) =>
      (await readBuckets(tape.database, { ...grid, to: at(0), listings: [0], asOf })).map(
        ({ median }) => median,
      );
    expect([await read(at(-1)), await read(at(599)), await read(at(600))]).toEqual([[null], [2], [3]]);
  });

  it("has a row of nulls for each instant where there is nothing", async () => {
    const tape = await memoryTape();
    const found = await readBuckets(tape.database, { ...grid, listings: [] });
    expect(found).toHaveLength(11);
    expect(
      found.every(({ median, offers, stale }) => median === null && offers === null && stale === 0),
    ).toBe(true);
  });
});

describe("readTickColumns and readSeen", () => {
  it("give the ticks of listings with the state before them, and the last good pull of each source", async () => {
    const tape = await memoryTape();
    await tape.pull({ everyMinutes: 60 }, [priced("a", 2), priced("b", 3)]);
    await tape.pull({ observedAt: at(60), everyMinutes: 60 }, [priced("b", 4, { availableGpus: null })]);
    await tape.pull({ observedAt: at(120), everyMinutes: 60, status: "failed" }, []);
    const ticks = await readTickColumns(tape.database, {
      ...{ listings: [0, 1], from: at(30), to: at(180), asOf: all.asOf },
    });
    const rows = [...ticks.at].map((then, i) => [
      (then - t0) / hour,
      ticks.listingNo[i],
      ticks.usdPerGpuHour[i],
      ticks.availableGpus[i],
      ticks.flags[i],
    ]);
    expect(rows).toEqual([
      [0, 0, 2, 8, ""],
      [0, 1, 3, 8, ""],
      [1, 0, Number.NaN, Number.NaN, ""],
      [1, 1, 4, Number.NaN, ""],
    ]);
    const filter = { first: at(0), to: at(180), step: hour, asOf: all.asOf };
    const seen = (await readSeen(tape.database, filter)).sort((a, b) => a.at - b.at);
    const steps = seen.map((row) => [
      (row.at - t0) / hour,
      row.source,
      (row.seenAt - t0) / hour,
      (row.currentUntil - row.seenAt) / hour,
    ]);
    expect(steps).toEqual([0, 1, 2, 3].map((step) => [step, "test", Math.min(step, 1), 2]));
  });
});
