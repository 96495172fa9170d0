import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fleet } from "../../src/domain/fleet.ts";
import { hour, minute } from "../../src/domain/time.ts";
import { type Demand, fleet } from "../helpers/demand.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, openMarket, present } from "../helpers/market.ts";
import { aPull } from "../helpers/tape.ts";

const tell = (market: Market, at: number, fleets: readonly Fleet[], source = "stats") =>
  market.tape.write(aPull({ source, observedAt: at, everyMinutes: 60 }), [], { fleets });

let market: Market;
let client: Client;
const ask = async (query: string) => (await client.get<Demand>(`/v1/curves/demand?${query}`)).data;

beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
  await tell(market, present - hour, [
    fleet(),
    fleet({ provider: "beta", region: "eu-1", totalGpus: 50, rentedGpus: 50 }),
    fleet({ provider: "delta", gpu: "l40s", gpuRaw: "L40S", totalGpus: 10, rentedGpus: 0 }),
    fleet({ provider: "omega", gpu: "b200", gpuRaw: "B200", totalGpus: 64, rentedGpus: 60 }),
  ]);
});
afterAll(() => market.close());

const nowhere = {
  ...{ price: null, gpus: null, low: null, high: null, gpus_low: null, gpus_high: null },
  unmet: null,
};

describe("GET /v1/curves/demand refuses to say", () => {
  it("what nobody reports", async () => {
    expect(await ask("gpu=rtx-4090&elasticity=1&shock_demand=0.2")).toEqual({
      gpu: "rtx-4090",
      purchase: "on_demand",
      points: [],
      demand: {
        ...{ rented_gpus: null, total_gpus: null, utilisation: null, venues: 0 },
        ...{ usd_per_gpu_hour: null, reason: "no_reported_demand" },
      },
      elasticity: {
        ...{ value: 1, se: null, low: null, high: null, n: 0, reason: null, assumed: true },
        ...{ first_stage_f: null, anderson_rubin: null, least_squares: null, sargan_p_value: null },
      },
      kappa: {
        ...{ value: null, se: null, low: null, high: null, n: 0, reason: "no_watched_machines" },
        ...{ disappearances: 0, rentals_per_hour: null, withdrawals_per_hour: null },
      },
      equilibrium: { ...nowhere, reason: "no_reported_demand" },
      shocked: { ...nowhere, reason: "no_reported_demand" },
      shocks: { supply: 0, demand: 0.2 },
      excluded: {},
    });
    expect((await ask("gpu=rtx-4090")).elasticity).toMatchObject({
      value: null,
      reason: "no_reported_demand",
      assumed: false,
    });
  });

  it("how demand follows the price after a day, and so where it meets supply", async () => {
    const { elasticity, equilibrium, shocked } = await ask("gpu=h100-sxm");
    expect(elasticity).toMatchObject({ value: null, reason: "too_few_days", assumed: false });
    expect(equilibrium).toEqual({ ...nowhere, reason: "demand_not_identified" });
    expect(shocked).toBeNull();
  });

  it("how often machines go where none is named", async () => {
    expect((await ask("gpu=l40s")).kappa).toMatchObject({ value: null, reason: "no_watched_machines", n: 0 });
    expect((await ask("gpu=h100-sxm")).kappa).toMatchObject({
      value: null,
      reason: "too_few_disappearances",
    });
  });

  it("a curve through nothing rented or without a price", async () => {
    const idle = await ask("gpu=l40s&elasticity=1");
    expect(idle.demand).toMatchObject({ rented_gpus: 0, utilisation: 0, reason: "nothing_rented" });
    expect(idle.equilibrium).toEqual({ ...nowhere, reason: "nothing_rented" });
    const unpriced = await ask("gpu=b200&elasticity=1");
    expect(unpriced.demand).toMatchObject({ rented_gpus: 60, reason: "no_reference_price" });
    expect(unpriced.points).toMatchObject([{ provider: "omega", usd_per_gpu_hour: null }]);
    expect(unpriced.equilibrium.reason).toBe("no_reference_price");
  });

  it("anything by fleets whose source was not heard for twice its interval", async () => {
    market.setNow(present + 3 * hour);
    const later = await ask("gpu=h100-sxm&elasticity=1");
    market.setNow(present);
    expect(later).toMatchObject({
      points: [],
      excluded: { stale: 2 },
      demand: { venues: 0, reason: "stale" },
    });
    expect(later.equilibrium.reason).toBe("stale");
  });

  it("utilisation wherever tightness knows no free share, and only there", async () => {
    interface Tightness {
      readonly parts: readonly {
        readonly part: string;
        readonly now: number | null;
        readonly reason: string;
      }[];
    }
    const told: boolean[] = [];
    for (const minutes of [0, 100, 115, 120, 300, 2 * 24 * 60, 3 * 24 * 60]) {
      market.setNow(present + minutes * minute);
      const { demand } = await ask("gpu=h100-sxm");
      const { parts } = (await client.get<Tightness>("/v1/tightness?gpu=h100-sxm")).data;
      const free = parts.find(({ part }) => part === "free_share")!;
      told.push(demand.utilisation !== null);
      if (demand.utilisation === null) expect(free.reason).toBe("no_fleet_reported");
      else expect(free.now).toBeCloseTo(1 - (demand.utilisation as number), 12);
    }
    market.setNow(present);
    // "stats" was last read ten minutes ago and is read every hour.
    expect(told).toEqual([true, true, false, false, false, false, false]);
  });

  it.each([
    ["purchase=spot", 400, "gpu"],
    ["gpu=h1000", 404, "gpu"],
    ["gpu=h100&purchase=free", 400, "purchase"],
    ["gpu=h100&elasticity=-0.1", 400, "elasticity"],
    ["gpu=h100&elasticity=10.1", 400, "elasticity"],
    ["gpu=h100&elasticity=Infinity", 400, "elasticity"],
    ["gpu=h100&elasticity=much", 400, "elasticity"],
    ["gpu=h100&shock_supply=-1.1", 400, "shock_supply"],
    ["gpu=h100&shock_supply=11", 400, "shock_supply"],
    ["gpu=h100&shock_demand=-2", 400, "shock_demand"],
    ["gpu=h100&shock_demand=NaN", 400, "shock_demand"],
    ["gpu=h100&shock=1", 400, "shock"],
    ["gpu=h100&at=yesterday", 400, "at"],
    ["gpu=h100&at=2030-01-01", 400, "at"],
    ["gpu=h100&as_of=yesterday", 400, "as_of"],
  ])("%j: the problem names the field", async (query, status, field) => {
    expect((await client.refused(status, `/v1/curves/demand?${query}`)).errors[0]!.field).toBe(field);
  });
});

