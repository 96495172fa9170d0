import { describe, expect, test } from "vitest";
import { hour } from "../../../src/domain/time.ts";
import { type WatchedSpell, watchedGaps } from "../../../src/models/curves/watched-gaps.ts";

const spell = (from: number, seenUntil: number, goneAt: number | null, usdPerGpuHour = 2, sku = "v") =>
  ({
    sku,
    from: from * hour,
    seenUntil: seenUntil * hour,
    goneAt: goneAt === null ? null : goneAt * hour,
    usdPerGpuHour,
  }) satisfies WatchedSpell;

const reference = (from: number, until: number, usdPerGpuHour: number | null) => ({
  from: from * hour,
  until: until * hour,
  usdPerGpuHour,
});

const level = [reference(0, 100, 2)];

describe("watchedGaps", () => {
  test("joins what was survived, and adds the last gap of what disappeared", () => {
    expect(watchedGaps([spell(0, 10, 10.5), spell(20, 25, null), spell(30, 30, 30.25)], level)).toEqual([
      { gapHours: 15, gone: false, logRelativePrice: 0, sku: "v" },
      { gapHours: 0.5, gone: true, logRelativePrice: 0, sku: "v" },
      { gapHours: 0.25, gone: true, logRelativePrice: 0, sku: "v" },
    ]);
  });

  test("holds a price against the reference of the time, a disappearance against that when it was last seen", () => {
    const days = [reference(0, 24, 2), reference(24, 48, 4)];
    const gaps = watchedGaps([spell(20, 30, 31), spell(10, 23, 25)], days);
    expect(gaps).toEqual([
      { gapHours: 17, gone: false, logRelativePrice: 0, sku: "v" },
      { gapHours: 6, gone: false, logRelativePrice: expect.closeTo(-Math.LN2, 4), sku: "v" },
      { gapHours: 1, gone: true, logRelativePrice: expect.closeTo(-Math.LN2, 4), sku: "v" },
      { gapHours: 2, gone: true, logRelativePrice: 0, sku: "v" },
    ]);
  });

  test("keeps SKUs and prices apart", () => {
    const gaps = watchedGaps([spell(0, 1, null), spell(0, 2, null, 3), spell(0, 3, null, 2, "w")], level);
    expect(gaps.map(({ gapHours }) => gapHours)).toEqual([1, 2, 3]);
  });

  test("leaves out time without a reference and prices that are no prices", () => {
    const days = [reference(0, 10, null), reference(10, 20, 2)];
    expect(watchedGaps([spell(5, 12, 13)], days).map(({ gapHours }) => gapHours)).toEqual([2, 1]);
    expect(watchedGaps([spell(5, 8, 9), spell(25, 30, 31)], days)).toEqual([]);
    expect(watchedGaps([spell(10, 12, 13, 0), spell(10, 12, 13, Number.NaN)], days)).toEqual([]);
    expect(watchedGaps([spell(0, 1, 2)], [])).toEqual([]);
    expect(watchedGaps([], level)).toEqual([]);
  });
});
