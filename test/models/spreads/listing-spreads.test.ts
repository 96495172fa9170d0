import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeDummyHedonic } from "../../../src/models/index/time-dummy-hedonic.ts";
import { basisReversions } from "../../../src/models/spreads/basis.ts";
import { differentials } from "../../../src/models/spreads/differentials.ts";
import { halfLife } from "../../../src/models/spreads/half-life.ts";
import { computePowerSpread, tokenSpread } from "../../../src/models/spreads/input-margins.ts";
import { listingSpread } from "../../../src/models/spreads/listing-spread.ts";
import {
  effectiveSpotPrice,
  spotDiscount,
  spotRiskPremium,
} from "../../../src/models/spreads/spot-discount.ts";
import { clusteredMean } from "../../../src/models/statistics/clustered-mean.ts";
import { bounded } from "../../../src/models/statistics/estimate.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { smallPanel } from "../index/small-panel.ts";

describe("mean of clusters", () => {
  const rows = [0.1, 0.2, 0.15, 0.3, 0.25, 0.05].map((value, i) => ({
    value,
    cluster: "abc"[Math.floor(i / 2)]!,
  }));

  test("agrees with statsmodels", () => {
    const mean = clusteredMean(rows);
    expect(mean.value).toBeCloseTo(0.175, 12);
    expect(mean.standardError).toBeCloseTo(0.025, 12);
    // t with 2 degrees: 4.302653.
    expect(mean.high).toBeCloseTo(0.175 + 4.302652729749464 * 0.025, 10);
  });

  test("answers nothing, one cluster and nonsense", () => {
    expect(clusteredMean([])).toMatchObject({ value: null, reason: "empty", n: 0 });
    expect(clusteredMean(rows.slice(0, 2))).toMatchObject({
      value: expect.closeTo(0.15, 12),
      low: null,
      high: null,
      n: 2,
    });
    expect(clusteredMean([{ value: Number.NaN, cluster: "a" }])).toMatchObject({
      value: null,
      reason: "not_finite",
    });
  });

  test("holds the true mean at about its rate where clusters share an error", () => {
    const runs = 1000;
    let covered = 0;
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed);
      const values = Array.from({ length: 10 }, (_, c) => {
        const shared = randomNormal(random);
        return Array.from({ length: 5 }, () => ({
          value: 1 + shared + 0.5 * randomNormal(random),
          cluster: `${c}`,
        }));
      }).flat();
      const { low, high } = clusteredMean(values);
      covered += Number(low! <= 1 && high! >= 1);
    }
    console.log(`mean of 10 clusters: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`);
    expect(covered / runs).toBeGreaterThanOrEqual(0.93);
  });
});

describe("ask against minimum bid", () => {
  const listing = (ask: number, bid: number, host: string) => ({
    askUsdPerGpuHour: ask,
    bidUsdPerGpuHour: bid,
    host,
  });

  test("by hand", () => {
    // 2 x 1 / 3 and 2 x 0.5 / 2.5.
    const spread = listingSpread([listing(2, 1, "a"), listing(1.5, 1, "b")]);
    expect(spread.value).toBeCloseTo((2 / 3 + 0.4) / 2, 12);
    expect(spread).toMatchObject({ n: 2, crossed: 0, excluded: 0, reason: null });
    expect(spread.low).toBeLessThan(spread.value!);
  });

  test("averages machines, not the sizes that one machine is listed in", () => {
    const slices = Array.from({ length: 7 }, () => listing(1.5, 1, "a"));
    const spread = listingSpread([...slices, listing(2, 1, "b")]);
    expect(spread).toMatchObject({ n: 2, value: expect.closeTo((0.4 + 2 / 3) / 2, 12) });
    const one = listingSpread([listing(1.5, 1, "a"), listing(2, 1, "a")]);
    expect(one).toMatchObject({ n: 1, value: expect.closeTo((0.4 + 2 / 3) / 2, 12), low: null, high: null });
  });

  test("counts crossed and useless rows", () => {
    const odd = [listing(0, 1, "a"), listing(1, Number.NaN, "a"), listing(1, -1, "b")];
    expect(listingSpread([...odd, listing(1, 1.2, "c"), listing(1, 1, "d")])).toMatchObject({
      n: 2,
      crossed: 1,
      excluded: 3,
      value: expect.closeTo(-0.4 / 2.2 / 2, 12),
    });
    expect(listingSpread([])).toMatchObject({ value: null, reason: "empty" });
    expect(listingSpread(odd)).toMatchObject({ value: null, reason: "empty", excluded: 3 });
  });

  test("the unit of prices does not matter", () => {
    const cents = fc.integer({ min: 1, max: 500 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cents, cents, fc.constantFrom(..."abcd")), { minLength: 1, maxLength: 20 }),
        (rows) => {
          const at = (factor: number) =>
            listingSpread(rows.map(([ask, bid, host]) => listing(ask * factor, bid * factor, host)));
          expect(at(0.01).value).toBeCloseTo(at(1).value!, 10);
          expect(Math.abs(at(1).value!)).toBeLessThan(2);
        },
      ),
    );
  });
});

