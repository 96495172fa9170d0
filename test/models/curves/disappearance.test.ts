import { describe, expect, test } from "vitest";
import {
  fillIntensity,
  fitDisappearances,
  type WatchedGap,
} from "../../../src/models/curves/disappearance.ts";
import { logLikelihood } from "../../../src/models/curves/disappearance-likelihood.ts";
import { maximise } from "../../../src/models/statistics/newton.ts";
import { randomExponential, randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";

interface Settings {
  readonly listings: number;
  readonly kappa: number;
  readonly withdrawals: number;
  readonly rentals?: number;
  readonly deviation?: number;
  readonly days?: number;
  readonly pollHours?: number;
}

/**
 * Listings with ln(p/P) ~ N(0, deviation) rented at rentals x exp(-kappa x) an hour, watched for `days`, every five
 * minutes where not said; survived polls joined.
 */
const watch = (seed: number, settings: Settings): WatchedGap[] => {
  const {
    listings,
    kappa,
    withdrawals,
    rentals = 0.5,
    deviation = 0.3,
    days = 7,
    pollHours = 1 / 12,
  } = settings;
  const random = seededRandom(seed);
  return Array.from({ length: listings }, (_, i) => {
    const logRelativePrice = deviation * randomNormal(random);
    const rented = randomExponential(random, rentals * Math.exp(-kappa * logRelativePrice));
    const until = Math.min(rented, withdrawals > 0 ? randomExponential(random, withdrawals) : rented);
    const polls = Math.floor(until / pollHours);
    const most = Math.round((days * 24) / pollHours);
    const common = { logRelativePrice, sku: i % 2 === 0 ? "even" : "odd" };
    const survived = { ...common, gapHours: Math.min(polls, most) * pollHours, gone: false };
    return polls < most ? [survived, { ...common, gapHours: pollHours, gone: true }] : [survived];
  })
    .flat()
    .filter(({ gapHours }) => gapHours > 0);
};

describe("likelihood", () => {
  test("is that of a coin with the right chance", () => {
    const { value } = logLikelihood(
      [
        { gapHours: 2, gone: true, x: [1] },
        { gapHours: 3, gone: false, x: [1] },
      ],
      [Math.log(0.3), Math.sqrt(0.1)],
    );
    expect(value).toBeCloseTo(Math.log(1 - Math.exp(-0.8)) - 1.2, 12);
  });

  test("derivatives are those of differences", () => {
    const exposures = watch(3, { listings: 40, kappa: 2, withdrawals: 0.1 }).map(
      ({ gapHours, gone, logRelativePrice }) => ({
        gapHours,
        gone,
        x: [logRelativePrice, 1],
      }),
    );
    const at = [-1.5, -0.9, 0.4];
    const { score, curvature } = logLikelihood(exposures, at);
    const step = 1e-5;
    const moved = (j: number, by: number) =>
      logLikelihood(
        exposures,
        at.map((value, i) => value + (i === j ? by : 0)),
      );
    for (const j of [0, 1, 2]) {
      const [up, down] = [moved(j, step), moved(j, -step)];
      expect(score[j]).toBeCloseTo((up.value - down.value) / (2 * step), 4);
      for (const k of [0, 1, 2])
        expect(curvature.get(j, k)).toBeCloseTo((up.score[k]! - down.score[k]!) / (2 * step), 4);
    }
  });

  test("polls that a listing survived may be joined", () => {
    const apart = [1, 2, 0.5].map((gapHours) => ({ gapHours, gone: false, x: [1] }));
    const together = logLikelihood([{ gapHours: 3.5, gone: false, x: [1] }], [-1, 0.4]);
    expect(logLikelihood(apart, [-1, 0.4]).value).toBeCloseTo(together.value, 12);
  });
});

test("20,000 listings, kappa 3, 20 % of exits withdrawals: the mixture finds kappa, one hazard for all does not", () => {
  const gaps = watch(1, { listings: 20_000, kappa: 3, withdrawals: 0.105 });
  const model = fitDisappearances(gaps);
  expect(Math.abs(model.kappa.value! - 3)).toBeLessThan(0.3);
  expect(model.kappa.low).toBeLessThan(3);
  expect(model.kappa.high).toBeGreaterThan(3);
  expect(model.withdrawalsPerHour).toBeCloseTo(0.105, 1);
  expect(model.rentalsPerHour.even).toBeCloseTo(0.5, 1);
  expect(model.rankEffect).toBeNull();
  const exposures = gaps.map(({ gapHours, gone, logRelativePrice }) => ({
    gapHours,
    gone,
    x: [logRelativePrice, 1],
  }));
  const single = -maximise((each) => logLikelihood(exposures, each), [-1, -1])!.parameters[0]!;
  console.log(
    `kappa 3: mixture ${model.kappa.value!.toFixed(3)} +- ${model.kappa.standardError!.toFixed(3)}, ` +
      `one hazard for all ${single.toFixed(2)}`,
  );
  expect(single).toBeLessThan(2.5);
});

test("finds the place in the list and the hour of the day", () => {
  const random = seededRandom(11);
  const gaps = Array.from({ length: 40_000 }, (_, i): WatchedGap => {
    const [logRelativePrice, rank, hourOfDay] = [0.3 * randomNormal(random), i % 10, i % 24];
    const rate =
      0.4 * Math.exp(-2.5 * logRelativePrice - 0.1 * rank + 0.5 * Math.sin((2 * Math.PI * hourOfDay) / 24));
    return {
      gapHours: 0.5,
      gone: random() < 1 - Math.exp(-0.5 * (rate + 0.05)),
      logRelativePrice,
      rank,
      hourOfDay,
    };
  });
  const model = fitDisappearances(gaps);
  expect(Math.abs(model.kappa.value! - 2.5)).toBeLessThan(3 * model.kappa.standardError!);
  expect(model.rankEffect).toBeCloseTo(-0.1, 1);
  expect(Math.abs(model.rankEffect! + 0.1)).toBeLessThan(0.03);
  expect(Object.keys(model.rentalsPerHour)).toEqual([""]);
});

test("without withdrawals it says so or nearly", () => {
  const model = fitDisappearances(watch(2, { listings: 4000, kappa: 3, withdrawals: 0 }));
  expect(Math.abs(model.kappa.value! - 3)).toBeLessThan(0.4);
  expect(model.withdrawalsPerHour).toBeLessThan(0.02);
});

describe("refuses", () => {
  const few = watch(1, { listings: 20, kappa: 3, withdrawals: 0.1 });

  test("too little, one price, nonsense", () => {
    expect(fitDisappearances([])).toMatchObject({
      kappa: { value: null, reason: "too_few_disappearances", n: 0 },
    });
    expect(fitDisappearances(few.slice(0, 1)).kappa.reason).toBe("too_few_disappearances");
    expect(fitDisappearances(few).kappa.reason).toBe("too_few_disappearances");
    const flat = watch(1, { listings: 200, kappa: 3, withdrawals: 0.1 }).map((gap) => ({
      ...gap,
      logRelativePrice: 0.1,
    }));
    expect(fitDisappearances(flat).kappa.reason).toBe("price_does_not_vary");
    const odd = [
      { gapHours: 0, gone: true, logRelativePrice: 0 },
      { gapHours: 1, gone: true, logRelativePrice: Number.NaN },
      { gapHours: Number.POSITIVE_INFINITY, gone: false, logRelativePrice: 0 },
    ];
    expect(fitDisappearances([...few, ...odd])).toMatchObject({ excluded: 3, withdrawalsPerHour: null });
  });

  test("disappearances that the price does not explain", () => {
    const random = seededRandom(4);
    const gaps = Array.from({ length: 400 }, () => ({
      gapHours: 1,
      gone: random() < 0.3,
      logRelativePrice: 0.01 * randomNormal(random),
    }));
    expect(fitDisappearances(gaps)).toMatchObject({ kappa: { value: null, reason: "not_identified" } });
  });
});

test("SKUs that hardly ever disappear share a rate", () => {
  const gaps = watch(1, { listings: 2000, kappa: 3, withdrawals: 0.1 });
  const rare = [1, 2, 3].map(
    (i): WatchedGap => ({ gapHours: 5, gone: true, logRelativePrice: 0, sku: `rare${i}` }),
  );
  expect(Object.keys(fitDisappearances([...gaps, ...rare]).rentalsPerHour)).toEqual(["even", "odd"]);
  expect(fitDisappearances([...gaps, ...rare]).excluded).toBe(3);
  const more = [...rare, ...rare.map((gap) => ({ ...gap, gapHours: 4 }))];
  expect(Object.keys(fitDisappearances([...gaps, ...more]).rentalsPerHour)).toEqual(["even", "odd", "other"]);
});

test("intensity of fills per USD", () => {
  expect(fillIntensity(3, 0.5, 2)).toEqual({ perHour: 0.5, perUsd: 1.5 });
});

test("bounds are those of the profile likelihood by scipy, withdrawals found or not", () => {
  const inside = fitDisappearances(watch(1, { listings: 300, kappa: 2, withdrawals: 0.1 })).kappa;
  expect(inside.value).toBeCloseTo(2.0727886, 5);
  expect(inside.low).toBeCloseTo(1.1847121, 3);
  expect(inside.high).toBeCloseTo(3.3000714, 3);
  expect(inside.standardError).toBeCloseTo(0.578, 3);
  const edge = fitDisappearances(watch(5, { listings: 300, kappa: 1.5, withdrawals: 0.5 }));
  expect(edge.withdrawalsPerHour).toBe(0);
  expect(edge.kappa.value).toBeCloseTo(0.6455047, 5);
  expect(edge.kappa.low).toBeCloseTo(0.2663733, 3);
  expect(edge.kappa.high).toBeCloseTo(5.3364632, 3);
  expect(edge.kappa.standardError).toBeNull();
});

describe("simulated markets: the interval holds kappa at about its rate", () => {
  const coverage = (runs: number, settings: Settings) => {
    const found = Array.from({ length: runs }, (_, seed) => {
      const { kappa, withdrawalsPerHour } = fitDisappearances(watch(seed, settings));
      const { value, low, high } = kappa;
      const holds = (low ?? -Infinity) <= settings.kappa && (high ?? Infinity) >= settings.kappa;
      return { isValued: value !== null, holds, isEdge: withdrawalsPerHour === 0 };
    });
    const valued = found.filter(({ isValued }) => isValued);
    const edge = valued.filter(({ isEdge }) => isEdge);
    const held = (all: readonly { readonly holds: boolean }[]) => all.filter(({ holds }) => holds).length;
    const { listings, kappa, rentals = 0.5, withdrawals } = settings;
    console.log(
      `kappa ${kappa}, ${listings} listings, ${rentals} rented and ${withdrawals} withdrawn an hour: 95 % interval ` +
        `covers ${held(valued)} of ${valued.length}, without withdrawals ${held(edge)} of ${edge.length}; ` +
        `${runs - valued.length} of ${runs} refused`,
    );
    return { valued: held(valued) / valued.length, missed: (valued.length - held(valued)) / runs };
  };
  const hourly = { pollHours: 1, days: 14, listings: 400 };

  test("looked at every five minutes", () => {
    expect(coverage(25, { listings: 1000, kappa: 3, withdrawals: 0.105 }).valued).toBeGreaterThanOrEqual(0.9);
  });

  test.each([
    { ...hourly, kappa: 2, rentals: 0.02, withdrawals: 0.02, deviation: 0.2 },
    { ...hourly, kappa: 1, rentals: 0.05, withdrawals: 0.05 },
    { ...hourly, kappa: 3, rentals: 0.05, withdrawals: 0 },
  ])(
    "looked at every hour: kappa $kappa",
    (settings) => {
      expect(coverage(100, settings).valued).toBeGreaterThanOrEqual(0.91);
    },
    60_000,
  );

  test.each([0, 0.3])("hardly an effect of the price: kappa %d is refused, nearly always", (kappa) => {
    const weak = { ...hourly, listings: 300, days: 7, kappa, rentals: 0.1, withdrawals: 0.5 };
    expect(coverage(100, weak).missed).toBeLessThanOrEqual(0.08);
  });
});
