import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { day, formatInstant, hour } from "../../src/domain/time.ts";
import { randomNormal, seededRandom } from "../../src/models/statistics/random.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";
import { writePast } from "../helpers/past.ts";

const h100 = { gpu: "h100-sxm", gpuRaw: "H100 SXM" } as const;
const midnight = Date.UTC(2026, 7, 7);
const volatility = 0.1;

/** Four providers with three machines each about a price. */
const cellAt = (usd: number, changes: Partial<Offer> = {}): Offer[] =>
  ["p1", "p2", "p3", "p4"].flatMap((provider, i) =>
    [0, 1, 2].map((j) =>
      offerOf("alpha", `${provider}-${j}`, usd * (1 + (i - 1.5) / 100), { ...h100, provider, ...changes }),
    ),
  );

/** A market whose index walked for so many days, seen each midnight, and stands at about 2.00 since an hour. */
const walkedMarket = async (days: number, offers = cellAt): Promise<Market> => {
  const market = await openMarket({ empty: true });
  const random = seededRandom(5);
  const prices = [2];
  for (let i = 1; i <= days; i++)
    prices.push(prices[i - 1]! * Math.exp((volatility / Math.sqrt(730 / 24)) * randomNormal(random)));
  const past = Array.from({ length: days }, (_, i) => ({
    pull: { source: "alpha", observedAt: midnight - (days - i) * day, everyMinutes: 60 },
    offers: offers(prices[days - i]!),
  }));
  await writePast(market.tape.database, market.tape.catalog, past);
  await market.pull("alpha", present - hour, offers(2));
  return market;
};

interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly reason: string | null;
}
interface Commitment {
  readonly npv: Estimate;
  readonly decision: string | null;
  readonly p_undercut: number;
  readonly break_even: { readonly usd_per_gpu_hour: number | null; readonly utilisation: number };
  readonly effective_usd_per_gpu_hour: number;
  readonly low_outcome_usd: number;
  readonly high_outcome_usd: number;
  readonly critical_ratio: number;
  readonly spot: {
    readonly at: string;
    readonly usd_per_gpu_hour: number;
    readonly series: string;
    readonly days: number;
    readonly drift_per_month: Estimate;
    readonly volatility_per_month: Estimate;
    readonly volatility_used: number;
    readonly reason: string | null;
    readonly [field: string]: unknown;
  };
  readonly why: readonly string[];
}

const terms = { gpu: "h100-sxm", gpus: 8, months: 12, usd_per_gpu_hour: 1.6 } as const;
const url = "/v1/commitments";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await walkedMarket(71);
  client = await clientOf(market.app);
});
afterAll(() => market.close());

const commit = async (changes: object = {}, asked = client) =>
  (await asked.post<Commitment>(url, { ...terms, ...changes })).data;

