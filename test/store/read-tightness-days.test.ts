import { describe, expect, it } from "vitest";
import type { SourceClass } from "../../src/domain/book.ts";
import type { Fleet } from "../../src/domain/fleet.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { day, hour } from "../../src/domain/time.ts";
import type { Database } from "../../src/store/database.ts";
import {
  readPullMark,
  readTightnessDays,
  type TightnessFilter,
  type TightnessRow,
} from "../../src/store/read-tightness-days.ts";
import { type PullRecord, writePull } from "../../src/store/write-pull.ts";
import { anOffer, aPull, memoryTape, t0 } from "../helpers/tape.ts";

type Memory = Awaited<ReturnType<typeof memoryTape>>;

const sxm = { id: "h100-sxm", ids: new Set(["h100-sxm"]) };
const family = { id: "h100", ids: new Set(["h100", "h100-sxm", "h100-pcie"]) };

const read = (tape: Memory, changes: Partial<TightnessFilter> = {}): Promise<TightnessRow[]> =>
  readTightnessDays(tape.database, {
    gpus: [sxm],
    region: null,
    purchase: "on_demand",
    kinds: new Map<string, SourceClass>([["test", "marketplace"]]),
    first: t0 + day,
    step: day,
    to: t0 + 2 * day,
    asOf: Date.UTC(9000, 0, 1),
    ...changes,
  });

/** Pulls every hour from `first` to `last`, hours since t0. */
const poll = async (
  tape: Memory,
  first: number,
  last: number,
  offers: (at: number) => readonly Offer[],
  changes: Partial<PullRecord> = {},
): Promise<void> => {
  for (let at = first; at <= last; at++)
    await tape.pull({ observedAt: t0 + at * hour, everyMinutes: 60, ...changes }, offers(at));
};

const blank = {
  gpu: "h100-sxm",
  ...{ freeShare: null, soldOutShare: null, unknownShare: null, netNewListings: null },
  ...{ hoursToDisappear: null, spotDiscount: null, usdPerGpuHour: null },
};

describe("readPullMark", () => {
  it("does not wait for a long read", async () => {
    const { database } = await memoryTape();
    const scanner = { runAndReadAll: () => new Promise(() => undefined) };
    const busy = { ...database, scanner } as unknown as Database;
    expect(await readPullMark(busy, t0)).toBe("0 0");
  });
});

