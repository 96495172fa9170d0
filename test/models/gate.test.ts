import fc from "fast-check";
import { expect, test } from "vitest";
import { providerGate } from "../../src/models/gate.ts";
import { versionOne } from "../../src/models/version-one.ts";

const of = (provider: string, usdPerGpuHour: number, gpus = 8) => ({
  ...{ id: `${provider} ${usdPerGpuHour}`, machine: null },
  ...{ provider, usdPerGpuHour, gpus },
});
/** A provider a price. */
const eachItsOwn = (prices: readonly number[]) => prices.map((price, i) => of(`p${i}`, price));

test("always passes prices within a factor of 1.5 of the median, the edge included", () => {
  expect(providerGate(eachItsOwn([2, 2, 2, 3, 2 / 1.5]))).toEqual([true, true, true, true, true]);
  expect(providerGate(eachItsOwn([2, 2, 2, 3.01, 1.33]))).toEqual([true, true, true, false, false]);
});

test("widens with the spread of the cell", () => {
  // Logs -1, 0, 1 have MAD 1: the limit is 4.4478.
  const prices = [-1, 0, 1, 4.4, 4.5, -4.5, 0, 1, -1].map(Math.exp);
  expect(providerGate(eachItsOwn(prices))).toEqual([true, true, true, true, false, false, true, true, true]);
});

test("answers nothing and one price", () => {
  expect(providerGate([])).toEqual([]);
  expect(providerGate([of("a", 40)])).toEqual([true]);
  expect(versionOne.passes([])).toEqual([]);
});

test("a cloud of seventy regions does not push out seven cheaper providers", () => {
  const cloud = Array.from({ length: 70 }, (_, i) => ({ ...of("cloud", 12), id: `r${i}` }));
  const others = [2, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6].map((price, i) => of(`p${i}`, price));
  const passed = providerGate([...cloud, ...others]);
  expect(passed.slice(70)).toEqual(others.map(() => true));
  expect(passed[0]).toBe(false);
  // By the first version it was the other way round.
  const before = versionOne.passes([...cloud, ...others]);
  expect(before.slice(70)).toEqual(others.map(() => false));
  expect(before[0]).toBe(true);
});

test("weighs a provider's listings by their packages for its one vote", () => {
  // b votes 2 with one GPU of 9 at 40: the centre is 2. By number of listings it would be 40.
  const b = [of("b", 2, 8), of("b", 40, 1), { ...of("b", 40, 1), id: "again" }];
  expect(providerGate([of("a", 2), ...b])).toEqual([true, true, false, false]);
});

const row = fc.record({
  provider: fc.constantFrom(..."abcdefg"),
  usdPerGpuHour: fc.integer({ min: 20, max: 2000 }).map((cents) => cents / 100),
  gpus: fc.constantFrom(1, 2, 4, 8),
});

test("copies of one provider's listings change nothing for others", () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(..."abcdefg"),
      fc.integer({ min: 2, max: 70 }),
      (rows, copied, times) => {
        const cell = rows.map((each, i) => ({ ...each, id: `${i}`, machine: null }));
        const copies = cell.filter(({ provider }) => provider === copied);
        const more = [...cell, ...Array.from({ length: times }, () => copies).flat()];
        expect(providerGate(more).slice(0, cell.length)).toEqual(providerGate(cell));
      },
    ),
    { numRuns: 500 },
  );
});

test("does not depend on the unit of the price", () => {
  const prices = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(prices, fc.constantFrom(1.05, 0.01, 7.3), (cents, factor) => {
      expect(providerGate(eachItsOwn(cents.map((cent) => cent * factor)))).toEqual(
        providerGate(eachItsOwn(cents)),
      );
    }),
  );
});