describe("POST /v1/commitments", () => {
  it("starts from the index now and moves as its history did", async () => {
    const { spot } = await commit();
    expect(spot).toMatchObject({
      purchase: "on_demand",
      at: "2026-08-07T12:00:00Z",
      series: "index",
      days: 71,
      paths: 5000,
      reason: null,
    });
    expect(spot.usd_per_gpu_hour).toBeCloseTo(2, 1);
    const { low, high, n } = spot.volatility_per_month;
    expect(n).toBe(10);
    expect(low).toBeLessThan(volatility);
    expect(high).toBeGreaterThan(volatility);
    expect(spot.drift_per_month.low).toBeLessThan(0);
    expect(spot.drift_per_month.high).toBeGreaterThan(0);
  });

  it("commits far below, waits far above, and says when it is close", async () => {
    const cheap = await commit({ usd_per_gpu_hour: 0.5 });
    expect(cheap).toMatchObject({ decision: "commit" });
    expect(cheap.p_undercut).toBeLessThan(0.01);
    expect(cheap.npv.low).toBeGreaterThan(0);
    expect(cheap.critical_ratio).toBeGreaterThan(0.6);
    expect(cheap.why.at(-1)).toMatch(/^Commit: the contract is worth \$\d/);
    const dear = await commit({ usd_per_gpu_hour: 8 });
    expect(dear).toMatchObject({ decision: "wait", critical_ratio: 0 });
    expect(dear.p_undercut).toBeGreaterThan(0.99);
    expect(dear.high_outcome_usd).toBeLessThan(0);
    expect(dear.why.at(-1)).toMatch(/^Wait: the contract is worth -\$\d/);
    const near = await commit({ usd_per_gpu_hour: 1.95 });
    expect(near.decision).toBe("close");
    expect(near.why.at(-1)).toMatch(/^Close/);
  });

  it("counts upfront payment at the cost of capital, and hours that are not used", async () => {
    const paid = await commit({ months: 36, usd_per_gpu_hour: 2, upfront_share: 0.25 });
    expect(paid.effective_usd_per_gpu_hour).toBeCloseTo(2.0978575766313208, 12);
    expect(paid.why.join(" ")).toContain("25 % paid at the start makes $2.00 cost like $2.10");
    const free = await commit({ months: 36, usd_per_gpu_hour: 2, upfront_share: 0.25, rate: 0 });
    expect(free.effective_usd_per_gpu_hour).toBeCloseTo(2, 12);
    const half = await commit({ utilisation: 0.5 });
    expect(half.break_even.usd_per_gpu_hour).toBeCloseTo(3.2, 12);
    expect(half.npv.value).toBeLessThan((await commit()).npv.value!);
    expect(half.why.join(" ")).toContain("With 50 % of the hours used, an hour used costs $3.20");
    expect((await commit({ utilisation: 0 })).break_even.usd_per_gpu_hour).toBeNull();
  });

  it("grows with the number of GPUs, and its seed decides it", async () => {
    const [one, two] = [await commit(), await commit({ gpus: 16 })];
    expect(two.npv.value).toBeCloseTo(2 * one.npv.value!, 6);
    expect(two.p_undercut).toBe(one.p_undercut);
    expect(await commit()).toEqual(one);
    const other = await commit({ seed: 2 });
    expect(other.npv).toEqual(one.npv);
    expect(other.high_outcome_usd).not.toBe(one.high_outcome_usd);
  });

  it("tells in plain words what it rests on", async () => {
    const { why } = await commit();
    expect(why[0]).toMatch(/^The on-demand index is \$\d\.\d\d per GPU-hour now\.$/);
    expect(why[1]).toMatch(/^Over 10 weekly changes on 71 days from 2026-05-28 the daily index moved/);
    expect(why.join(" ")).not.toMatch(/NaN|undefined|null/);
  });

  it("finds no seller in a family more than in its cards", async () => {
    expect((await commit({ gpu: "h100" })).spot.usd_per_gpu_hour).toBe(
      (await commit()).spot.usd_per_gpu_hour,
    );
  });
});

