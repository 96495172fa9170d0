import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../../src/domain/time.ts";
import { type DemandDay, fewestDays } from "../../../src/models/curves/balanced-days.ts";
import { panelElasticity } from "../../../src/models/curves/demand-panel.ts";
import { studyDemand } from "../../../src/models/curves/demand-study.ts";
import type { WatchedSpell } from "../../../src/models/curves/watched-gaps.ts";
import {
  type Random,
  randomExponential,
  randomNormal,
  seededRandom,
} from "../../../src/models/statistics/random.ts";

const poll = 5 * minute;
const days = 7;
const withdrawals = 0.105;
/** The market rises 3 % a day; day d lasts from d to d + 1. */
const references = Array.from({ length: days }, (_, d) => ({
  from: d * day,
  until: (d + 1) * day + (d === days - 1 ? 1 : 0),
  usdPerGpuHour: 2 * 1.03 ** d,
}));

/** When a listing is taken or withdrawn: rented at 0.5 exp(-kappa x) an hour, x against the market of the day. */
const endOf = (random: Random, usd: number, kappa: number): number => {
  const withdrawn = randomExponential(random, withdrawals) * hour;
  let left = randomExponential(random, 1);
  for (const { from, until, usdPerGpuHour } of references) {
    const perHour = 0.5 * (usd / usdPerGpuHour) ** -kappa;
    const needed = (left / perHour) * hour;
    if (needed <= until - from) return Math.min(withdrawn, from + needed);
    left -= ((until - from) / hour) * perHour;
  }
  return withdrawn;
};

/** Spells as the tape has them: listings of two SKUs looked at every five minutes for a week. */
const watch = (seed: number, listings: number, kappa: number): WatchedSpell[] => {
  const random = seededRandom(seed);
  return Array.from({ length: listings }, (_, i) => {
    const usdPerGpuHour = 2 * Math.exp(0.3 * randomNormal(random));
    const end = endOf(random, usdPerGpuHour, kappa);
    const seenUntil = Math.min(Math.floor(end / poll) * poll, days * day);
    const goneAt = end < days * day ? seenUntil + poll : null;
    return { sku: i % 2 === 0 ? "even" : "odd", from: 0, seenUntil, goneAt, usdPerGpuHour };
  });
};

const study = (spells: readonly WatchedSpell[], panel: readonly DemandDay[] = []) =>
  studyDemand({
    evidence: { spells, references, days: panel },
    market: null,
    assumed: null,
    shocks: null,
  }).findings;

describe("kappa from spells", () => {
  test("is found in 20,000 listings at 5-minute polls", () => {
    const started = performance.now();
    const { kappa } = study(watch(1, 20_000, 3));
    const { value, standardError, low, high } = kappa.estimate;
    console.log(
      `kappa 3 from spells: ${value!.toFixed(3)} +- ${standardError!.toFixed(3)}, rentals ` +
        `${kappa.rentalsPerHour!.toFixed(3)}/h, withdrawals ${kappa.withdrawalsPerHour!.toFixed(3)}/h, ` +
        `${kappa.disappearances} disappearances, ${Math.round(performance.now() - started)} ms`,
    );
    expect(Math.abs(value! - 3)).toBeLessThan(0.3);
    expect(low).toBeLessThan(3);
    expect(high).toBeGreaterThan(3);
    expect(kappa.rentalsPerHour).toBeCloseTo(0.5, 1);
    expect(kappa.withdrawalsPerHour).toBeCloseTo(withdrawals, 1);
  });

  test("lies in its interval at about its rate", () => {
    const runs = 40;
    let covered = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const { low, high } = study(watch(seed, 1000, 3)).kappa.estimate;
      covered += Number(low! <= 3 && high! >= 3);
    }
    console.log(`kappa from spells of 1,000 listings: 95 % interval covers ${covered} of ${runs}`);
    expect(covered / runs).toBeGreaterThanOrEqual(0.85);
  });

  test("is refused without watched machines, and with few of them", () => {
    expect(study([]).kappa).toEqual({
      estimate: expect.objectContaining({ value: null, reason: "no_watched_machines", n: 0 }),
      disappearances: 0,
      rentalsPerHour: null,
      withdrawalsPerHour: null,
    });
    const few = study(watch(1, 20, 3)).kappa;
    expect(few.estimate).toMatchObject({ value: null, reason: "too_few_disappearances" });
    expect(few.rentalsPerHour).toBeNull();
  });
});

const monday = Date.UTC(2026, 0, 5);

interface Told {
  readonly provider?: string;
  readonly source?: string;
  readonly share?: number;
}

