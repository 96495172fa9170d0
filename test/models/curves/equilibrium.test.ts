import fc from "fast-check";
import { quantileSorted } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { demandAt, findEquilibrium, type Shocks } from "../../../src/models/curves/equilibrium.ts";
import { equilibriumBand } from "../../../src/models/curves/equilibrium-band.ts";
import { groupBy } from "../../../src/models/group-by.ts";
import { expandedTail } from "../../../src/models/statistics/cluster-bootstrap.ts";
import { randomInteger, randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";

type Step = ReturnType<typeof step>;
const step = (gpus: number, usdPerGpuHour: number, provider = "a") => ({ gpus, usdPerGpuHour, provider });
const known = [step(4, 2), step(2, 1), step(4, 1.5)];
const demand = (gpus: number, usdPerGpuHour: number, elasticity: number) => ({
  gpus,
  usdPerGpuHour,
  elasticity,
});

describe("by hand", () => {
  test.each([
    [5, 1.5],
    [6, 1.5],
    [7, 2],
    [10, 2],
  ])("a demand of %d that does not ask for the price clears at %d", (gpus, price) => {
    expect(findEquilibrium(known, demand(gpus, 1, 0))).toEqual({ usdPerGpuHour: price, gpus, reason: null });
  });

  test("more than all there is has no price", () => {
    expect(findEquilibrium(known, demand(11, 1, 0))).toEqual({
      usdPerGpuHour: null,
      gpus: null,
      reason: "insufficient_supply",
    });
  });

  test("meets a demand of elasticity 1 on a step and between steps", () => {
    // 6 / p: at 1.50 it wants 4, which lies in the second step.
    expect(findEquilibrium(known, demand(6, 1, 1))).toEqual({ usdPerGpuHour: 1.5, gpus: 4, reason: null });
    // 2.5 / p: 2.5 at 1.00, 1.67 at 1.50, so that it meets the 2 of the first step at 1.25.
    expect(findEquilibrium(known, demand(2.5, 1, 1))).toEqual({ usdPerGpuHour: 1.25, gpus: 2, reason: null });
    // 1 / p: 1 of the 2 at 1.00.
    expect(findEquilibrium(known, demand(1, 1, 1))).toEqual({ usdPerGpuHour: 1, gpus: 1, reason: null });
  });

  test("without demand the cheapest price stands, however steep the curve was", () => {
    for (const wanted of [demand(6, 1, 1), demand(6, 1e10, 50)])
      expect(findEquilibrium(known, wanted, { demand: -1 })).toEqual({
        usdPerGpuHour: 1,
        gpus: 0,
        reason: null,
      });
  });

  test("shocks move either curve", () => {
    // Half of everything: 1, 2, 2 GPUs; 6 / p wants 4 at 1.50 (3 there) and 3 at 2.00: exactly the 3 below, at 2.00.
    const scarce = findEquilibrium(known, demand(6, 1, 1), { supply: -0.5 });
    expect(scarce.usdPerGpuHour).toBeCloseTo(2, 12);
    expect(scarce.gpus).toBeCloseTo(3, 12);
    expect(findEquilibrium(known, demand(4, 1, 1), { demand: 0.5 })).toEqual(
      findEquilibrium(known, demand(6, 1, 1)),
    );
    expect(findEquilibrium(known, demand(6, 1, 1), { supply: -1 }).reason).toBe("no_supply");
  });

  test("refuses nonsense", () => {
    expect(findEquilibrium([], demand(1, 1, 1)).reason).toBe("no_supply");
    expect(findEquilibrium([step(1, Number.NaN), step(0, 1)], demand(1, 1, 1)).reason).toBe("no_supply");
    for (const bad of [
      demand(0, 1, 1),
      demand(1, Number.NaN, 1),
      demand(1, 1, -1),
      demand(1, 1, Number.POSITIVE_INFINITY),
    ])
      expect(findEquilibrium(known, bad).reason).toBe("bad_demand");
    expect(findEquilibrium(known, demand(1, 1, 1), { supply: -1.1 }).reason).toBe("bad_shock");
    expect(findEquilibrium(known, demand(1, 1, 1), { demand: Number.NaN }).reason).toBe("bad_shock");
    expect(findEquilibrium(known, demand(1e308, 1, 1), { demand: 1 }).reason).toBe("bad_shock");
    expect(findEquilibrium([step(3, 2)], demand(2, 1, 0))).toEqual({
      usdPerGpuHour: 2,
      gpus: 2,
      reason: null,
    });
  });
});

describe("properties", () => {
  const steps = fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 50, max: 900 }))
      .map(([gpus, cents]) => step(gpus, cents / 100)),
    { minLength: 1, maxLength: 20 },
  );
  const curve = fc.record({
    gpus: fc.integer({ min: 1, max: 100 }),
    usdPerGpuHour: fc.constantFrom(0.5, 2, 7),
    elasticity: fc.constantFrom(0, 0.3, 1, 2.5),
  });

  test("supply and demand agree there", () => {
    fc.assert(
      fc.property(steps, curve, (all, wanted) => {
        const { usdPerGpuHour, gpus } = findEquilibrium(all, wanted);
        if (usdPerGpuHour === null || gpus === null) return;
        const supplyAt = (price: number) =>
          all.reduce((sum, each) => sum + (each.usdPerGpuHour <= price ? each.gpus : 0), 0);
        expect(demandAt(wanted, usdPerGpuHour) / gpus).toBeCloseTo(1, 9);
        expect(supplyAt(usdPerGpuHour + 1e-9)).toBeGreaterThanOrEqual(gpus - 1e-9);
        expect(supplyAt(usdPerGpuHour - 1e-9)).toBeLessThanOrEqual(gpus + 1e-9);
      }),
    );
  });

  test("more demand and less supply never lower the price; the order of steps does not matter", () => {
    fc.assert(
      fc.property(steps, curve, (all, wanted) => {
        const price = (shocks: { supply?: number; demand?: number }) =>
          findEquilibrium(all, wanted, shocks).usdPerGpuHour ?? Number.POSITIVE_INFINITY;
        expect(price({ demand: 0.2 })).toBeGreaterThanOrEqual(price({}) - 1e-9);
        expect(price({ supply: -0.2 })).toBeGreaterThanOrEqual(price({}) - 1e-9);
        expect(findEquilibrium([...all].reverse(), wanted)).toEqual(findEquilibrium(all, wanted));
      }),
    );
  });
});