describe("where the tape knows too little", () => {
  it("gives numbers from what is usual, and no decision, after a short history", async () => {
    const young = await walkedMarket(30);
    const asked = await clientOf(young.app);
    const answer = await commit({ usd_per_gpu_hour: 0.5 }, asked);
    expect(answer).toMatchObject({
      decision: null,
      spot: {
        growth_used: 0,
        growth_error_used: 0.03,
        volatility_used: 0.09,
        reason: "too_few_changes",
        volatility_per_month: { value: null, n: 4, reason: "too_few_changes" },
      },
    });
    expect(answer.npv.value).toBeGreaterThan(0);
    expect(answer.p_undercut).toBeLessThan(0.01);
    expect(answer.why.join(" ")).toContain("4 weekly changes of the price, and 8 are needed");
    expect(answer.why.at(-1)).toMatch(/^No decision/);
    await young.close();
  });

  it("takes the last index of seven days with its date, and none that is older", async () => {
    market.setNow(present + 5 * day);
    const answer = await commit();
    expect(answer.spot.at).toBe("2026-08-07T11:00:00Z");
    expect(answer.why[0]).toMatch(
      /^There is no on-demand index now; its last value is \$2\.00 .* 2026-08-07T11:00:00Z/,
    );
    market.setNow(present + 7 * day);
    const problem = await client.refused(422, { method: "POST", url, payload: terms });
    expect(problem).toMatchObject({ code: "impossible", details: { reason: "no_price" } });
    expect(problem.errors[0]!.field).toBe("gpu");
    market.setNow(present);
  });

  it("reads the walk off the median offer where the index was seldom published", async () => {
    let seen = 0;
    const thin = await walkedMarket(64, (usd) => (++seen < 55 ? cellAt(usd).slice(0, 4) : cellAt(usd)));
    const { spot, why } = await commit({}, await clientOf(thin.app));
    expect(spot).toMatchObject({ series: "median", days: 64, volatility_per_month: { n: 9 } });
    expect(why[1]).toContain("median offer");
    await thin.close();
  });

  it.each(["b200", "rtx-4090"])("has nothing to hold %s against", async (gpu) => {
    const problem = await client.refused(422, { method: "POST", url, payload: { ...terms, gpu } });
    expect(problem).toMatchObject({ code: "impossible", details: { reason: "no_price" } });
    expect(problem.detail).toContain(gpu);
  });

  it("holds it against the price that the request says", async () => {
    const said = { gpu: "b200", usd_per_gpu_hour: 3, market_usd_per_gpu_hour: 5 };
    const answer = await commit(said);
    expect(answer.spot).toMatchObject({ at: formatInstant(present), usd_per_gpu_hour: 5 });
    expect(answer.why[0]).toBe("You say that the same hours cost $5.00 per GPU-hour on the market now.");
    expect(answer.p_undercut).toBeLessThan(0.1);
    const bad = { ...terms, market_usd_per_gpu_hour: 0 };
    const problem = await client.refused(400, { method: "POST", url, payload: bad });
    expect(problem.errors[0]!.field).toBe("market_usd_per_gpu_hour");
  });

  it("nor spot, where nobody sells it so", async () => {
    await client.refused(422, { method: "POST", url, payload: { ...terms, purchase: "spot" } });
  });
});

describe("bad input", () => {
  it.each([
    [{ gpu: undefined }, "gpu"],
    [{ gpu: "" }, "gpu"],
    [{ gpus: undefined }, "gpus"],
    [{ gpus: 0 }, "gpus"],
    [{ gpus: 1.5 }, "gpus"],
    [{ months: undefined }, "months"],
    [{ months: 0 }, "months"],
    [{ months: 12.5 }, "months"],
    [{ months: 121 }, "months"],
    [{ usd_per_gpu_hour: undefined }, "usd_per_gpu_hour"],
    [{ usd_per_gpu_hour: 0 }, "usd_per_gpu_hour"],
    [{ usd_per_gpu_hour: "cheap" }, "usd_per_gpu_hour"],
    [{ upfront_share: 1.1 }, "upfront_share"],
    [{ upfront_share: -0.1 }, "upfront_share"],
    [{ rate: -0.1 }, "rate"],
    [{ rate: 11 }, "rate"],
    [{ utilisation: 1.1 }, "utilisation"],
    [{ utilisation: -1 }, "utilisation"],
    [{ purchase: "reserved" }, "purchase"],
    [{ seed: -1 }, "seed"],
    [{ seed: 0.5 }, "seed"],
    [{ at: "2026-08-07" }, "at"],
  ])("refuses %j", async (changes, field) => {
    const problem = await client.refused(400, { method: "POST", url, payload: { ...terms, ...changes } });
    expect(problem.errors.map((each) => each.field)).toContain(field);
  });

  it("knows no such GPU", async () => {
    const problem = await client.refused(404, { method: "POST", url, payload: { ...terms, gpu: "h1000" } });
    expect(problem.errors[0]!.field).toBe("gpu");
  });
});
