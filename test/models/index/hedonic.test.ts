import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hedonicInterval } from "../../../src/models/index/hedonic-interval.ts";
import type { PricedObservation } from "../../../src/models/index/priced-observation.ts";
import { timeDummyHedonic } from "../../../src/models/index/time-dummy-hedonic.ts";
import { randomInteger, randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { seen, smallPanel } from "./small-panel.ts";

describe("agrees with statsmodels on a small panel", () => {
  const fit = timeDummyHedonic(smallPanel);

  test("index with interval", () => {
    expect(fit.points.map(({ period, n }) => [period, n])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
    ]);
    expect(fit.points[0]).toMatchObject({ value: 1, standardError: 0, low: 1, high: 1 });
    expect(fit.points[1]!.value).toBeCloseTo(1.0158754243055896, 11);
    expect(fit.points[1]!.low).toBeCloseTo(0.97446128, 8);
    expect(fit.points[1]!.high).toBeCloseTo(1.05904965, 8);
    expect(fit.points[2]!.value).toBeCloseTo(1.1011032655118174, 11);
    expect(fit.points[2]!.standardError).toBeCloseTo(0.014469081758492135, 11);
    expect(fit.rSquared).toBeCloseTo(0.9863025799373147, 11);
    expect(fit).toMatchObject({ n: 12, excluded: 0, degreesOfFreedom: 6, reason: null, dropped: [] });
  });

  test("effects: words against the level with most GPUs, numbers a unit, numbers not told", () => {
    expect(fit.effects.map(({ trait, level, base }) => [trait, level, base])).toEqual([
      ["form", "pcie", "sxm"],
      ["ram", null, null],
      ["ram", "missing", null],
    ]);
    const [pcie, ram] = fit.effects;
    expect(pcie!.logPoints).toBeCloseTo(-0.19328656250162052, 11);
    expect(pcie!.low).toBeCloseTo(-0.22607911538749387, 10);
    expect(pcie!.high).toBeCloseTo(-0.16049400961574717, 10);
    expect(ram!.standardError).toBeCloseTo(0.0007157213367784703, 12);
  });
});

test("a change of the mix is no change of the price", () => {
  const price = (form: string, period: number) => 2 * (form === "sxm" ? 1.25 : 1) * 1.1 ** (period - 1);
  const mix: [number, string][] = [
    ...[1, 1, 1, 1].map((t): [number, string] => [t, "pcie"]),
    [1, "sxm"],
    [2, "pcie"],
    ...[2, 2, 2, 2].map((t): [number, string] => [t, "sxm"]),
  ];
  const fit = timeDummyHedonic(
    mix.map(([period, form], i) => seen(period, `${i}`, price(form, period), { traits: { form } })),
  );
  expect(fit.points[1]!.value).toBeCloseTo(1.1, 12);
  expect(fit.effects).toMatchObject([
    { level: "sxm", base: "pcie", logPoints: expect.closeTo(Math.log(1.25), 12) },
  ]);
});

describe("refuses and leaves out", () => {
  test("nothing, one period, too little", () => {
    expect(timeDummyHedonic([])).toMatchObject({ points: [], reason: "empty", n: 0 });
    expect(timeDummyHedonic([seen(4, "a", 2)])).toMatchObject({
      points: [{ period: 4, value: 1, low: 1, high: 1, n: 1 }],
      reason: null,
    });
    const little = timeDummyHedonic([seen(1, "a", 2), seen(2, "a", 3)]);
    expect(little.reason).toBe("not_identified");
    expect(little.points[1]).toMatchObject({ value: null, reason: "not_identified", n: 1 });
  });

  test("prices that are no prices are counted out", () => {
    const odd = [seen(1, "x", Number.NaN), seen(1, "y", 0), seen(2, "z", 2, { gpus: 0 }), seen(1.5, "w", 2)];
    const fit = timeDummyHedonic([...smallPanel, ...odd]);
    expect(fit.excluded).toBe(4);
    expect(fit.points).toEqual(timeDummyHedonic(smallPanel).points);
  });

  test("a trait that repeats another is dropped by name and changes nothing", () => {
    const twice = smallPanel.map((row) => ({
      ...row,
      traits: { ...row.traits, socket: row.traits.form === "sxm" ? "board" : "slot", same: 7 },
    }));
    const fit = timeDummyHedonic(twice);
    expect(fit.dropped).toEqual(["socket=slot"]);
    expect(fit.points[2]!.value).toBeCloseTo(timeDummyHedonic(smallPanel).points[2]!.value!, 12);
  });
});

