import fc from "fast-check";
import { expect, test } from "vitest";
import { cappedShares } from "../../src/models/provider-cap.ts";

const close = (shares: readonly number[]) => shares.map((share) => Number(share.toFixed(12)));

test("leaves shares alone where none is above 25 %", () => {
  expect(close(cappedShares([1, 1, 1, 1, 1]))).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  expect(close(cappedShares([2, 2, 2, 2]))).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test("caps one, two or three providers at 25 %", () => {
  expect(close(cappedShares([100, 3, 3, 3, 3]))).toEqual([0.25, 0.1875, 0.1875, 0.1875, 0.1875]);
  expect(close(cappedShares([5, 100, 100, 5]))).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(close(cappedShares([100, 50, 2, 2, 2, 2]))).toEqual([0.25, 0.25, 0.125, 0.125, 0.125, 0.125]);
  expect(close(cappedShares([9, 9, 9, 1, 1]))).toEqual([0.25, 0.25, 0.25, 0.125, 0.125]);
});

test("gives four providers or fewer the same weight where the cap binds", () => {
  expect(close(cappedShares([100, 1, 1]))).toEqual([1, 1, 1].map((one) => Number((one / 3).toFixed(12))));
  expect(cappedShares([100, 1, 1, 1])).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(cappedShares([7])).toEqual([1]);
});

test("answers nothing with nothing and weighs nonsense 0", () => {
  expect(cappedShares([])).toEqual([]);
  expect(cappedShares([0, Number.NaN])).toEqual([0, 0]);
  expect(cappedShares([Number.NaN, 5, -1, Number.POSITIVE_INFINITY])).toEqual([0, 1, 0, 0]);
});

test("adds up to 1, keeps the order of sizes and never exceeds max(25 %, 1/n) in 1,000 random cells", () => {
  const gpus = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 100_000 }));
  fc.assert(
    fc.property(fc.array(gpus, { minLength: 1, maxLength: 20 }), (held) => {
      const shares = cappedShares(held);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
      expect(Math.max(...shares)).toBeLessThanOrEqual(Math.max(0.25, 1 / held.length) + 1e-12);
      for (const [i, a] of held.entries()) {
        for (const [j, b] of held.entries()) {
          if (a > b) expect(shares[i]).toBeGreaterThanOrEqual(shares[j]! - 1e-12);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