/** Days of a market with elasticity 1.5 whose capacity comes and goes; a busy day moves price and demand alike. */
const market = (seed: number, length: number, told: readonly Told[] = [{}]): DemandDay[] => {
  const random = seededRandom(seed);
  return Array.from({ length }, (_, i) => {
    const entry = 0.3 * randomNormal(random);
    const busy = 0.1 * randomNormal(random);
    const logPrice = 0.7 - 0.5 * entry + 0.8 * busy + 0.05 * randomNormal(random);
    const weekend = (i + 1) % 7 < 2 ? -0.2 : 0;
    const rented = Math.exp(7 - 1.5 * logPrice + busy + weekend);
    const fleets = told.map(({ provider = "acme", source = provider, share = 1 }) => ({
      source,
      provider,
      totalGpus: share * 5000 * Math.exp(entry),
      rentedGpus: share * rented,
    }));
    return { at: monday + i * day, usdPerGpuHour: Math.exp(logPrice), fleets, silentShare: 0 };
  });
};

describe("elasticity from days", () => {
  test("is found where capacity moves the price, which least squares does not", () => {
    const runs = 100;
    let covered = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const { low, high } = panelElasticity(market(seed, 90));
      covered += Number(low! <= 1.5 && high! >= 1.5);
    }
    const one = panelElasticity(market(7, 365));
    console.log(
      `elasticity 1.5: ${one.value!.toFixed(3)} +- ${one.standardError!.toFixed(3)} in a year (F ` +
        `${one.firstStageF!.toFixed(0)}, least squares ${one.leastSquares!.toFixed(2)}); 90 days: 95 % interval ` +
        `covers ${covered} of ${runs}`,
    );
    expect(covered / runs).toBeGreaterThanOrEqual(0.88);
    expect(one).toMatchObject({ reason: null, n: 365, providers: ["acme"] });
    expect(Math.abs(one.value! - 1.5)).toBeLessThan(0.15);
    expect(one.leastSquares).toBeLessThan(1.4);
  });

  test("keeps the providers that enough days have, each through one source", () => {
    const all = market(3, 120, [{ provider: "acme" }, { provider: "beta", share: 0.5 }]);
    const joining = all.map((each, i) => ({
      ...each,
      fleets: i < 60 ? each.fleets.slice(0, 1) : each.fleets,
    }));
    expect(panelElasticity(joining)).toMatchObject({ n: 60, providers: ["acme", "beta"] });
    const late = all.map((each, i) => ({ ...each, fleets: i < 90 ? each.fleets.slice(0, 1) : each.fleets }));
    expect(panelElasticity(late)).toMatchObject({ n: 120, providers: ["acme"] });
    const twice = market(3, 120, [{}, { source: "other", share: 0.9 }]).map((each, i) => ({
      ...each,
      fleets: i % 2 === 0 ? each.fleets : each.fleets.slice(0, 1),
    }));
    expect(panelElasticity(twice).value).toBe(panelElasticity(market(3, 120)).value);
  });

  test("takes silence of sources as an instrument where it varies", () => {
    const silent = market(5, 120).map((each, i) => ({
      ...each,
      silentShare: (i * 7919) % 5 === 0 ? 0.2 : 0,
    }));
    expect(panelElasticity(market(5, 120)).sargan).toBeNull();
    expect(panelElasticity(silent).sargan).not.toBeNull();
    // Where silence is not known nobody was heard for certain: the day is no observation.
    const blank = silent.map((each, i) => ({ ...each, silentShare: i < 30 ? null : each.silentShare }));
    expect(panelElasticity(blank)).toEqual(panelElasticity(silent.slice(30)));
  });

  test("is refused, with the reason", () => {
    const reason = (panel: readonly DemandDay[]) => panelElasticity(panel).reason;
    const year = market(1, 100);
    expect(reason([])).toBe("no_reported_demand");
    expect(reason(year.map((each) => ({ ...each, fleets: [] })))).toBe("no_reported_demand");
    expect(panelElasticity(market(1, fewestDays - 1))).toMatchObject({
      value: null,
      reason: "too_few_days",
      n: fewestDays - 1,
    });
    expect(reason(market(1, fewestDays))).not.toBe("too_few_days");
    expect(reason(year.map((each) => ({ ...each, usdPerGpuHour: null })))).toBe("too_few_days");
    expect(reason(year.map((each) => ({ ...each, usdPerGpuHour: 2 })))).toBe("price_does_not_vary");
    const still = year.map(({ fleets, ...each }) => ({
      ...each,
      fleets: fleets.map((fleet) => ({ ...fleet, totalGpus: 9000 })),
    }));
    expect(reason(still)).toBe("supply_does_not_vary");
    const random = seededRandom(2);
    const beside = year.map(({ fleets, ...each }) => ({
      ...each,
      fleets: fleets.map((fleet) => ({ ...fleet, totalGpus: 9000 + 10 * randomNormal(random) })),
    }));
    expect(panelElasticity(beside)).toMatchObject({ value: null, reason: "weak_instrument" });
    expect(panelElasticity(beside).andersonRubin).not.toBeNull();
  });
});

