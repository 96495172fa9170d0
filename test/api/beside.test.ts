import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fleet } from "../../src/domain/fleet.ts";
import { minute } from "../../src/domain/time.ts";
import type { TokenPrice } from "../../src/domain/token-price.ts";
import { type Market, openMarket, present } from "../helpers/market.ts";
import { aPull } from "../helpers/tape.ts";

const token = (changes: Partial<TokenPrice> = {}): TokenPrice => ({
  model: "acme/open-1",
  host: "FastHost",
  endpoint: "fasthost/fp8",
  quantization: "fp8",
  contextTokens: 131_072,
  usdPerMillionInput: 0.15,
  usdPerMillionOutput: 0.6,
  usdPerMillionCachedInput: null,
  discount: 0.25,
  tokensPerSecond: 55,
  firstTokenMs: 1781,
  uptime: 0.995,
  serving: true,
  observedAt: present,
  ...changes,
});

const fleet = (changes: Partial<Fleet> = {}): Fleet => ({
  provider: "ionet",
  gpuRaw: "H100 80GB HBM3",
  gpu: "h100-sxm",
  region: null,
  totalGpus: 512,
  rentedGpus: 384,
  observedAt: present,
  ...changes,
});

let market: Market;
const at = (minutes: number) => present - minutes * minute;
const count = async (table: string): Promise<number> => {
  const reader = await market.tape.database.reader.runAndReadAll(`select count(*)::integer from ${table}`);
  return Number(reader.getRows()[0]![0]);
};

beforeAll(async () => {
  market = await openMarket();
  const pull = (
    minutes: number,
    tokens: TokenPrice[],
    fleets: Fleet[],
    status: "complete" | "partial" = "complete",
  ) =>
    market.tape.write(aPull({ source: "tokens", observedAt: at(minutes), status, blindScopes: [] }), [], {
      tokens,
      fleets,
    });
  const slow = token({ host: "SlowHost", endpoint: "slow", usdPerMillionOutput: 0.4 });
  await pull(50, [token(), slow], [fleet()]);
  await pull(40, [token(), slow], [fleet()]);
  await pull(30, [token({ usdPerMillionOutput: 0.5 }), slow], [fleet({ rentedGpus: 512 })]);
  await pull(20, [token({ usdPerMillionOutput: 0.5 })], [], "partial");
  await pull(10, [token({ usdPerMillionOutput: 0.5 })], []);
});
afterAll(() => market.close());

describe("/v1/tokens", () => {
  it("gives the last word on each endpoint, by model and price", async () => {
    const { data } = JSON.parse((await market.app.inject("/v1/tokens?model=OPEN-1")).body);
    expect(data).toMatchObject([
      { host: "SlowHost", serving: false, usd_per_million_output: 0.4 },
      { host: "FastHost", serving: true, usd_per_million_output: 0.5, first_token_ms: 1781, uptime: 0.995 },
    ]);
  });

  it("knows what was known then, and writes a row for a change alone", async () => {
    const then = new Date(at(35)).toISOString();
    const { data } = JSON.parse((await market.app.inject(`/v1/tokens?at=${then}`)).body);
    expect(data).toMatchObject([{ serving: true }, { usd_per_million_output: 0.6 }]);
    expect(await count("token_prices")).toBe(4);
  });

  it("has nothing for a model that nobody serves, and refuses a strange limit", async () => {
    expect(JSON.parse((await market.app.inject("/v1/tokens?model=nobody")).body).data).toEqual([]);
    expect((await market.app.inject("/v1/tokens?limit=0")).statusCode).toBe(400);
  });
});

describe("/v1/fleets", () => {
  it("gives GPUs in all, those rented, and since when", async () => {
    const { data } = JSON.parse((await market.app.inject("/v1/fleets?gpu=h100")).body);
    expect(data).toMatchObject([{ gpu: "h100-sxm", total_gpus: 512, rented_gpus: 512, utilisation: 1 }]);
    expect(Date.parse(data[0].since)).toBe(at(30));
    expect(await count("fleets")).toBe(2);
    expect(JSON.parse((await market.app.inject("/v1/fleets?gpu=l4")).body).data).toEqual([]);
  });
});