describe("readTightnessDays", () => {
  it("reads two days that were computed by hand", async () => {
    const tape = await memoryTape();
    await poll(tape, 0, 48, (at) => [
      anOffer({ offerId: "a", usdPerGpuHour: 2 }),
      anOffer({ offerId: "b", usdPerGpuHour: 3, availableGpus: at > 30 ? 0 : 8 }),
      anOffer({ offerId: "untold", usdPerGpuHour: 4, availableGpus: null, availableIs: null }),
      anOffer({ offerId: "floor", usdPerGpuHour: 6, availableGpus: 0, availableIs: "floor" }),
      ...(at < 40 ? [anOffer({ offerId: "c", usdPerGpuHour: 5 })] : []),
      ...(at > 5 && at < 9 ? [anOffer({ offerId: "d" })] : []),
    ]);
    // Day 1: d comes at 6 and goes at 9. 5 listings for 24 h and d for 3.
    // Day 2: b is sold out at 31, c goes at 40. Listed 5 for 16 h and 4 for 8; on offer 5, 4 and 3 for 7, 9 and 8 h.
    expect(await read(tape)).toEqual([
      {
        ...{ ...blank, at: t0 + day, soldOutShare: 0, unknownShare: 0.4, usdPerGpuHour: 4 },
        ...{ netNewListings: 0, hoursToDisappear: 5 * 24 + 3 },
      },
      {
        ...{ ...blank, at: t0 + 2 * day, soldOutShare: 0.5, unknownShare: 0.5, usdPerGpuHour: 4 },
        netNewListings: -24 / (5 * 16 + 4 * 8),
        hoursToDisappear: (5 * 7 + 4 * 9 + 3 * 8) / 2,
      },
    ]);
  });

  it("has disappearances of marketplaces only, and no word of lists and statistics", async () => {
    const tape = await memoryTape();
    await poll(tape, 0, 24, (at) => [anOffer(), ...(at < 20 ? [anOffer({ offerId: "b" })] : [])]);
    const of = async (kind: SourceClass) =>
      (await read(tape, { to: t0 + day, kinds: new Map([["test", kind]]) }))[0];
    expect(await of("marketplace")).toMatchObject({ hoursToDisappear: 44, soldOutShare: 0 });
    expect(await of("direct")).toMatchObject({ hoursToDisappear: null, soldOutShare: 0 });
    expect((await of("direct"))!.netNewListings).toBeCloseTo(-24 / 44, 12);
    for (const kind of ["list", "statistic"] as const)
      expect(await of(kind)).toEqual({ ...blank, at: t0 + day });
  });

  it("knows nothing of a day without a current source, and takes no news from silence", async () => {
    const tape = await memoryTape();
    const two = [anOffer(), anOffer({ offerId: "b" })];
    await poll(tape, 0, 20, () => two);
    await poll(tape, 50, 72, () => [anOffer()]);
    const rows = await read(tape, { to: t0 + 3 * day });
    // b went while nobody looked: no disappearance, and day 3 begins at the pull that missed it.
    expect(rows.map((row) => [row.soldOutShare, row.netNewListings, row.hoursToDisappear])).toEqual([
      [null, 0, null],
      [null, null, null],
      [0, 0, null],
    ]);
    const failed = { observedAt: t0 + 73 * hour, status: "failed", everyMinutes: 60 } as const;
    await tape.pull(failed, []);
    const [last] = await read(tape, { first: t0 + 75 * hour, to: t0 + 75 * hour });
    expect(last).toMatchObject({ soldOutShare: null, usdPerGpuHour: null });
  });

  it.each([
    ["cut off", { status: "truncated", blindScopes: "*" }],
    ["read by a newer parser", { parserVersion: 2 }],
  ] as const)("takes no news from pulls that are %s", async (_what, changes) => {
    const tape = await memoryTape();
    await poll(tape, 0, 10, () => [anOffer(), anOffer({ offerId: "b" })]);
    await poll(tape, 11, 11, () => [anOffer(), anOffer({ offerId: "new" })], changes);
    const later = { parserVersion: "parserVersion" in changes ? 2 : 1 };
    await poll(tape, 12, 24, () => [anOffer(), anOffer({ offerId: "new" })], later);
    expect((await read(tape, { to: t0 + day }))[0]).toMatchObject({
      netNewListings: 0,
      hoursToDisappear: null,
    });
  });

  it("leaves out prices in doubt", async () => {
    const tape = await memoryTape();
    await poll(tape, 0, 24, () => [
      anOffer({ usdPerGpuHour: 2 }),
      anOffer({ offerId: "odd", usdPerGpuHour: 40, flags: ["price_band"] }),
    ]);
    expect((await read(tape, { to: t0 + day }))[0]).toMatchObject({ usdPerGpuHour: 2, netNewListings: 0 });
  });

  it("matches spot with the on-demand of the same thing", async () => {
    const tape = await memoryTape();
    const pair = (offerId: string, onDemand: number, spot: number, changes: Partial<Offer> = {}) => [
      anOffer({ offerId, usdPerGpuHour: onDemand, ...changes }),
      anOffer({ offerId, usdPerGpuHour: spot, purchase: "spot", ...changes }),
    ];
    await poll(tape, 0, 24, () => [
      ...pair("a", 4, 1),
      ...pair("b", 4, 2),
      ...pair("c", 4, 3, { region: null }),
      ...pair("sold-out", 4, 0.1, { availableGpus: 0 }),
      anOffer({ offerId: "elsewhere", usdPerGpuHour: 4, region: "us-2" }),
      anOffer({ offerId: "elsewhere", usdPerGpuHour: 0.1, purchase: "spot" }),
      anOffer({ offerId: "m-1", machineId: "m", usdPerGpuHour: 10, tier: "secure" }),
      anOffer({ offerId: "m-2", machineId: "m", usdPerGpuHour: 8, tier: "community" }),
      anOffer({ offerId: "m-3", machineId: "m", usdPerGpuHour: 2, purchase: "spot", tier: "community" }),
    ]);
    // 0.75, 0.5, 0.25 and 0.75 of the machine, whose community price counts.
    expect((await read(tape, { to: t0 + day }))[0]!.spotDiscount).toBe(0.625);
    expect((await read(tape, { to: t0 + day, purchase: "spot" }))[0]).toMatchObject({
      spotDiscount: 0.625,
      usdPerGpuHour: 2,
    });
    expect((await read(tape, { to: t0 + day, region: "us-2" }))[0]!.spotDiscount).toBeNull();
    expect((await read(tape, { to: t0 + day, region: "us-2" }))[0]!.usdPerGpuHour).toBe(4);
  });

  it("lets one source speak for a provider, and a family cover its members", async () => {
    const tape = await memoryTape();
    const kinds = new Map<string, SourceClass>([
      ["test", "direct"],
      ["other", "aggregator"],
    ]);
    const late = { source: "other" };
    await poll(tape, 0, 24, () => [anOffer({ source: "other", offerId: "x", usdPerGpuHour: 9 })], late);
    await poll(tape, 0, 20, () => [
      anOffer({ usdPerGpuHour: 2 }),
      anOffer({ offerId: "p", gpu: "h100-pcie", usdPerGpuHour: 1 }),
    ]);
    const at = t0 + 21 * hour;
    const rows = await read(tape, { kinds, gpus: [sxm, family], first: at, to: at });
    expect(rows.map(({ gpu, usdPerGpuHour }) => [gpu, usdPerGpuHour])).toEqual([
      ["h100", 1.5],
      ["h100-sxm", 2],
    ]);
    // Of two of a kind the first by id, as everywhere.
    const alike = new Map<string, SourceClass>([...kinds, ["other", "direct"]]);
    const first = await read(tape, { kinds: alike, gpus: [sxm], first: at, to: at });
    expect(first[0]!.usdPerGpuHour).toBe(9);
    // Once the direct source is silent the other is heard.
    const quiet = await read(tape, { kinds, gpus: [sxm], first: t0 + 24 * hour, to: t0 + 24 * hour });
    expect(quiet[0]!.usdPerGpuHour).toBe(9);
  });

  it("adds up the free share of reported fleets, one source a provider", async () => {
    const tape = await memoryTape();
    const fleet = (changes: Partial<Fleet>): Fleet => ({
      ...{ provider: "acme", gpuRaw: "H100 SXM", gpu: "h100-sxm", region: null },
      ...{ totalGpus: 100, rentedGpus: 60, observedAt: t0, ...changes },
    });
    const kinds = new Map<string, SourceClass>([
      ["stats", "statistic"],
      ["own", "direct"],
      ["fleets", "statistic"],
    ]);
    const tell = (at: number, source: string, fleets: readonly Fleet[]) => {
      const pull = aPull({ source, observedAt: t0 + at * hour, everyMinutes: 60 });
      return writePull(tape.database, tape.catalog, pull, [], { fleets });
    };
    await tell(23, "stats", [fleet({}), fleet({ provider: "beta", region: "eu-1", rentedGpus: 100 })]);
    await tell(23.2, "own", [fleet({ rentedGpus: 50 })]);
    // Read last, but a statistic is not believed before the venue itself.
    await tell(23.5, "fleets", [fleet({ rentedGpus: 0 })]);
    const shares = async (changes: Partial<TightnessFilter> = {}) =>
      (await read(tape, { kinds, ...changes })).map(({ freeShare }) => freeShare);
    expect(await shares()).toEqual([0.25, null]);
    expect(await shares({ region: "eu-1" })).toEqual([0, null]);
    expect(await shares({ asOf: t0 + 23.1 * hour })).toEqual([0.2, null]);
    expect(await shares({ gpus: [{ id: "l4", ids: new Set(["l4"]) }] })).toEqual([null, null]);
  });

  it("does not know at a knowledge time what was learnt later", async () => {
    const tape = await memoryTape();
    await poll(tape, 20, 24, () => [anOffer({ usdPerGpuHour: 2 })]);
    const before = await readPullMark(tape.database, t0 + day);
    await poll(tape, 30, 30, () => [anOffer({ usdPerGpuHour: 3 })]);
    expect(await readPullMark(tape.database, t0 + day)).toBe(before);
    const late = { observedAt: t0 + 24 * hour, recordedAt: t0 + 40 * hour, everyMinutes: 60 };
    await tape.pull(late, [anOffer({ usdPerGpuHour: 5 })]);
    expect(await readPullMark(tape.database, t0 + day)).not.toBe(before);
    const usd = async (asOf: number) => (await read(tape, { to: t0 + day, asOf }))[0]!.usdPerGpuHour;
    expect(await usd(t0 + 35 * hour)).toBe(2);
    expect(await usd(t0 + 41 * hour)).toBe(5);
    expect(await usd(t0 + 10 * hour)).toBeNull();
  });

  it("gives a row of nulls for what is not there, and none for no GPU", async () => {
    const tape = await memoryTape();
    expect(await read(tape, { to: t0 + day })).toEqual([{ ...blank, at: t0 + day }]);
    expect(await read(tape, { gpus: [] })).toEqual([]);
    expect(await read(tape, { first: 0, to: 0 })).toEqual([{ ...blank, at: 0 }]);
  });
});
