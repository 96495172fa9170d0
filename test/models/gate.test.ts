import fc from "fast-check";
import { expect, test } from "vitest";
import { madGate } from "../../src/models/gate.ts";

test("always passes prices within a factor of 1.5 of the median, the edge included", () => {
  expect(madGate([2, 2, 2, 3, 2 / 1.5])).toEqual([true, true, true, true, true]);
  expect(madGate([2, 2, 2, 3.01, 1.33])).toEqual([true, true, true, false, false]);
});

test("widens with the spread of the cell", () => {
  // Logs -1, 0, 1 have MAD 1: the limit is 4.4478.
  const prices = [-1, 0, 1, 4.4, 4.5, -4.5, 0, 1, -1].map(Math.exp);
  expect(madGate(prices)).toEqual([true, true, true, true, false, false, true, true, true]);
});

test("answers nothing, one price and nonsense", () => {
  expect(madGate([])).toEqual([]);
  expect(madGate([40])).toEqual([true]);
  expect(madGate([0, -1, Number.NaN, Number.POSITIVE_INFINITY])).toEqual([false, false, false, false]);
  expect(madGate([2, Number.NaN, 2.1])).toEqual([true, false, true]);
});

test("does not depend on the unit of the price", () => {
  const prices = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(prices, fc.constantFrom(1.05, 0.01, 7.3), (cents, factor) => {
      expect(madGate(cents.map((cent) => cent * factor))).toEqual(madGate(cents));
    }),
  );
});
