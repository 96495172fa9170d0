import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { annuity } from "../../../src/models/forward/annuity.ts";
import { forwardCurve, forwardRate } from "../../../src/models/forward/forward-curve.ts";
import { breakEvenCostOfCapital, effectiveLevelRate } from "../../../src/models/forward/upfront.ts";
import { hasReference, knownAnswers } from "../reference.ts";

const tenor = (months: number, rate: number) => ({ months, rate });
const quote = (months: number, usdPerGpuHour: number, upfrontShare = 0) => ({
  months,
  usdPerGpuHour,
  upfrontShare,
});

describe("known answers", () => {
  test("annuity, by hand", () => {
    expect(annuity(12, 0)).toBe(12);
    expect(annuity(2, 0.12)).toBeCloseTo(1 / 1.01 + 1 / 1.01 ** 2, 13);
    expect(annuity(24, 1e-12)).toBeCloseTo(24, 8);
  });

  test("12 months at 2.20 and 24 at 2.00: 1.80 undiscounted, 1.779057 at 10 %", () => {
    expect(forwardRate(tenor(12, 2.2), tenor(24, 2), 0)).toBeCloseTo(1.8, 12);
    expect(forwardRate(tenor(12, 2.2), tenor(24, 2), 0.1)).toBeCloseTo(1.7790573865117405, 12);
  });

  test("2.00 with 25 % upfront over 36 months at 12 % is 2.097858 without", () => {
    expect(effectiveLevelRate(quote(36, 2, 0.25), 0.12)).toBeCloseTo(2.0978575766313208, 12);
  });

  test.skipIf(!hasReference)("as listed (skipped where the reference data is absent)", () => {
    const { curve } = knownAnswers;
    expect(forwardRate(tenor(12, 2.2), tenor(24, 2), 0)).toBeCloseTo(curve.fwd_undisc!, 12);
    expect(forwardRate(tenor(12, 2.2), tenor(24, 2), 0.1)).toBeCloseTo(curve.fwd_10pct!, 12);
    expect(effectiveLevelRate(quote(36, 2, 0.25), 0.12)).toBeCloseTo(curve.upfront_25_36m_12pct!, 12);
  });
});

