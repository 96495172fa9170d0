import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { censoredDemand } from "../../../src/models/curves/censored-demand.ts";
import { primaryDemand, type SalesPeriod } from "../../../src/models/curves/primary-demand.ts";
import { type Random, randomExponential, seededRandom } from "../../../src/models/statistics/random.ts";

const options = { seed: 1, replicates: 50 };

const poisson = (random: Random, mean: number): number => {
  let count = -1;
  for (let time = 0; time < mean; count++) time += randomExponential(random, 1);
  return count;
};

describe("primary demand", () => {
  const sold = [
    [10, 15, 6],
    [12, 14, 5],
    [0, 18, 9],
    [0, 20, 8],
    [14, 0, 10],
    [11, 16, 0],
    [0, 0, 14],
    [9, 13, 7],
  ];
  const there = [
    [1, 1, 1],
    [1, 1, 1],
    [0, 1, 1],
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
    [0, 0, 1],
    [1, 1, 1],
  ];
  const periods: SalesPeriod[] = sold.map((each, t) => ({ sold: each, available: there[t]!.map(Boolean) }));

  test("agrees with a root of the method's equations found by scipy, and nearly with maximum likelihood", () => {
    const answer = primaryDemand(periods, 0.7, options);
    const expectAll = (values: readonly number[], truth: readonly number[], digits: number) =>
      values.forEach((value, j) => {
        expect(value / truth[j]!).toBeCloseTo(1, digits);
      });
    expectAll(answer.weights, [0.7744169206266551, 1.0805118193627028, 0.47840459334397484], 8);
    expectAll(answer.byProduct, [10.11361657290287, 14.111109858861637, 6.247798175537366], 8);
    expect(answer.demandPerPeriod.value).toBeCloseTo(30.47252460730187, 7);
    expect(answer.arrivalsPerPeriod).toBeCloseTo(43.532178010431245, 7);
    expect(answer.demandPerPeriod.low).toBeLessThan(30.47);
    expect(answer.demandPerPeriod.high).toBeGreaterThan(30.48);
    expectAll(answer.weights, [0.7696765801698425, 1.0815852680842097, 0.48207148507928077], 1);
    expect(answer.demandPerPeriod.value! / 30.447648866881064).toBeCloseTo(1, 2);
  });

  test("is what was sold where nothing was ever missing", () => {
    const full = periods.filter((_, t) => [0, 1, 7].includes(t));
    const answer = primaryDemand(full, 0.6, options);
    expect(answer.byProduct.map((value) => value.toFixed(6))).toEqual(["10.333333", "14.000000", "6.000000"]);
    expect(answer.arrivalsPerPeriod).toBeCloseTo(91 / 3 / 0.6, 6);
  });

  test("one product gone: the others' sales are scaled up, by hand", () => {
    // Equal weights 0.5 + 0.5, share 0.5: with A alone there, 30 sold are (0.5 + 1) / (1 + 1) x 30 = 22.5 first choices.
    const periodsByHand = [
      { sold: [20, 20], available: [true, true] },
      { sold: [30, 0], available: [true, false] },
    ];
    const { weights, byProduct } = primaryDemand(periodsByHand, 0.5, options);
    expect(weights[0]! + weights[1]!).toBeCloseTo(1, 9);
    expect(byProduct[0]).toBeGreaterThan(byProduct[1]! - 1e-6);
    expect(byProduct[0]! + byProduct[1]!).toBeGreaterThan(35);
  });

  test("a product that was never there has no demand, in the whole and in draws", () => {
    const never = Array.from({ length: 10 }, () => ({ sold: [5, 0], available: [true, false] }));
    expect(primaryDemand(never, 0.7, options)).toMatchObject({
      byProduct: [expect.closeTo(5, 9), 0],
      weights: [expect.closeTo(7 / 3, 9), 0],
      demandPerPeriod: {
        value: expect.closeTo(5, 9),
        low: expect.closeTo(5, 9),
        high: expect.closeTo(5, 9),
        n: 10,
      },
    });
    // Drawn without the one period that had the second, a market of 5 a period must not grow.
    const once = [...never, { sold: [5, 0], available: [true, true] }];
    const { value, low, high } = primaryDemand(once, 0.7, options).demandPerPeriod;
    for (const demand of [value, low, high]) expect(demand).toBeCloseTo(5, 6);
  });

  test("refuses", () => {
    expect(primaryDemand([], 0.5, options).demandPerPeriod.reason).toBe("empty");
    expect(primaryDemand([{ sold: [0], available: [false] }], 0.5, options).demandPerPeriod.reason).toBe(
      "empty",
    );
    for (const share of [0, 1, Number.NaN])
      expect(primaryDemand(periods, share, options).demandPerPeriod.reason).toBe("bad_share");
    expect(primaryDemand([{ sold: [1, 2], available: [true] }], 0.5, options).demandPerPeriod.reason).toBe(
      "bad_shape",
    );
    expect(primaryDemand([{ sold: [-1], available: [true] }], 0.5, options).demandPerPeriod.reason).toBe(
      "not_finite",
    );
    expect(primaryDemand([{ sold: [0], available: [true] }], 0.5, options).demandPerPeriod.reason).toBe(
      "nothing_sold",
    );
    expect(primaryDemand([{ sold: [5], available: [true] }], 0.5, options)).toMatchObject({
      demandPerPeriod: { value: expect.closeTo(5, 9), low: null, high: null, n: 1 },
      byProduct: [expect.closeTo(5, 9)],
    });
  });

  test("never below what was sold, and scales with it", () => {
    const period = fc.record({
      sold: fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })),
      available: fc.tuple(fc.boolean(), fc.boolean()),
    });
    fc.assert(
      fc.property(fc.array(period, { minLength: 3, maxLength: 10 }), (all) => {
        const shown = all.map(({ sold: taken, available }) => ({
          sold: taken.map((each, j) => (available[j] ? each : 0)),
          available,
        }));
        const answer = primaryDemand(shown, 0.6, { seed: 1, replicates: 2 });
        fc.pre(answer.demandPerPeriod.value !== null);
        const open = shown.filter(({ available }) => available.some(Boolean));
        const seen = open.reduce((sum, each) => sum + each.sold[0]! + each.sold[1]!, 0) / open.length;
        expect(answer.demandPerPeriod.value!).toBeGreaterThanOrEqual(seen - 1e-6);
        const tripled = shown.map((each) => ({ ...each, sold: each.sold.map((count) => count * 3) }));
        const three = primaryDemand(tripled, 0.6, { seed: 1, replicates: 2 }).demandPerPeriod.value!;
        expect(three / answer.demandPerPeriod.value!).toBeCloseTo(3, 4);
      }),
      { numRuns: 50 },
    );
  });

  test("simulated shelves: the interval holds the true demand at about its rate", () => {
    const runs = 200;
    let covered = 0;
    const weights = [1, 0.7, 0.4];
    const total = 2.1;
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed);
      const seen = Array.from({ length: 40 }, () => {
        const available = weights.map(() => random() < 0.7);
        const inside = weights.reduce((sum, weight, j) => sum + (available[j] ? weight : 0), 0);
        return {
          sold: weights.map((weight, j) =>
            available[j] ? poisson(random, (60 * weight) / (inside + 1)) : 0,
          ),
          available,
        };
      });
      const { low, high } = primaryDemand(seen, total / (total + 1), {
        seed,
        replicates: 200,
      }).demandPerPeriod;
      const truth = (60 * total) / (total + 1);
      covered += Number(low! <= truth && high! >= truth);
    }
    console.log(`primary demand, 40 periods: 95 % interval covers ${covered} of ${runs}`);
    expect(covered / runs).toBeGreaterThanOrEqual(0.9);
  });
});

