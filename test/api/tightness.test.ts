import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import { day, formatInstant, hour } from "../../src/domain/time.ts";
import { randomNormal, seededRandom } from "../../src/models/statistics/random.ts";
import { type Client, clientOf } from "../helpers/documented.ts";
import { type Market, offerOf, openMarket, present } from "../helpers/market.ts";
import { aPull } from "../helpers/tape.ts";

interface Part {
  readonly part: string;
  readonly now: number | null;
  readonly score: number | null;
  readonly days: number;
  readonly reason: string | null;
  readonly unit: string;
}

interface Row {
  readonly gpu: string;
  readonly region: string | null;
  readonly purchase: string;
  readonly score: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason: string | null;
  readonly unknown_share: number | null;
  readonly parts: readonly Part[];
}

interface Tightness extends Row {
  readonly history: readonly { readonly at: string; readonly score: number | null }[];
  readonly leads_price: Readonly<Record<string, unknown>> & { readonly n: number; readonly says: string };
}

const names = [
  ...["free_share", "sold_out_share", "net_new_listings"],
  ...["hours_to_disappear", "spot_discount", "launch_failures"],
];

describe("GET /v1/tightness on six hours of market", () => {
  let market: Market;
  let client: Client;
  beforeAll(async () => {
    market = await openMarket();
    client = await clientOf(market.app);
  });
  afterAll(() => market.close());
  const ask = async (query: string) => (await client.get<Tightness>(`/v1/tightness?${query}`)).data;

  it("gives the parts as they are read now, and no score without days to hold them against", async () => {
    const found = await ask("gpu=h100-sxm");
    expect(found).toMatchObject({ gpu: "h100-sxm", region: null, purchase: "on_demand", history: [] });
    expect(found).toMatchObject({ score: null, low: null, high: null, reason: "too_few_parts" });
    expect(found.parts.map(({ part }) => part)).toEqual(names);
    const [free, soldOut, , , , failures] = found.parts;
    expect(free).toMatchObject({ now: null, days: 0, reason: "no_fleet_reported", unit: "share of GPUs" });
    // alpha: 4 and one sold out, beta: 3 and one that does not tell, bazaar: 5.
    expect(soldOut).toMatchObject({ now: 1 / 13, score: null, reason: "too_few_days" });
    expect(found.unknown_share).toBeCloseTo(1 / 14, 12);
    expect(failures).toMatchObject({ now: null, reason: "no_outcomes_reported" });
    expect(found.leads_price).toMatchObject({
      ...{ value: null, se: null, low: null, high: null, n: 0, reason: "too_few" },
      ...{ p_value: null, partial_r2: null, leads: null, horizon_days: 7 },
      says: "Not known: the test needs 40 days that have a score and a price 7 days on (0 days).",
    });
  });

  it("is empty for a GPU that nobody lists, and for another region of one", async () => {
    const nothing = { score: null, reason: "too_few_parts", unknown_share: null, history: [] };
    const found = await ask("gpu=b300");
    expect(found).toMatchObject(nothing);
    expect(found.parts.every(({ now, days }) => now === null && days === 0)).toBe(true);
    expect((await ask("gpu=h100&region=eu-1")).parts[1]!.now).toBe(0);
    expect((await ask("gpu=h100&region=us-1&purchase=spot")).region).toBe("us-1");
    expect(await ask("gpu=h100&at=1970-01-01")).toMatchObject(nothing);
  });

  it.each([
    ["gpu=h1000", 404, "gpu"],
    ["gpu=", 400, "gpu"],
    ["gpu=h100&region=mars", 404, "region"],
    ["region=mars", 404, "region"],
    ["gpu=rtx-4090&region=eu-1", 404, "region"],
    ["gpu=h100&region=", 400, "region"],
    ["gpu=h100&purchase=free", 400, "purchase"],
    ["gpu=h100&history=1", 400, "history"],
    ["gpu=h100&at=2030-01-01", 400, "at"],
    ["gpu=h100&as_of=yesterday", 400, "as_of"],
  ])("%j: the problem names the field", async (query, status, field) => {
    expect((await client.refused(status, `/v1/tightness?${query}`)).errors[0]!.field).toBe(field);
  });

  it("names the regions there are", async () => {
    const { detail, errors } = await client.refused(404, "/v1/tightness?gpu=h100&region=mars");
    expect(errors[0]!.allowed).toEqual(["eu-1", "us-1"]);
    expect(detail).toBe('region: there is no region "mars" with h100; known are "eu-1", "us-1"');
  });
});

const sxm = { gpu: "h100-sxm", gpuRaw: "H100 SXM", tier: "community" } as const;
const days = 90;

/** What a marketplace shows at a tightness (0 as usual): machines with their spot price, some sold out. */
const machines = (tight: number, random: () => number): Offer[] =>
  Array.from({ length: 24 }, (_, i) => {
    const usd = 2 * Math.exp(0.02 * randomNormal(random));
    const [shown, sold] = [random(), random()];
    const availableGpus = sold < 0.2 + 0.15 * tight ? 0 : 8;
    const machine = { ...sxm, machineId: `m${i}`, availableGpus };
    if (shown > 0.85 - 0.2 * tight) return [];
    const discount = 0.5 - 0.1 * tight;
    const spot = usd * (1 - discount + 0.02 * randomNormal(random));
    return [
      offerOf("bazaar", `m${i}`, usd, machine),
      offerOf("bazaar", `m${i}`, spot, { ...machine, purchase: "spot" }),
    ];
  }).flat();

