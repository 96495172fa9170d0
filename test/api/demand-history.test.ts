import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { day, hour, minute } from "../../src/domain/time.ts";
import { randomExponential, randomNormal, seededRandom } from "../../src/models/statistics/random.ts";
import { type Demand, fleet } from "../helpers/demand.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";
import { aPull } from "../helpers/tape.ts";

const sxm = { gpu: "h100-sxm", gpuRaw: "H100 SXM" } as const;
const l40s = { gpu: "l40s", gpuRaw: "L40S" } as const;

/** Machines of a marketplace, rented at 0.2 exp(-3 x) an hour or withdrawn at 0.02, and back after two hours. */
const machines = (count: number) => {
  const random = seededRandom(1);
  const all = Array.from({ length: count }, (_, i) => ({
    id: `m${i}`,
    x: 0.4 * randomNormal(random),
    back: 0,
    until: 0,
  }));
  const start = (machine: (typeof all)[number], from: number): void => {
    machine.back = from;
    machine.until = from + randomExponential(random, 0.2 * Math.exp(-3 * machine.x) + 0.02) * hour;
  };
  return (from: number, now: number): Offer[] =>
    all.flatMap((machine) => {
      if (machine.until === 0) start(machine, from);
      if (machine.until <= now && now - machine.until > 2 * hour) start(machine, now);
      const usd = Math.round(1e4 * Math.exp(machine.x)) / 1e4;
      return now >= machine.back && now < machine.until
        ? [offerOf("bazaar", machine.id, usd, { ...l40s, machineId: machine.id, tier: "community" })]
        : [];
    });
};

describe("GET /v1/curves/demand with a history", () => {
  let old: Market;
  let asked: Client;

  beforeAll(async () => {
    old = await openMarket({ empty: true });
    asked = await clientOf(old.app);
    const random = seededRandom(1);
    for (let ago = 44; ago >= 0; ago--) {
      const at = present - ago * day - 12.5 * hour;
      const entry = 0.3 * randomNormal(random);
      const logPrice = 0.7 - 0.5 * entry + 0.05 * randomNormal(random);
      const rentedGpus = Math.exp(7 - 1.5 * logPrice + 0.05 * randomNormal(random));
      const usd = Math.exp(logPrice);
      const fleets = [fleet({ totalGpus: 5000 * Math.exp(entry), rentedGpus, observedAt: at })];
      const pull = aPull({ source: "alpha", observedAt: at, everyMinutes: 60 });
      await old.tape.write(pull, [offerOf("alpha", "a1", usd, sxm)], { fleets });
    }
    await old.pull("alpha", present - minute, [offerOf("alpha", "a1", 2, sxm)]);
    const shown = machines(150);
    const first = present - day;
    for (let at = first; at <= present; at += 30 * minute) await old.pull("bazaar", at, shown(first, at));
  }, 60_000);
  afterAll(() => old.close());

  it("finds the elasticity of 45 days, and an equilibrium without assuming one", async () => {
    const { data } = await asked.get<Demand>("/v1/curves/demand?gpu=h100-sxm&shock_demand=-0.2");
    const { elasticity, equilibrium, shocked } = data;
    console.log(
      `elasticity 1.5 over the API: ${elasticity.value!.toFixed(3)} +- ${elasticity.se!.toFixed(3)}`,
    );
    expect(elasticity).toMatchObject({ reason: null, assumed: false, n: 45 });
    expect(Math.abs(elasticity.value! - 1.5)).toBeLessThan(3 * elasticity.se!);
    expect(elasticity.se).toBeLessThan(0.2);
    expect(elasticity.first_stage_f).toBeGreaterThan(10);
    expect(elasticity.anderson_rubin).toMatchObject({ kind: "interval" });
    expect(equilibrium).toMatchObject({ reason: null });
    expect(shocked!.gpus).toBeLessThan(equilibrium.gpus!);
  });

  it("finds kappa in a day of polls every half hour", async () => {
    const { data } = await asked.get<Demand>("/v1/curves/demand?gpu=l40s");
    const { kappa } = data;
    console.log(
      `kappa 3 over the API: ${kappa.value!.toFixed(2)} +- ${kappa.se!.toFixed(2)}, ${kappa.disappearances} disappearances`,
    );
    expect(kappa.reason).toBeNull();
    expect(Math.abs(kappa.value! - 3)).toBeLessThan(3 * kappa.se!);
    expect(kappa.se).toBeLessThan(0.5);
    expect(kappa.rentals_per_hour).toBeGreaterThan(0.05);
    expect(kappa.rentals_per_hour).toBeLessThan(0.4);
  });
});