describe("on-demand against spot", () => {
  const job = { workHours: 100, checkpointHours: 5 / 60, restartHours: 0.25 };
  const pair = (onDemand: number, spot: number, cluster: string, hazardPerHour?: number) => ({
    onDemandUsdPerGpuHour: onDemand,
    spotUsdPerGpuHour: spot,
    cluster,
    ...(hazardPerHour === undefined ? {} : { hazardPerHour }),
  });

  test("raw discount by hand, spot above on-demand being real", () => {
    const discount = spotDiscount([pair(2, 1, "a"), pair(4, 1, "b"), pair(1, 1.25, "c")]);
    expect(discount.value).toBeCloseTo((0.5 + 0.75 - 0.25) / 3, 12);
    expect(discount).toMatchObject({ n: 3, reason: null });
    expect(spotDiscount([pair(0, 1, "a"), pair(1, Number.NaN, "a")])).toMatchObject({
      value: null,
      reason: "empty",
    });
    expect(spotDiscount([])).toMatchObject({ value: null, reason: "empty" });
    expect(spotDiscount([pair(2, 1, "a")])).toMatchObject({ value: 0.5, low: null, high: null });
  });

  test("risk premium is 0 where the hazard breaks even and grows as interruptions vanish", () => {
    const even = spotRiskPremium([pair(2, 1.2, "a", 0.6501781702442352)], job);
    expect(even.value).toBeCloseTo(0, 7);
    expect(spotRiskPremium([pair(2, 1.2, "a", 0)], job).value).toBeCloseTo(2 / 1.2 - 1, 12);
    expect(effectiveSpotPrice(1.2, 0.1, job)).toBeCloseTo(1.2 * 1.16992, 4);
    expect(effectiveSpotPrice(1.2, Number.NaN, job)).toBeNull();
    expect(spotRiskPremium([pair(2, 1.2, "a")], job)).toMatchObject({ value: null, reason: "empty", n: 0 });
    const never = [pair(2, 1.2, "a", 0), pair(2, 1.2, "b", 1e4)];
    expect(spotRiskPremium(never, job)).toMatchObject({ value: expect.closeTo(2 / 1.2 - 1, 12), n: 1 });
  });
});

describe("half-life of a basis", () => {
  const series = [0.1, 0.08, 0.09, 0.05, 0.03, 0.04, 0.01, 0.02, -0.01, 0.0, 0.02, 0.05, 0.06, 0.03];

  test("agrees with statsmodels on phi, and carries its bounds over", () => {
    const answer = halfLife(series);
    expect(answer.phi!.value).toBeCloseTo(0.6406080347448425, 11);
    expect(answer.phi!.standardError).toBeCloseTo(0.17352143678474408, 11);
    expect(answer.phi!.low).toBeCloseTo(0.2586899274238414, 9);
    expect(answer.value).toBeCloseTo(1.556453659444836, 10);
    expect(answer.low).toBeCloseTo(Math.log(0.5) / Math.log(0.2586899274238414), 8);
    expect(answer).toMatchObject({ high: null, n: 14, reason: null });
  });

  test("refuses", () => {
    expect(halfLife([])).toMatchObject({ value: null, reason: "too_few", phi: null });
    expect(halfLife([1])).toMatchObject({ reason: "too_few", n: 1 });
    expect(halfLife([...series, Number.NaN]).reason).toBe("not_finite");
    expect(halfLife(series.map(() => 2)).reason).toBe("does_not_vary");
    expect(halfLife(series.map((_, i) => i))).toMatchObject({ value: null, reason: "does_not_revert" });
    expect(halfLife(series.map((_, i) => (i % 2) + i / 1000)).reason).toBe("does_not_revert");
  });

  test("a series without memory has no half-life, whatever rounding leaves of its phi", () => {
    const uncorrelated = [-1, -41, 1, -36, -46, 30, 10, -5, 8, 12, -5, -5];
    expect(halfLife(uncorrelated)).toMatchObject({ value: null, reason: "does_not_revert" });
    expect(halfLife(uncorrelated.map((value) => value * 100 + 7)).reason).toBe("does_not_revert");
  });

  test("a basis does not know of providers that come and go", () => {
    const random = seededRandom(4);
    let level = 0;
    const reverting = Array.from({ length: 60 }, () => {
      level = 0.5 * level + 0.02 * randomNormal(random);
      return level;
    });
    const market = (extra: (period: number) => readonly (readonly [string, number])[]) =>
      basisReversions(
        reverting.map((deviation, period) => ({
          period,
          prices: new Map([
            ["a", 2 * Math.exp(deviation)],
            ["b", 2.2],
            ["c", 2.4],
            ["d", 2.1 + period / 1000],
            ...extra(period),
          ]),
        })),
      ).find(({ provider }) => provider === "a")!;
    const alone = market(() => []);
    const joined = market((period) => (period % 20 < 7 ? [["cheap", 0.5]] : []));
    expect(alone.value).not.toBeNull();
    expect(joined.value! / alone.value!).toBeCloseTo(1, 1);
    const lockstep = basisReversions(
      Array.from({ length: 40 }, (_, period) => ({
        period,
        prices: new Map([
          ["a", 2 + period / 100],
          ["b", 3 * (1 + period / 200)],
          ...(period % 7 < 3 ? [["c", 9 * (1 + period / 200)] as const] : []),
        ]),
      })),
    );
    expect(lockstep.filter(({ provider }) => provider !== "c").map(({ value }) => value)).toEqual([
      null,
      null,
    ]);
  });

  test("the unit of the basis does not matter", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 10, maxLength: 30 }), (values) => {
        const [a, b] = [halfLife(values), halfLife(values.map((value) => value * 100 + 7))];
        expect(b.reason).toBe(a.reason);
        if (a.value !== null) expect(b.value! / a.value).toBeCloseTo(1, 6);
      }),
    );
  });

  test("simulated basis: the interval holds the half-life at about its rate", () => {
    const [runs, phi] = [500, 0.8];
    const truth = Math.log(0.5) / Math.log(phi);
    let covered = 0;
    for (let seed = 0; seed < runs; seed++) {
      const random = seededRandom(seed);
      let level = randomNormal(random) / Math.sqrt(1 - phi * phi);
      const values = Array.from({ length: 200 }, () => {
        level = phi * level + randomNormal(random);
        return level;
      });
      const { low, high, reason } = halfLife(values);
      covered += Number(reason === null && low! <= truth && (high === null || high >= truth));
    }
    console.log(
      `half-life, 200 days of phi 0.8: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`,
    );
    expect(covered / runs).toBeGreaterThanOrEqual(0.9);
  });
});