describe("GET /v1/tightness with a history", () => {
  let market: Market;
  let client: Client;
  const ask = async (query: string) => (await client.get<Tightness>(`/v1/tightness?${query}`)).data;

  const show = (at: number, offers: readonly Offer[], rentedGpus: number, recordedAt = at) => {
    const pull = aPull({ source: "bazaar", observedAt: at, recordedAt, everyMinutes: 720 });
    const fleet = { provider: "bazaar", gpu: sxm.gpu, gpuRaw: sxm.gpuRaw, region: null, totalGpus: 100 };
    return market.tape.write(pull, offers, { fleets: [{ ...fleet, rentedGpus, observedAt: at }] });
  };

  beforeAll(async () => {
    market = await openMarket({ empty: true });
    client = await clientOf(market.app);
    const random = seededRandom(1);
    let tight = 0;
    for (let at = present - days * day - 12 * hour; at <= present; at += 12 * hour) {
      tight = 0.9 * tight + 0.3 * randomNormal(random);
      if (at > present - day) tight = 2.5;
      await show(at, machines(tight, random), Math.round(60 + 10 * tight + 3 * randomNormal(random)));
    }
    await market.pull("alpha", present - hour, [offerOf("alpha", "r1", 0.4, { gpu: "rtx-4090" })]);
  }, 120_000);
  afterAll(() => market.close());

  it("says that a crunch is one, with every part and its days", async () => {
    const found = await ask("gpu=h100-sxm");
    expect(found.reason).toBeNull();
    expect(found.score).toBeGreaterThan(85);
    expect(found.low).toBeLessThanOrEqual(found.score!);
    expect(found.high).toBeGreaterThanOrEqual(found.score!);
    const known = Object.fromEntries(found.parts.map((part) => [part.part, part]));
    for (const part of ["free_share", "sold_out_share", "net_new_listings", "spot_discount"])
      expect(known[part]).toMatchObject({ days: 30, reason: null });
    expect(known.free_share!.now).toBeLessThan(0.25);
    expect(known.spot_discount!.score).toBeGreaterThan(90);
    expect(known.hours_to_disappear!.days).toBeGreaterThan(20);
    expect(await ask("gpu=h100&region=us-1")).toMatchObject({
      score: expect.any(Number) as number,
      parts: expect.arrayContaining([
        expect.objectContaining({ part: "free_share", reason: "no_fleet_reported" }),
      ]) as Part[],
    });
  });

  it("has a score for each midnight, the one that was answered then, and now", async () => {
    const { history, score } = await ask("gpu=h100-sxm");
    expect(history.at(-1)).toEqual({ at: formatInstant(present), score });
    expect(history.at(-2)!.at).toBe("2026-08-07T00:00:00Z");
    // A score needs 10 known days before it.
    expect(history).toHaveLength(days + 1 - 10 + 1);
    const then = history[30]!;
    const asked = await ask(`gpu=h100-sxm&at=${then.at}`);
    expect(asked.score).toBe(then.score);
    expect(asked.history.at(-1)).toEqual(then);
  });

  it("tests whether it leads the price and says so in a sentence", async () => {
    const { leads_price } = await ask("gpu=h100-sxm");
    expect(leads_price).toMatchObject({ reason: null, horizon_days: 7, unit: "log points a point of score" });
    expect(leads_price.n).toBeGreaterThanOrEqual(40);
    expect(leads_price.p_value).toBeGreaterThanOrEqual(0);
    expect(leads_price.says).toMatch(/^Tightness (did not lead|led) the price.* \d+ days\)\.$/);
  });

  it("ranks every GPU of the book without one, the tightest first, the unknown last", async () => {
    const { data } = await client.get<readonly Row[]>("/v1/tightness");
    expect(data.map(({ gpu }) => gpu)).toEqual(["h100", "h100-sxm", "rtx-4090"]);
    expect(data[0]!.score).toBe((await ask("gpu=h100")).score);
    expect(data[2]).toMatchObject({ score: null, reason: "too_few_parts" });
    expect(data[0]).not.toHaveProperty("history");
    const spot = await client.get<readonly Row[]>("/v1/tightness?purchase=spot&region=us-1");
    expect(spot.data.map(({ gpu }) => gpu)).toEqual(["h100", "h100-sxm"]);
  });

  it("takes what is learnt late of a day that was closed", async () => {
    const midnight = present - 7.5 * day;
    const at = formatInstant(midnight);
    const scoreThen = async (query = "") =>
      (await ask(`gpu=h100-sxm${query}`)).history.find((each) => each.at === at)!.score;
    const before = await scoreThen();
    expect(await scoreThen()).toBe(before);
    const soldOut = machines(0, seededRandom(2)).map((offer) => ({ ...offer, availableGpus: 0 }));
    await show(midnight, soldOut, 100, present);
    const after = await scoreThen();
    expect(after).not.toBe(before);
    expect(await scoreThen(`&as_of=${formatInstant(present - hour)}`)).toBe(before);
  });
});
