import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hour, minute } from "../../src/domain/time.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";

let market: Market;
let client: Client;
beforeAll(async () => {
  market = await openMarket();
  client = await clientOf(market.app);
});
afterAll(() => market.close());

interface Leg {
  readonly listing_id: string;
  readonly provider: string;
  readonly source: string;
  readonly gpu: string;
  readonly tier: string | null;
  readonly gpus: number;
  readonly usd_per_gpu_hour: number;
  readonly usd_per_hour: number;
}
interface Quote {
  readonly quote_id: string;
  readonly stored: boolean;
  readonly legs: readonly Leg[];
  readonly vwap_usd_per_gpu_hour: number;
  readonly usd_per_hour: number;
  readonly total_usd: number;
  readonly considered: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}
interface Found {
  readonly request: object;
  readonly answer: object;
  readonly replay?: object;
  readonly answered_at: string;
}
const quote = async (body: object) => (await client.post<Quote>("/v1/quotes", body)).data;
const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);

describe("POST /v1/quotes", () => {
  it("shows 8 GPUs at 10.24 as 1.28 per GPU and 10.24 in total", async () => {
    const answer = await quote({ gpu: "a100-sxm-80gb", gpus: 8, hours: 1 });
    expect(answer).toMatchObject({
      side: "buy",
      gpu: "a100-sxm-80gb",
      purchase: "on_demand",
      gpus: 8,
      gpus_rented: 8,
      vwap_usd_per_gpu_hour: 1.28,
      usd_per_hour: 10.24,
      total_usd: 10.24,
      slippage_bps: 0,
      executable: true,
      stored: true,
      legs: [{ provider: "alpha", gpus: 8, usd_per_gpu_hour: 1.28, usd_per_hour: 10.24 }],
    });
    expect((await quote({ gpu: "a100-sxm-80gb", gpus: 8, hours: 2.5 })).total_usd).toBeCloseTo(25.6, 9);
  });

  it("never shows the community price to who asks for secure", async () => {
    const cheap = await quote({ gpu: "h100-sxm", gpus: 4, hours: 1 });
    expect(cheap.legs.map(({ tier }) => tier)).toEqual(["community"]);
    const secure = await quote({ gpu: "h100-sxm", gpus: 4, hours: 1, tier: "secure" });
    expect(secure.legs.map(({ tier, usd_per_gpu_hour }) => [tier, usd_per_gpu_hour])).toEqual([
      ["secure", 1.95],
    ]);
    expect(secure.excluded).toMatchObject({ tier: 3 });
    const both = await quote({ gpu: "h100-sxm", gpus: 16, hours: 1, tier: "secure" });
    expect(both.legs.every(({ tier }) => tier === "secure")).toBe(true);
    expect(both.usd_per_hour).toBeCloseTo(8 * 1.95 + 8 * 2.4, 9);
  });

  it("adds up: legs to the sum, left-out and considered offers to the book", async () => {
    const answer = await quote({ gpu: "h100", gpus: 30, hours: 7 });
    const sum = answer.legs.reduce((usd, leg) => usd + leg.usd_per_hour, 0);
    expect(answer.usd_per_hour).toBeCloseTo(sum, 9);
    expect(answer.total_usd).toBeCloseTo(sum * 7, 6);
    expect(answer.vwap_usd_per_gpu_hour).toBeCloseTo(sum / 30, 9);
    expect(total(answer.excluded) + answer.considered).toBe(market.tape.book().offers.length);
    expect(answer.legs.every(({ source }) => source !== "stats")).toBe(true);
  });

  it("says how old its oldest price is and takes only what can be ordered when told so", async () => {
    const answer = await client.post<Quote>("/v1/quotes", { gpu: "h100-sxm", gpus: 8, hours: 1 });
    expect(answer.meta.data_age_s).toBe(answer.data.worst_age_s);
    const firm = await quote({ gpu: "h100-sxm", gpus: 40, hours: 1, executable_only: true });
    expect(firm.executable).toBe(true);
    expect(firm.legs.every(({ source }) => ["alpha", "beta", "bazaar"].includes(source))).toBe(true);
  });

  it.each([
    [{ gpu: "rtx-4090", gpus: 1000, hours: 1 }, "insufficient_supply"],
    [{ gpu: "h100-sxm", gpus: 8, hours: 1, max_usd_per_gpu_hour: 0.1 }, "insufficient_supply"],
    [{ gpu: "b200", gpus: 1, hours: 1 }, "insufficient_supply"],
    [{ gpu: "a100-sxm-80gb", gpus: 1, hours: 1, max_usd_per_gpu_hour: 1.5 }, "max_usd_per_gpu_hour"],
  ])("says why it cannot: %j", async (payload, reason) => {
    const problem = await client.refused(422, { method: "POST", url: "/v1/quotes", payload });
    expect(problem).toMatchObject({ code: "impossible", details: { reason } });
    expect(problem.details!.available_gpus).toEqual(expect.any(Number));
  });

  it.each([
    [{}, "gpu"],
    [{ gpu: "h100", gpus: 0, hours: 1 }, "gpus"],
    [{ gpu: "h100", gpus: 1.5, hours: 1 }, "gpus"],
    [{ gpu: "h100", gpus: 1, hours: 0 }, "hours"],
    [{ gpu: "h100", gpus: 1, hours: 1, side: "sell" }, "side"],
    [{ gpu: "h100", gpus: 1, hours: 1, at: "2026-08-07" }, "at"],
    [{ gpu: "h100", gpus: 1, hours: 1, purchase: "lease" }, "purchase"],
  ])("refuses %j", async (payload, field) => {
    const problem = await client.refused(400, { method: "POST", url: "/v1/quotes", payload });
    expect(problem.errors.map((each) => each.field)).toContain(field);
  });

  it("knows no such GPU", async () => {
    const payload = { gpu: "h1000", gpus: 1, hours: 1 };
    await client.refused(404, { method: "POST", url: "/v1/quotes", payload });
  });
});