describe("where supply and demand meet", () => {
  const step = (usdPerGpuHour: number, gpus: number, provider: string) => ({ usdPerGpuHour, gpus, provider });
  const free = [step(1.5, 20, "a"), step(2.4, 30, "b"), step(3, 40, "c")];
  const solve = (assumed: number | null, shocks: { supply?: number; demand?: number } | null = null) =>
    studyDemand({
      evidence: study([]),
      market: { free, rentedGpus: 100, usdPerGpuHour: 2 },
      assumed,
      shocks,
    });

  test("is the present point without a shock", () => {
    const { equilibrium, shocked } = solve(1);
    expect(equilibrium).toMatchObject({ price: 2, reason: null });
    expect(equilibrium!.gpus).toBeCloseTo(100, 9);
    expect(equilibrium!.low).toBeLessThanOrEqual(2);
    expect(equilibrium!.high).toBeGreaterThanOrEqual(2);
    expect(shocked).toBeNull();
  });

  test("moves up the stack with demand, by hand", () => {
    // Elasticity 1: D(p) = 300 / p; below 2.40 there are 120 GPUs, so 125 are taken at 2.40.
    const { shocked } = solve(1, { demand: 0.5 });
    expect(shocked!.price).toBeCloseTo(2.4, 12);
    expect(shocked!.gpus).toBeCloseTo(125, 9);
    // D(p) = 260 / p: all 120 GPUs up to 2.00, at the price at which no more are wanted.
    const between = solve(1, { demand: 0.3 }).shocked!;
    expect(between.gpus).toBeCloseTo(120, 9);
    expect(between.price).toBeCloseTo(260 / 120, 9);
  });

  test("falls with supply that comes, rises with supply that goes", () => {
    // Four times the supply: 80 GPUs at 1.50, where 133 are wanted; 480 at 2.00, where 100 are.
    expect(solve(1, { supply: 3 }).shocked!.price).toBeCloseTo(2, 12);
    // Ten times: 200 GPUs at 1.50 are more than the 133 that are wanted there.
    const glut = solve(1, { supply: 9 }).shocked!;
    expect(glut.price).toBeCloseTo(1.5, 12);
    expect(glut.gpus).toBeCloseTo(200 / 1.5, 9);
    // Half of it: 60 up to 2.00 and 75 up to 2.40, where 83 are wanted: 75 at 200 / 75.
    const loss = solve(1, { supply: -0.5 }).shocked!;
    expect(loss.gpus).toBeCloseTo(75, 9);
    expect(loss.price).toBeCloseTo(200 / 75, 9);
    expect(solve(1, { supply: -1 }).shocked).toMatchObject({ price: null, reason: "no_supply" });
    expect(solve(0, { demand: 1 }).shocked).toMatchObject({ price: null, reason: "insufficient_supply" });
  });

  test("holds what is rented in every draw", () => {
    const { equilibrium } = solve(1);
    expect(equilibrium!.unmet).toBe(0);
    expect(equilibrium!.low).toBeGreaterThan(1.5);
  });

  test("is not there without an elasticity or a market, and stands on what is rented where nothing is offered", () => {
    expect(solve(null, { demand: 1 })).toMatchObject({ equilibrium: null, shocked: null });
    const market = { free: [], rentedGpus: 10, usdPerGpuHour: 2 };
    const evidence = study([]);
    const alone = studyDemand({ evidence, market, assumed: 1, shocks: null }).equilibrium!;
    expect(alone).toMatchObject({ price: 2, gpus: 10, low: null, high: null });
    expect(studyDemand({ evidence, market: null, assumed: 1, shocks: {} })).toMatchObject({
      equilibrium: null,
      shocked: null,
    });
  });

  test("goes by the estimate where none is assumed, with its error in the band", () => {
    const found = study([], market(7, 120));
    const known = studyDemand({
      evidence: found,
      market: { free, rentedGpus: 100, usdPerGpuHour: 2 },
      assumed: null,
      shocks: { demand: 0.5 },
    });
    expect(known.findings).toEqual(found);
    expect(known.shocked!.price).toBeGreaterThan(2);
    expect(known.equilibrium!.price).toBe(2);
  });
});
