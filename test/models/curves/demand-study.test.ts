import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../../src/domain/time.ts";
import type { DemandDay } from "../../../src/models/curves/balanced-days.ts";
import { studyDemand } from "../../../src/models/curves/demand-study.ts";
import type { WatchedSpell } from "../../../src/models/curves/watched-gaps.ts";
import {
  type Random,
  randomExponential,
  randomNormal,
  seededRandom,
} from "../../../src/models/statistics/random.ts";
import { market } from "./demand-days.ts";

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