describe("censored demand", () => {
  const seen = (taken: number, soldOut = false) => ({ taken, soldOut });
  const mixed = [seen(5), seen(7, true), seen(4), seen(6, true), seen(3), seen(8, true), seen(6), seen(2)];

  test("agrees with maximum likelihood by scipy", () => {
    const answer = censoredDemand(mixed);
    expect(answer.value).toBeCloseTo(5.619333836318548, 7);
    expect(answer.standardError).toBeCloseTo(0.9065882687868625, 5);
    expect(answer.low).toBeLessThan(answer.value!);
    expect(answer.n).toBe(8);
  });

  test("is the mean where nothing ran out, with the error of a Poisson mean", () => {
    const answer = censoredDemand([seen(4), seen(6), seen(5)]);
    expect(answer.value).toBeCloseTo(5, 12);
    expect(answer.standardError).toBeCloseTo(Math.sqrt(5 / 3), 12);
  });

  test("refuses what has no upper end, and answers the edges", () => {
    expect(censoredDemand([])).toMatchObject({ value: null, reason: "empty" });
    expect(censoredDemand([seen(Number.NaN), seen(-1), seen(1.5)])).toMatchObject({
      value: null,
      reason: "empty",
    });
    expect(censoredDemand([seen(5, true)])).toMatchObject({ value: null, reason: "always_sold_out", n: 1 });
    expect(censoredDemand([seen(0), seen(0)])).toMatchObject({
      value: 0,
      low: 0,
      high: expect.closeTo(Math.log(20) / 2, 9),
    });
    expect(censoredDemand([seen(7)])).toMatchObject({ value: expect.closeTo(7, 9), n: 1 });
    expect(censoredDemand([seen(0, true), seen(3)]).value).toBeCloseTo(3, 6);
  });

  test("of many sold-out periods beside an open one agrees with scipy", () => {
    const many = (count: number, each: { taken: number; soldOut: boolean }) => Array(count).fill(each);
    expect(censoredDemand([seen(3), ...many(20_000, seen(5, true))])).toMatchObject({
      value: expect.closeTo(18.5924844488, 9),
      standardError: expect.closeTo(1.2245, 3),
    });
    // Its chance is nearly that of exactly 1,000, with a score of 1000 / (m (1 + m / 1001)): m = 1 / (1 + m / 1001).
    expect(censoredDemand([...many(1000, seen(0)), seen(1000, true)]).value).toBeCloseTo(0.999002, 6);
    expect(censoredDemand([seen(1e6), seen(1_002_000, true)]).value! / 1001294.79327755).toBeCloseTo(1, 9);
    expect(censoredDemand([seen(1e9), ...many(1000, seen(1e9, true))]).reason).toBeNull();
    expect(censoredDemand([seen(1e10), seen(1e300, true)]).reason).toBe("empty");
  });

  test("running out says more than the count, and the order says nothing", () => {
    const periods = fc.array(fc.record({ taken: fc.integer({ min: 0, max: 40 }), soldOut: fc.boolean() }), {
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(
      fc.property(periods, (all) => {
        const answer = censoredDemand([...all, seen(3)]);
        fc.pre(answer.value !== null);
        const plain = censoredDemand([...all.map(({ taken }) => seen(taken)), seen(3)]);
        expect(answer.value!).toBeGreaterThanOrEqual(plain.value! - 1e-9);
        expect(censoredDemand([seen(3), ...all.reverse()]).value! / answer.value!).toBeCloseTo(1, 6);
      }),
    );
  });

  test("simulated: the interval holds the true mean at about its rate", () => {
    const runs = 500;
    let covered = 0;
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed);
      const all = Array.from({ length: 30 }, () => {
        const [wanted, stock] = [poisson(random, 6), 3 + poisson(random, 3)];
        return seen(Math.min(wanted, stock), wanted >= stock);
      });
      const { low, high } = censoredDemand(all);
      covered += Number(low! <= 6 && high! >= 6);
    }
    console.log(`censored demand, 30 periods: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`);
    expect(covered / runs).toBeGreaterThanOrEqual(0.92);
  });
});