describe("GET /v1/quotes/:id", () => {
  it("says when the journal is full and the answer goes out all the same", async () => {
    const busy = await openMarket();
    const asked = await clientOf(busy.app);
    const entry = { kind: "quote", answeredAt: present, bookVersion: 1, request: {}, answer: {} } as const;
    for (let i = 0; busy.journal.keep({ ...entry, id: `q_${i}` }); i++);
    const { data } = await asked.post<Quote>("/v1/quotes", { gpu: "a100-sxm-80gb", gpus: 8, hours: 1 });
    expect(data).toMatchObject({ total_usd: 10.24, stored: false });
    await asked.refused(404, `/v1/quotes/${data.quote_id}`);
    await busy.close();
  });

  it("gives what was quoted, and replays it to the same numbers after the book has moved", async () => {
    const moving = await openMarket();
    const asked = await clientOf(moving.app);
    moving.setNow(present + 1234);
    const body = { gpu: "h100", gpus: 20, hours: 3 };
    const { data } = await asked.post<Quote>("/v1/quotes", body);
    moving.setNow(present + hour);
    await moving.pull("alpha", present + 30 * minute, [offerOf("alpha", "a0", 0.5)]);
    // Learnt later of a time before the quote: it could not have known.
    const corrected = { recordedAt: present + 40 * minute };
    await moving.pull("alpha", present - 2 * minute, [offerOf("alpha", "a0", 0.25)], corrected);
    for (const flushed of [false, true]) {
      if (flushed) await moving.journal.flush();
      const found = (await asked.get<Found>(`/v1/quotes/${data.quote_id}?replay=true`)).data;
      expect(found.request).toEqual(body);
      expect(data).toMatchObject(found.answer);
      expect(found.replay).toMatchObject({
        total_usd: data.total_usd,
        legs: data.legs,
        excluded: data.excluded,
      });
      expect(found.answer).toMatchObject(found.replay!);
    }
    expect((await asked.get<Found>(`/v1/quotes/${data.quote_id}`)).data.replay).toBeUndefined();
    const now = (await asked.post<Quote>("/v1/quotes", body)).data;
    expect(now.total_usd).not.toBe(data.total_usd);
    await moving.close();
  });

  it("does not find what was never quoted", async () => {
    await client.refused(404, "/v1/quotes/q_nothing");
    const route = await client.post<{ route_id: string }>("/v1/routes", { gpu: "h100", gpus: 1, hours: 1 });
    await client.refused(404, `/v1/quotes/${route.data.route_id}`);
    await client.refused(400, "/v1/quotes/q_nothing?replay=perhaps");
  });
});

