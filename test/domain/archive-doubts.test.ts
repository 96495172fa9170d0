import { describe, expect, it } from "vitest";
import { archiveDoubts } from "../../src/domain/archive-doubts.ts";
import { hour } from "../../src/domain/time.ts";

/** Prices `every` hours apart. */
const series = (every: number, ...prices: number[]) =>
  prices.map((usdPerGpuHour, ord) => ({ ord, at: ord * every * hour, usdPerGpuHour }));

const flagsOf = (...args: Parameters<typeof archiveDoubts>) =>
  archiveDoubts(...args).map(({ prices, flags }) => [prices.map(({ ord }) => ord), flags]);

describe("archiveDoubts", () => {
  it("doubts a jump that did not stand, and the last price where nobody knows yet", () => {
    expect(flagsOf(series(24, 2, 6.6, 2), null)).toEqual([[[1], ["price_jump"]]]);
    expect(flagsOf(series(24, 2, 6.6), null)).toEqual([[[1], ["price_jump"]]]);
    expect(flagsOf(series(24, 2, 5.9, 2), null)).toEqual([]);
  });

  it("believes one that stood for six hours from its start, also where it moved a little", () => {
    expect(flagsOf(series(7, 2, 6.6, 6.6), null)).toEqual([]);
    expect(flagsOf(series(7, 2, 6.6, 7, 6.4, 2, 2), null)).toEqual([]);
    expect(flagsOf(series(5, 2, 6.6, 6.6, 2), null)).toEqual([[[1, 2], ["price_jump"]]]);
  });

  it("compares the first price with the last one ahead of the archive", () => {
    expect(flagsOf(series(24, 6.6), 2)).toEqual([[[0], ["price_jump"]]]);
    expect(flagsOf(series(24, 6.6), null)).toEqual([]);
  });

  it("believes what others bear out", () => {
    expect(flagsOf(series(24, 2, 6.6), null, () => 6)).toEqual([]);
    expect(flagsOf(series(24, 2, 6.6), null, () => 2)).toEqual([[[1], ["price_jump"]]]);
  });

  it("doubts an outlier from eight prices of its own until it stood for three days", () => {
    const own = [2, 2.1, 2, 2.2, 2, 2.1, 2.2, 2.1, 2, 2.1];
    expect(flagsOf(series(24, ...own, 6.6, 6.6, 2), null)).toEqual([[[10, 11], ["price_outlier"]]]);
    expect(flagsOf(series(24, ...own, 6.6, 6.6, 6.6, 6.6, 2, 2), null)).toEqual([]);
    expect(flagsOf(series(24, 2, 2.1, 6.6, 6.6, 2, 2), null)).toEqual([]);
  });

  it("has nothing to say of none or one", () => {
    expect(archiveDoubts([], 2)).toEqual([]);
    expect(archiveDoubts(series(24, 2), null)).toEqual([]);
  });
});