describe("properties", () => {
  const row = fc.record({
    period: fc.integer({ min: 1, max: 4 }),
    cents: fc.integer({ min: 100, max: 400 }),
    gpus: fc.integer({ min: 1, max: 16 }),
    form: fc.constantFrom("sxm", "pcie", null),
    ram: fc.option(fc.integer({ min: 8, max: 64 }), { nil: null }),
  });
  const panels = fc.array(row, { minLength: 12, maxLength: 40 }).map((rows) =>
    rows.map(
      ({ period, cents, gpus, form, ram }, i): PricedObservation => ({
        ...seen(period, `${i}`, cents / 100),
        gpus,
        traits: { form, ram },
      }),
    ),
  );
  const valuesOf = (panel: readonly PricedObservation[]) =>
    timeDummyHedonic(panel).points.map(({ value }) => value);
  const expectSame = (a: readonly (number | null)[], b: readonly (number | null)[]) => {
    expect(b.length).toBe(a.length);
    a.forEach((value, i) => {
      if (value === null) expect(b[i]).toBeNull();
      else expect(b[i]! / value).toBeCloseTo(1, 8);
    });
  };

  test("all prices x 1.05 move no point, nor does the order", () => {
    fc.assert(
      fc.property(panels, (panel) => {
        const dearer = panel.map((each) => ({ ...each, usdPerGpuHour: each.usdPerGpuHour * 1.05 }));
        expectSame(valuesOf(panel), valuesOf(dearer));
        expectSame(valuesOf(panel), valuesOf([...panel].reverse()));
      }),
    );
  });

  test("prices of the last period x 1.05 move its point by exactly 1.05", () => {
    fc.assert(
      fc.property(panels, (panel) => {
        const last = Math.max(...panel.map(({ period }) => period));
        const dearer = panel.map((each) =>
          each.period === last ? { ...each, usdPerGpuHour: each.usdPerGpuHour * 1.05 } : each,
        );
        const [before, after] = [valuesOf(panel), valuesOf(dearer)];
        fc.pre(before.length > 1);
        expectSame(
          before.map((value, i) => (i === before.length - 1 && value !== null ? value * 1.05 : value)),
          after,
        );
      }),
    );
  });
});

test("simulated market: intervals hold the true level and effect at about their rate", () => {
  const runs = 300;
  const covered = { level: 0, effect: 0 };
  for (let seed = 0; seed < runs; seed++) {
    const fit = timeDummyHedonic(simulatedPanel(seed));
    const { low, high } = fit.points.at(-1)!;
    covered.level += Number(low! <= Math.exp(0.08) && high! >= Math.exp(0.08));
    const form = fit.effects.find(({ trait }) => trait === "form")!;
    const truth = form.level === "pcie" ? -0.2 : 0.2;
    covered.effect += Number(form.low <= truth && form.high >= truth);
  }
  console.log(
    `hedonic, 5 periods of 40 prices: 95 % intervals cover the level ${((100 * covered.level) / runs).toFixed(1)} %, ` +
      `the form factor ${((100 * covered.effect) / runs).toFixed(1)} %`,
  );
  expect(covered.level / runs).toBeGreaterThanOrEqual(0.92);
  expect(covered.effect / runs).toBeGreaterThanOrEqual(0.92);
});

/** ln p = 0.02 (period - 1) - 0.2 pcie + 0.005 ram + noise of variance 0.01 / gpus x mean gpus. */
const simulatedPanel = (seed: number): PricedObservation[] => {
  const random = seededRandom(seed);
  return Array.from({ length: 200 }, (_, i) => {
    const period = 1 + (i % 5);
    const form = random() < 0.3 + 0.1 * period ? "sxm" : "pcie";
    const [ram, gpus] = [8 + randomInteger(random, 56), 1 + randomInteger(random, 8)];
    const noise = (0.2 / Math.sqrt(gpus)) * randomNormal(random);
    const log = 0.02 * (period - 1) + (form === "pcie" ? -0.2 : 0) + 0.005 * ram + noise;
    return seen(period, `${i}`, Math.exp(log), { gpus, traits: { form, ram } });
  });
};