interface Plan {
  readonly gpu: string;
  readonly purchase: string;
  readonly legs: readonly Leg[];
  readonly expected_usd: number;
  readonly cost_lines: readonly { usd: number }[];
}
interface Route {
  readonly route_id: string;
  readonly stored: boolean;
  readonly routed_at: string;
  readonly plans: readonly Plan[];
  readonly excluded: Readonly<Record<string, number>>;
  readonly considered: number;
}
const route = async (body: object) => (await client.post<Route>("/v1/routes", body)).data;
const job = { gpus: 8, hours: 10 };

describe("POST /v1/routes", () => {
  it("gives up to k plans, the cheapest first, whose lines add up", async () => {
    const { plans } = await route({ ...job, gpu: "h100" });
    expect(plans).toHaveLength(3);
    const costs = plans.map((plan) => plan.expected_usd);
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
    for (const plan of plans) {
      expect(plan.cost_lines.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(plan.expected_usd, 9);
      expect(new Set(plan.legs.map(({ gpu }) => gpu))).toEqual(new Set([plan.gpu]));
    }
    expect((await route({ ...job, gpu: "h100", k: 1 })).plans).toEqual(plans.slice(0, 1));
  });

  it("counts what it left out, so that nothing of the book is lost", async () => {
    for (const more of [{}, { tier: "secure" }, { interruptible: true }, { countries: ["fr"] }]) {
      const { excluded, considered } = await route({ ...job, gpu: "h100-sxm", ...more });
      expect(total(excluded) + considered).toBe(market.tape.book().offers.length);
    }
  });

  it.each<[string, object, (plan: Plan) => boolean]>([
    ["countries", { countries: ["fr"] }, ({ legs }) => legs.every((leg) => leg.provider === "beta")],
    ["jurisdictions", { jurisdictions: ["EU"] }, ({ legs }) => legs.every((leg) => leg.provider === "beta")],
    ["regions", { regions: ["eu-1"] }, ({ legs }) => legs.every((leg) => leg.provider === "beta")],
    ["tier", { tier: "secure" }, ({ legs }) => legs.every((leg) => leg.tier === "secure")],
    [
      "allowed providers, by a former name too",
      { providers: { allow: ["Alpha"] } },
      ({ legs }) => legs.every((leg) => leg.provider === "alpha"),
    ],
    [
      "denied providers",
      { providers: { deny: ["bazaar", "alpha"] } },
      ({ legs }) => !legs.some((leg) => ["bazaar", "alpha"].includes(leg.provider)),
    ],
    ["reliability", { min_reliability: 0.99 }, ({ legs }) => legs.every((leg) => leg.provider === "bazaar")],
    ["interconnect", { interconnect: "infiniband" }, ({ expected_usd }) => expected_usd === 2.4 * 80],
    [
      "a price cap",
      { max_usd_per_gpu_hour: 2.01 },
      ({ legs }) => legs.every((leg) => leg.usd_per_gpu_hour <= 2.01),
    ],
    ["a budget", { max_total_usd: 161 }, ({ expected_usd }) => expected_usd <= 161],
    [
      "one provider",
      { single_provider: true },
      ({ legs }) => new Set(legs.map((leg) => leg.provider)).size === 1,
    ],
    ["a share", { max_provider_share: 0.5 }, ({ legs }) => new Set(legs.map((leg) => leg.provider)).size > 1],
    ["no spot unless interruptible", {}, ({ purchase }) => purchase === "on_demand"],
  ])("keeps %s", async (_what, more, test) => {
    const { plans } = await route({ ...job, gpu: "h100-sxm", ...more });
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) expect(test(plan)).toBe(true);
  });

  it("takes spot where the job may be interrupted", async () => {
    const { plans } = await route({ ...job, gpu: "h100-sxm", interruptible: true });
    expect(plans[0]).toMatchObject({ purchase: "spot", expected_usd: 0.9 * 80 });
  });

  it("takes several GPUs, a family, or any with enough memory and rate", async () => {
    const gpusOf = async (more: object) =>
      new Set((await route({ ...job, k: 20, ...more })).plans.map(({ gpu }) => gpu));
    expect(await gpusOf({ any_of: ["h100-sxm", "A100 SXM 80GB"] })).toEqual(
      new Set(["h100-sxm", "a100-sxm-80gb"]),
    );
    expect(await gpusOf({ min: { vram_gib: 40, fp16_tflops: 900 } })).toEqual(new Set(["h100-sxm"]));
    expect((await gpusOf({ gpu: "h100" })).has("h100-sxm")).toBe(true);
  });

  it("gives the same answer to the same question", async () => {
    const ask = async () => {
      const { route_id: _, ...rest } = await route({ ...job, gpu: "h100", interruptible: true, k: 20 });
      return rest;
    };
    expect(await ask()).toEqual(await ask());
  });

  it("names the constraints to give up where nothing is feasible", async () => {
    const payload = { ...job, gpu: "h100-sxm", countries: ["JP"] };
    const problem = await client.refused(422, { method: "POST", url: "/v1/routes", payload });
    expect(problem.details!.constraints).toEqual(["countries"]);
    expect(problem.detail).toContain("countries");
    const two = { ...payload, max_usd_per_gpu_hour: 0.01 };
    const both = await client.refused(422, { method: "POST", url: "/v1/routes", payload: two });
    expect(both.details!.constraints).toEqual([]);
  });

  it.each([
    [{ ...job }, "gpu"],
    [{ ...job, gpu: "h100", any_of: ["h100"] }, "gpu"],
    [{ ...job, gpu: "h100", k: 21 }, "k"],
    [{ ...job, gpu: "h100", max_provider_share: 0 }, "max_provider_share"],
    [{ ...job, min: {} }, "min"],
    [{ ...job, gpu: "h100", near: { lat: 1, lon: 1 } }, "near"],
    [{ hours: 1, gpu: "h100" }, "gpus"],
  ])("refuses %j", async (payload, field) => {
    const problem = await client.refused(400, { method: "POST", url: "/v1/routes", payload });
    expect(problem.errors.map((each) => each.field)).toContain(field);
  });

  it("knows no such GPU", async () => {
    const payload = { ...job, gpu: "h1000" };
    expect((await client.refused(404, { method: "POST", url: "/v1/routes", payload })).detail).toMatch(
      /h100/,
    );
  });
});

describe("GET /v1/routes/:id", () => {
  it("gives what was recommended, and replays it", async () => {
    const body = { ...job, gpu: "h100", providers: { deny: ["Alpha"] } };
    const data = await route(body);
    const found = (await client.get<Found>(`/v1/routes/${data.route_id}?replay=true`)).data;
    expect(found.request).toEqual(body);
    expect(found.answered_at).toBe(data.routed_at);
    expect(found.answer).toMatchObject({ plans: data.plans, excluded: data.excluded });
    expect(found.answer).toMatchObject(found.replay!);
    await client.refused(404, "/v1/routes/r_nothing");
  });
});