describe("GET /v1/curves/demand", () => {
  it("gives what venues report, with their median asks", async () => {
    const { points, demand, excluded } = await ask("gpu=h100");
    expect(points).toEqual([
      {
        ...{ source: "stats", provider: "alpha", region: null, total_gpus: 200, rented_gpus: 100 },
        ...{ utilisation: 0.5, usd_per_gpu_hour: 2.1, since: "2026-08-07T11:00:00Z" },
      },
      {
        ...{ source: "stats", provider: "beta", region: "eu-1", total_gpus: 50, rented_gpus: 50 },
        ...{ utilisation: 1, usd_per_gpu_hour: 2.15, since: "2026-08-07T11:00:00Z" },
      },
    ]);
    expect(demand).toMatchObject({
      rented_gpus: 150,
      total_gpus: 250,
      utilisation: 0.6,
      venues: 2,
      reason: null,
    });
    expect(demand.usd_per_gpu_hour).toBeCloseTo((100 * 2.1 + 50 * 2.15) / 150, 12);
    expect(excluded).toEqual({});
  });

  // h100-sxm: 150 GPUs rented at 2.15 (alpha's median ask 2.10, beta's 2.25); with elasticity 1, D(p) = 322.5 / p.
  it("meets the stack at the present price by an assumed elasticity", async () => {
    const { elasticity, equilibrium } = await ask("gpu=h100-sxm&elasticity=1");
    expect(elasticity).toMatchObject({ value: 1, se: null, reason: null, assumed: true });
    expect(equilibrium.price).toBeCloseTo(2.15, 12);
    expect(equilibrium.gpus).toBeCloseTo(150, 9);
    expect(equilibrium).toMatchObject({ unmet: 0, reason: null });
    expect(equilibrium.low).toBeLessThanOrEqual(equilibrium.price! + 1e-9);
    expect(equilibrium.high).toBeGreaterThanOrEqual(equilibrium.price! - 1e-9);
  });

  it("moves up with demand and down with supply, by hand", async () => {
    // 206 GPUs up to 2.30; at 2.30 210 are wanted, at 2.40 202: all 206, at the price that 206 buyers pay.
    const more = await ask("gpu=h100-sxm&elasticity=1&shock_demand=0.5");
    expect(more.shocked!.gpus).toBeCloseTo(206, 9);
    expect(more.shocked!.price).toBeCloseTo(483.75 / 206, 9);
    expect(more.shocks).toEqual({ supply: 0, demand: 0.5 });
    expect(more.equilibrium.price).toBeCloseTo(2.15, 12);
    // Five times: 160 GPUs up to 2.10, where 153.6 are wanted.
    const glut = await ask("gpu=h100-sxm&elasticity=1&shock_supply=4");
    expect(glut.shocked!.price).toBeCloseTo(2.1, 12);
    expect(glut.shocked!.gpus).toBeCloseTo(322.5 / 2.1, 9);
    const less = await ask("gpu=h100-sxm&elasticity=1&shock_supply=-0.4");
    expect(less.shocked!.price).toBeGreaterThan(2.15);
    expect(less.shocked!.gpus).toBeLessThan(150);
    const none = await ask("gpu=h100-sxm&elasticity=1&shock_supply=-1&shock_demand=0.1");
    expect(none.shocked).toMatchObject({ price: null, reason: "no_supply" });
    const short = await ask("gpu=h100-sxm&elasticity=0&shock_demand=10");
    expect(short.shocked).toMatchObject({ price: null, unmet: 1, reason: "insufficient_supply" });
  });

  it("says the same twice, and anew when more is reported", async () => {
    const query = "gpu=h100-sxm&elasticity=1&shock_demand=0.5";
    const [first, second] = [await ask(query), await ask(query)];
    expect(second).toEqual(first);
    await tell(market, present - minute, [fleet({ rentedGpus: 140 })], "quiet");
    const after = await ask(query);
    expect(after.excluded).toEqual({ better_source: 1 });
    expect(after.demand).toMatchObject({ rented_gpus: 190, venues: 2 });
    expect(after.shocked!.price).toBeGreaterThan(first.shocked!.price!);
    const then = await ask(`${query}&at=2026-08-07T11:30:00Z`);
    expect(then.demand).toMatchObject({ rented_gpus: 150 });
    expect((await ask("gpu=h100-sxm&as_of=2026-08-07T10:00:00Z")).demand.reason).toBe("no_reported_demand");
  });
});