test("differentials of a trait, as shares too", () => {
  const fit = timeDummyHedonic(smallPanel);
  const [pcie, ...rest] = differentials(fit, "form");
  expect(rest).toEqual([]);
  expect(pcie).toMatchObject({ level: "pcie", base: "sxm" });
  expect(pcie!.logPoints).toBeCloseTo(-0.19328656250162052, 10);
  expect(pcie!.share).toBeCloseTo(Math.exp(-0.19328656250162052) - 1, 10);
  expect(differentials(fit, "ram").map(({ level }) => level)).toEqual(["+1", "missing"]);
  expect(differentials(fit, "colour")).toEqual([]);
  expect(differentials(timeDummyHedonic([]), "form")).toEqual([]);
});

describe("input margins", () => {
  const index = bounded(2, 1.9, 2.2, 5);
  const draw = { kilowatts: 1, powerUsageEffectiveness: 1.3, usdPerKilowattHour: 0.08 };

  test("compute-power spread: the index less power, bounds shifted", () => {
    expect(computePowerSpread(index, draw)).toMatchObject({
      value: expect.closeTo(1.896, 12),
      low: expect.closeTo(1.796, 12),
      high: expect.closeTo(2.096, 12),
      n: 5,
    });
    expect(computePowerSpread(index, { ...draw, usdPerKilowattHour: -0.02 }).value).toBeCloseTo(2.026, 12);
    expect(computePowerSpread({ ...index, value: null }, draw)).toMatchObject({
      value: null,
      reason: "no_price",
    });
    for (const changes of [
      { kilowatts: -1 },
      { powerUsageEffectiveness: Number.NaN },
      { usdPerKilowattHour: Number.POSITIVE_INFINITY },
    ])
      expect(computePowerSpread(index, { ...draw, ...changes })).toMatchObject({
        value: null,
        reason: "bad_input",
      });
  });

  test("token spread: revenue less the GPU, bounds turned around", () => {
    // 9 million tokens an hour at 0.30 USD a million: 2.70 USD.
    expect(tokenSpread(index, 9e6, 0.3)).toMatchObject({
      value: expect.closeTo(0.7, 12),
      low: expect.closeTo(0.5, 12),
      high: expect.closeTo(0.8, 12),
    });
    expect(tokenSpread({ ...index, low: null }, 9e6, 0.3)).toMatchObject({
      high: null,
      low: expect.closeTo(0.5, 12),
    });
    expect(tokenSpread({ ...index, value: null }, 9e6, 0.3).reason).toBe("no_price");
    expect(tokenSpread(index, -1, 0.3).reason).toBe("bad_input");
    expect(tokenSpread(index, 9e6, Number.NaN).reason).toBe("bad_input");
  });
});
