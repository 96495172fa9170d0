import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawableHedonic } from "../../../src/models/index/drawn-hedonic.ts";
import { meanSplice } from "../../../src/models/index/mean-splice.ts";
import type { PricedObservation } from "../../../src/models/index/priced-observation.ts";
import { timeDummyHedonic } from "../../../src/models/index/time-dummy-hedonic.ts";
import { windowedHedonic } from "../../../src/models/index/windowed-hedonic.ts";
import { randomInteger, randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { denseHedonic } from "./dense-hedonic.ts";
import { seen } from "./small-panel.ts";

const providers = ["a", "b", "c", "d", "e"] as const;

/** Small panels in which periods, providers and traits are often alone, repeat each other or are missing. */
const row = fc.record({
  period: fc.integer({ min: 1, max: 5 }),
  cents: fc.integer({ min: 100, max: 400 }),
  gpus: fc.integer({ min: 1, max: 16 }),
  provider: fc.constantFrom(...providers),
  form: fc.constantFrom("sxm", "pcie", null),
  ram: fc.option(fc.integer({ min: 8, max: 12 }), { nil: null }),
  year: fc.constantFrom(2020.5, 2021, null),
});
const panels = fc.array(row, { minLength: 1, maxLength: 60, size: "max" }).map((rows) =>
  rows.map(
    ({ period, cents, gpus, provider, form, ram, year }, i): PricedObservation => ({
      ...seen(period, `${i}`, cents / 100),
      gpus,
      provider,
      // Only one provider tells the fabric, and the age rises with time.
      traits: { form, ram, year, provider, age: period + (ram ?? 0), fabric: provider === "e" ? form : null },
    }),
  ),
);

const expectClose = (actual: number | null | undefined, truth: number | null): void => {
  if (truth === null) expect(actual).toBeNull();
  else expect(Math.abs(actual! - truth)).toBeLessThan(1e-8 * Math.max(1, Math.abs(truth)));
};

/** The index, its error and the effects are those of the rows themselves. */
const expectDense = (panel: readonly PricedObservation[]): void => {
  const [fast, dense] = [timeDummyHedonic(panel), denseHedonic(panel)];
  expect(fast.points.length).toBe(dense.points.length + 1);
  dense.points.forEach((truth, i) => {
    const point = fast.points[i + 1]!;
    expect(point).toMatchObject({ period: truth.period, n: truth.n, reason: truth.reason });
    for (const key of ["value", "logLevel", "standardError"] as const) expectClose(point[key], truth[key]);
  });
  expect(fast.degreesOfFreedom).toBe(dense.degreesOfFreedom);
  const names = fast.effects.map(({ trait, level }) => (level === null ? trait : `${trait}=${level}`));
  expect(names).toEqual([...(dense.effects?.keys() ?? [])]);
  fast.effects.forEach((effect, i) => {
    const truth = dense.effects!.get(names[i]!)!;
    expectClose(effect.logPoints, truth.logPoints);
    expectClose(effect.standardError, truth.standardError);
  });
};

describe("is the index that its definition gives, row by row", () => {
  test("random panels", () => {
    fc.assert(fc.property(panels, expectDense), { numRuns: 300 });
  });

  test("numbers that hardly vary beside what else is known", () => {
    const random = seededRandom(3);
    const panel = Array.from({ length: 300 }, (_, i) => {
      const provider = `p${i % 6}`;
      const ram = 500 * (1 + (i % 6)) + randomNormal(random);
      const log = 0.1 * (i % 5) + 0.05 * (ram - 500 * (1 + (i % 6))) + 0.1 * randomNormal(random);
      return seen(i % 5, `${i}`, Math.exp(log), {
        gpus: 1 + randomInteger(random, 8),
        traits: { provider, ram },
      });
    });
    expect(timeDummyHedonic(panel).effects.map(({ trait }) => trait)).toContain("ram");
    expectDense(panel);
  });
});

test("draws of providers are the index of what is drawn", () => {
  const times = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(panels, times, (panel, drawn) => {
      const order = [...new Set(panel.map(({ provider }) => provider))];
      const { providers, last } = drawableHedonic(panel);
      expect(providers).toBe(order.length);
      const rows = panel.flatMap((each) => {
        const copies = drawn[order.indexOf(each.provider)]!;
        return copies > 0 ? [{ ...each, gpus: each.gpus * copies }] : [];
      });
      const periods = panel.map(({ period }) => period);
      const { points } = timeDummyHedonic(rows);
      const isWhole =
        points[0]?.period === Math.min(...periods) && points.at(-1)?.period === Math.max(...periods);
      expectClose(last(drawn), isWhole ? points.at(-1)!.value : null);
    }),
    { numRuns: 500 },
  );
  expect(drawableHedonic([]).providers).toBe(0);
});

test("windows of a long panel are the index of their own observations", () => {
  fc.assert(
    fc.property(
      panels,
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 6 }),
      (panel, start, end) => {
        const points = windowedHedonic(panel)(start, end);
        const truth = timeDummyHedonic(panel.filter(({ period }) => period > start && period <= end)).points;
        expect(points.length).toBe(truth.length);
        truth.forEach(({ period, n, value, standardError, reason }, i) => {
          expect(points[i]).toMatchObject({ period, n, reason });
          expectClose(points[i]!.value, value);
          expectClose(points[i]!.standardError, standardError);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test("a spliced series is the same from windows of one panel as from fits of each window", () => {
  fc.assert(
    fc.property(panels, (panel) => {
      const windowOf = windowedHedonic(panel);
      const spliced = meanSplice(panel, (_, start, end) => windowOf(start, end), 3);
      const truth = meanSplice(panel, (window) => timeDummyHedonic(window).points, 3);
      expect(spliced.map(({ reason }) => reason)).toEqual(truth.map(({ reason }) => reason));
      truth.forEach(({ value }, t) => {
        expectClose(spliced[t]!.value, value);
      });
    }),
  );
});