describe("band", () => {
  const uncertain = { ...demand(20, 2, 1), elasticityStandardError: 0.2 };
  const market = (seed: number, providers: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: providers * 4 }, (_, i) => step(4, 1 + 2 * random(), `p${i % providers}`));
  };

  test("is around the equilibrium and repeatable", () => {
    const band = equilibriumBand(market(1, 8), uncertain, {}, { seed: 5 });
    expect(band).toEqual(equilibriumBand(market(1, 8), uncertain, {}, { seed: 5 }));
    const { value, low, high, n } = band.usdPerGpuHour;
    expect(low).toBeLessThan(value!);
    expect(high).toBeGreaterThan(value!);
    expect(n).toBe(8);
    expect(band.unmet).toBe(0);
  });

  test("has no upper price where supply often falls short", () => {
    const tight = { ...demand(140, 3, 0), elasticityStandardError: 0 };
    const lumpy = market(1, 8).map((each, i) => (i % 8 === 0 ? { ...each, gpus: 8 } : each));
    const band = equilibriumBand(lumpy, tight, {}, { seed: 5 });
    expect(band.unmet).toBeGreaterThan(0.1);
    expect(band.usdPerGpuHour).toMatchObject({ high: null, reason: null });
    expect(band.usdPerGpuHour.value).not.toBeNull();
  });

  test("refuses what has no equilibrium, and gives one provider no band", () => {
    expect(equilibriumBand([], uncertain, {}, { seed: 1 })).toMatchObject({
      usdPerGpuHour: { value: null, reason: "no_supply" },
      unmet: 0,
    });
    expect(equilibriumBand(known, { ...uncertain, gpus: 99, elasticity: 0 }, {}, { seed: 1 })).toMatchObject({
      gpus: { value: null, reason: "insufficient_supply" },
      unmet: 1,
    });
    expect(equilibriumBand(known, uncertain, {}, { seed: 1 }).usdPerGpuHour).toMatchObject({
      low: null,
      high: null,
      n: 1,
    });
  });

  // The band as it was before: the stack of every draw put together and sorted anew.
  const sortedAnew = (steps: readonly Step[], curve: typeof uncertain, shocks: Shocks, seed: number) => {
    const providers = [...groupBy(steps, ({ provider }) => provider).values()];
    const random = seededRandom(seed);
    const drawn = Array.from({ length: 1000 }, () => {
      const taken = providers.flatMap(() => providers[randomInteger(random, providers.length)]!);
      const elasticity = Math.max(0, curve.elasticity + curve.elasticityStandardError * randomNormal(random));
      const { usdPerGpuHour, gpus } = findEquilibrium(taken, { ...curve, elasticity }, shocks);
      const all = taken.reduce((sum, each) => sum + each.gpus * (1 + (shocks.supply ?? 0)), 0);
      return [usdPerGpuHour ?? Number.POSITIVE_INFINITY, gpus ?? all] as const;
    });
    const rising = (values: readonly number[]) => [...values].sort((a, b) => (a === b ? 0 : a - b));
    const [prices, quantities] = [rising(drawn.map(([price]) => price)), rising(drawn.map(([, q]) => q))];
    const tail = expandedTail(providers.length, 0.95);
    const bound = (sorted: readonly number[], q: number) => quantileSorted([...sorted], q);
    return {
      bounds: [prices, quantities].flatMap((sorted) => [bound(sorted, tail), bound(sorted, 1 - tail)]),
      unmet: prices.filter((price) => !Number.isFinite(price)).length / drawn.length,
    };
  };

  test("is what sorting the stack of every draw gives, on random books", () => {
    const random = seededRandom(7);
    const between = (low: number, high: number) => low + (high - low) * random();
    for (let book = 0; book < 40; book++) {
      const owners = 6 + randomInteger(random, 10);
      // A tenth of a dollar apart, so that many steps share a price.
      const steps = Array.from({ length: owners + randomInteger(random, 60) }, (_, i) =>
        step(1 + randomInteger(random, 16), 0.5 + randomInteger(random, 30) / 10, `p${i % owners}`),
      );
      const all = steps.reduce((sum, { gpus }) => sum + gpus, 0);
      const curve = {
        ...demand(between(0.1, 0.9) * all, between(1, 3), random() < 0.2 ? 0 : between(0, 3)),
        elasticityStandardError: random() < 0.3 ? 0 : between(0, 1),
      };
      const shocks = { supply: between(-0.4, 0.5), demand: between(-0.4, 0.5) };
      const { usdPerGpuHour: price, gpus, unmet } = equilibriumBand(steps, curve, shocks, { seed: book });
      if (price.value === null) continue;
      const before = sortedAnew(steps, curve, shocks, book);
      const bounds = [price.low, price.high, gpus.low, gpus.high];
      bounds.forEach((bound, i) => {
        const expected = before.bounds[i]!;
        if (bound === null) expect(Number.isFinite(expected)).toBe(false);
        else expect(bound / expected).toBeCloseTo(1, 9);
      });
      expect(unmet).toBe(before.unmet);
    }
  });

  test("reaches as far as few providers make it, and no further than is known", () => {
    const few = market(3, 3);
    const { usdPerGpuHour } = equilibriumBand(few, { ...uncertain, gpus: 12 }, {}, { seed: 1 });
    const prices = few.map((each) => each.usdPerGpuHour);
    expect(usdPerGpuHour.low).not.toBeNull();
    expect(usdPerGpuHour.low!).toBeLessThan(usdPerGpuHour.value!);
    expect(usdPerGpuHour.high ?? Number.POSITIVE_INFINITY).toBeGreaterThan(usdPerGpuHour.value!);
    expect(usdPerGpuHour.low!).toBeLessThan(Math.max(...prices));
  });

  test("holds the equilibrium of the whole market at about its rate", () => {
    const wanted = { ...demand(0.5 * 16, 2, 1), elasticityStandardError: 0 };
    const providers = 16;
    // Of every provider's 16 GPUs half are wanted at 2.00: supply 8 (p - 1) meets 8 x 2 / p at p (p - 1) = 2: p = 2.
    const runs = 150;
    let covered = 0;
    for (let seed = 0; seed < runs; seed++) {
      const curve = { ...wanted, gpus: wanted.gpus * providers };
      const { low, high } = equilibriumBand(
        market(seed, providers),
        curve,
        {},
        { seed, replicates: 200 },
      ).usdPerGpuHour;
      covered += Number(low! <= 2 && high! >= 2);
    }
    console.log(`equilibrium price, 16 providers: 95 % band covers ${((100 * covered) / runs).toFixed(1)} %`);
    expect(covered / runs).toBeGreaterThanOrEqual(0.88);
  });
});