describe("interval by provider", () => {
  /** Every provider has its own level, and a move of its own in the second period that all its prices share. */
  const market = (seed: number): PricedObservation[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 12 }, (_, p) => {
      const [level, move] = [0.3 * randomNormal(random), 0.1 + 0.05 * randomNormal(random)];
      return [0, 1].flatMap((period) =>
        Array.from({ length: 4 }, (_, i) =>
          seen(period, `${p}-${i}`, Math.exp(level + period * move + 0.01 * randomNormal(random)), {
            provider: `p${p}`,
            traits: { provider: `p${p}` },
          }),
        ),
      );
    }).flat();
  };

  test("is repeatable, around the index, and refuses nothing", () => {
    const interval = hedonicInterval(market(1), { seed: 2, replicates: 50 });
    expect(hedonicInterval(market(1), { seed: 2, replicates: 50 })).toEqual(interval);
    expect(interval.value).toBeCloseTo(timeDummyHedonic(market(1)).points[1]!.value!, 12);
    expect(interval).toMatchObject({ n: 12, reason: null });
    expect(hedonicInterval([], { seed: 1 })).toMatchObject({ value: null, reason: "empty" });
    expect(hedonicInterval([seen(1, "a", 2)], { seed: 1 })).toMatchObject({
      value: 1,
      low: null,
      high: null,
    });
    expect(hedonicInterval([seen(1, "a", 2), seen(2, "b", 3)], { seed: 1 }).reason).toBe("undefined");
  });

  test("holds the true level where prices of a provider move together, and the fit's own error does not", () => {
    const runs = 30;
    const covered = { providers: 0, fit: 0 };
    for (let seed = 0; seed < runs; seed++) {
      const observations = market(seed);
      const truth = Math.exp(0.1);
      const holds = ({ low, high }: { low: number | null; high: number | null }) =>
        Number(low! <= truth && high! >= truth);
      covered.providers += holds(hedonicInterval(observations, { seed, replicates: 40 }));
      covered.fit += holds(timeDummyHedonic(observations).points[1]!);
    }
    console.log(
      `hedonic level with moves by provider: drawing 12 providers covers ${covered.providers} of ${runs}, ` +
        `the error of the fit ${covered.fit}`,
    );
    expect(covered.providers / runs).toBeGreaterThanOrEqual(0.87);
    expect(covered.fit / runs).toBeLessThan(0.9);
  });
});

describe("time and quality that cannot be told apart", () => {
  const on = (period: number, provider: string, usd: number) =>
    seen(period, provider, usd, { provider, traits: { provider } });

  test("a day with nobody of the days before has no value, the others keep theirs", () => {
    const panel = Array.from({ length: 40 }, (_, day) =>
      day === 20 ? [on(day, "new", 2)] : [on(day, "a", 1 + day / 1000), on(day, "b", 1.1 + day / 1000)],
    ).flat();
    const { points } = timeDummyHedonic(panel);
    expect(points[20]).toMatchObject({ value: null, reason: "not_identified", n: 1 });
    expect(points.filter(({ value }) => value === null)).toHaveLength(1);
    expect(points[39]!.value).toBeCloseTo(1 + 0.039 / 1.05, 2);
  });

  test("sellers that never met say nothing of time", () => {
    const apart = [on(0, "a", 1), on(0, "a", 1.01), on(1, "b", 2), on(1, "b", 2.02)];
    expect(timeDummyHedonic(apart).points[1]).toMatchObject({ value: null, reason: "not_identified" });
    const met = [...apart, on(1, "a", 1)];
    expect(timeDummyHedonic(met).points[1]!.value).toBeCloseTo(1, 1);
  });

  test("that something began to be told is no step of quality", () => {
    const told = Array.from({ length: 20 }, (_, i) =>
      seen(i % 4, `${i}`, 2, {
        traits: { reliability: i % 4 < 2 ? null : 0.9 + i / 1000, fabric: i % 4 < 2 ? null : "x" },
      }),
    );
    for (const { value } of timeDummyHedonic(told).points) expect(value).toBeCloseTo(1, 9);
  });
});
