import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inCents, toCents, toMicros } from "../../src/domain/money.ts";

describe("money that leaves", () => {
  it("stands to the cent, halves up", () => {
    expect(toCents(1722.2400000000002)).toBe(1722.24);
    expect([1.005, 0.1 + 0.2, 570.244, 0].map(toCents)).toEqual([1.01, 0.3, 570.24, 0]);
    expect(toCents(Number.NaN)).toBeNaN();
  });

  it("loses of a rate the noise of binary fractions and nothing else", () => {
    expect([3 * 2.2, 0.0935, 1.2345678].map(toMicros)).toEqual([6.6, 0.0935, 1.234568]);
  });

  it("adds up: three thirds of a dollar are a dollar", () => {
    expect(inCents([1 / 3, 1 / 3, 1 / 3])).toEqual({ amounts: [0.33, 0.34, 0.33], total: 1 });
    expect(inCents([])).toEqual({ amounts: [], total: 0 });
    expect(inCents([2.005])).toEqual({ amounts: [2.01], total: 2.01 });
  });

  it("adds up whatever the amounts are, each within a cent of itself", () => {
    const amounts = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(amounts, (exact) => {
        const { amounts: rounded, total } = inCents(exact);
        const cents = rounded.map((usd) => Math.round(usd * 100));
        expect(rounded).toEqual(cents.map((each) => each / 100));
        expect(cents.reduce((sum, each) => sum + each, 0)).toBe(Math.round(total * 100));
        expect(Math.abs(total - exact.reduce((sum, usd) => sum + usd, 0))).toBeLessThanOrEqual(0.005 + 1e-4);
        rounded.forEach((usd, i) => {
          expect(Math.abs(usd - exact[i]!)).toBeLessThanOrEqual(0.01 + 1e-4);
        });
      }),
    );
  });
});