describe("curve", () => {
  test("joins tenors in their order, the first from month 0", () => {
    const curve = forwardCurve([quote(24, 2), quote(1, 2.5), quote(12, 2.2)], 0);
    expect(curve.map(({ fromMonths, months }) => [fromMonths, months])).toEqual([
      [0, 1],
      [1, 12],
      [12, 24],
    ]);
    const forwards = [2.5, (12 * 2.2 - 2.5) / 11, 1.8];
    curve.forEach(({ forward, low, flag }, i) => {
      expect(forward).toBeCloseTo(forwards[i]!, 12);
      expect(low).toBeNull();
      expect(flag).toBeNull();
    });
  });

  test("takes the median of quotes for a tenor, and its bounds from their ends", () => {
    const [first, second] = forwardCurve(
      [quote(12, 2.1), quote(12, 2.3), quote(12, 2.2), quote(24, 1.9), quote(24, 2.1)],
      0,
    );
    expect(first).toMatchObject({
      rate: 2.2,
      n: 3,
      low: expect.closeTo(2.1, 12),
      high: expect.closeTo(2.3, 12),
    });
    // (24 x 1.9 - 12 x 2.3) / 12 and (24 x 2.1 - 12 x 2.1) / 12.
    expect(second).toMatchObject({
      rate: 2,
      n: 2,
      forward: expect.closeTo(1.8, 12),
      low: expect.closeTo(1.5, 12),
      high: expect.closeTo(2.1, 12),
    });
  });

  test("takes the forward from providers that quote both tenors, and says where nobody does", () => {
    const by = (provider: string, months: number, usd: number) => ({ ...quote(months, usd), provider });
    const shared = forwardCurve([by("a", 12, 2.2), by("a", 24, 2), by("b", 12, 1), by("c", 24, 9)], 0);
    expect(shared[1]).toMatchObject({ rate: 5.5, forward: expect.closeTo(1.8, 12), n: 2, flag: null });
    const mixed = forwardCurve([by("a", 1, 1.5), by("b", 12, 2.3)], 0);
    expect(mixed.map(({ flag }) => flag)).toEqual([null, "mixed_providers"]);
    expect(mixed[1]!.forward).toBeCloseTo((12 * 2.3 - 1.5) / 11, 12);
  });

  test("flags what is a discount for the commitment", () => {
    const curve = (rate: number) =>
      forwardCurve([quote(12, 2.2), quote(24, rate)], 0, 0.5).map(({ flag }) => flag);
    expect(curve(1.0)).toEqual([null, "negative"]);
    expect(curve(1.3)).toEqual([null, "below_floor"]);
    expect(curve(1.4)).toEqual([null, null]);
  });

  test("brings upfront payments to level rates first", () => {
    const [point] = forwardCurve([quote(36, 2, 0.25)], 0.12);
    expect(point!.rate).toBeCloseTo(2.0978575766313208, 12);
    expect(point!.forward).toBeCloseTo(point!.rate, 12);
  });

  test("answers nothing and nonsense with nothing", () => {
    expect(forwardCurve([], 0.1)).toEqual([]);
    const odd = [
      quote(0, 2),
      quote(12, Number.NaN),
      quote(12, 0),
      quote(12, 2, 1.5),
      quote(-3, 2),
      quote(Number.POSITIVE_INFINITY, 2),
    ];
    expect(forwardCurve(odd, 0.1)).toEqual([]);
    expect(forwardCurve([quote(12, 2)], Number.NaN)).toEqual([]);
    expect(forwardRate(tenor(12, 2), tenor(12, 2), 0)).toBeNull();
    expect(forwardRate(tenor(24, 2), tenor(12, 2), 0)).toBeNull();
    expect(forwardRate(tenor(12, Number.NaN), tenor(24, 2), 0)).toBeNull();
    expect(forwardRate(tenor(12, 2), tenor(24, -2), 0)).toBeNull();
    expect(annuity(-1, 0.1)).toBeNull();
    expect(annuity(12, Number.NaN)).toBeNull();
    expect(annuity(0, 0.1)).toBe(0);
    for (const bad of [quote(12, -1), quote(0, 1), quote(12, 1, -0.1)])
      expect(effectiveLevelRate(bad, 0.1)).toBeNull();
  });
});

describe("properties", () => {
  const rate = fc.double({ min: 0, max: 0.5, noNaN: true });
  const price = fc.double({ min: 0.5, max: 9, noNaN: true });

  test("a flat term gives a flat forward at any rate", () => {
    fc.assert(
      fc.property(
        price,
        rate,
        fc.integer({ min: 1, max: 36 }),
        fc.integer({ min: 1, max: 36 }),
        (usd, annual, near, more) => {
          expect(forwardRate(tenor(near, usd), tenor(near + more, usd), annual)! / usd).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  test("forwards put together again are the term, and scale with prices", () => {
    fc.assert(
      fc.property(price, price, rate, fc.constantFrom(1, 3, 12), (near, far, annual, months) => {
        const forward = forwardRate(tenor(months, near), tenor(24, far), annual)!;
        const [a, b] = [annuity(months, annual)!, annuity(24, annual)!];
        expect((a * near + (b - a) * forward) / b).toBeCloseTo(far, 9);
        expect(forwardRate(tenor(months, near * 3), tenor(24, far * 3), annual)!).toBeCloseTo(3 * forward, 8);
      }),
    );
  });

  test("paying upfront is never cheaper, and the break-even cost of capital undoes it", () => {
    fc.assert(
      fc.property(
        price,
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.constantFrom(0.2, 0.3, 1),
        fc.constantFrom(12, 36),
        (usd, annual, share, months) => {
          const level = effectiveLevelRate(quote(months, usd, share), annual)!;
          expect(level).toBeGreaterThan(usd);
          expect(breakEvenCostOfCapital(quote(months, usd, share), level)).toBeCloseTo(annual, 6);
        },
      ),
    );
    expect(breakEvenCostOfCapital(quote(36, 2, 0.25), 1.9)).toBeNull();
    expect(breakEvenCostOfCapital(quote(36, 2, 0), 2.1)).toBeNull();
    expect(breakEvenCostOfCapital(quote(36, Number.NaN, 0.5), 2)).toBeNull();
  });
});
