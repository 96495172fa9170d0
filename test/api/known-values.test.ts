import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Market, openMarket } from "../helpers/market.ts";

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const get = async (url: string) => {
  const reply = await market.app.inject(url);
  return { status: reply.statusCode, body: reply.json() };
};
const route = async (changes: object) => {
  const payload = { gpu: "h100", gpus: 1, hours: 1, ...changes };
  const reply = await market.app.inject({ method: "POST", url: "/v1/routes", payload });
  return { status: reply.statusCode, body: reply.json() };
};

describe("values that select", () => {
  it.each([
    ["/v1/offers?provider=nosuch", "provider", null],
    ["/v1/offers?provider=lamda", "provider", ["lambda"]],
    ["/v1/offers?source=alhpa", "source", ["alpha"]],
    ["/v1/offers?provider=alhpa", "provider", ["alpha"]],
    ["/v1/offers?region=nowhere-1", "region", null],
    ["/v1/offers?country=Germany", "country", ["DE"]],
    ["/v1/offers?country=XQ", "country", []],
    ["/v1/offers?jurisdiction=Europe", "jurisdiction", ["EU", "EEA"]],
    ["/v1/prices?gpu=h100&provider=lamda", "provider", ["lambda"]],
    ["/v1/prices?gpu=h100&region=nowhere-1", "region", null],
    ["/v1/changes?provider=vastt", "provider", ["vast"]],
    ["/v1/economics?gpu=h100&country=Germany", "country", ["DE"]],
    ["/v1/spreads?gpu=h100&kind=power&country=Germany", "country", ["DE"]],
  ])("%s is refused with what is near", async (url, field, near) => {
    const { status, body } = await get(url);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field }]);
    if (near !== null) expect((body.errors[0].allowed ?? []).slice(0, near.length || 1)).toEqual(near);
    else expect(body.errors[0].allowed.length).toBeGreaterThan(0);
    for (const name of near ?? []) expect(body.detail).toContain(name);
    const allowed: readonly string[] = body.errors[0].allowed ?? [];
    expect(new Set(allowed).size).toBe(allowed.length);
  });

  it.each([
    [{ providers: { deny: ["vastt"] } }, "providers.deny", "vast"],
    [{ providers: { allow: ["nosuch"] } }, "providers.allow", undefined],
    [{ countries: ["US", "Germany"] }, "countries", "DE"],
    [{ jurisdictions: ["Mars"] }, "jurisdictions", undefined],
    [{ regions: ["nowhere-1"] }, "regions", undefined],
    [{ interconnect: "carrier pigeon" }, "interconnect", undefined],
    [{ tier: "gold" }, "tier", "secure"],
  ])("a route with %j is refused with what is near", async (changes, field, near) => {
    const { status, body } = await route(changes);
    expect([status, body.errors[0].field]).toEqual([400, field]);
    if (near !== undefined) expect(body.errors[0].allowed).toContain(near);
  });

  it("are fine where they are known and have nothing on offer", async () => {
    expect(await get("/v1/offers?provider=lambda")).toMatchObject({ status: 200, body: { data: [] } });
    expect(await get("/v1/offers?country=jp")).toMatchObject({ status: 200, body: { data: [] } });
    expect((await get("/v1/offers?jurisdiction=eea")).status).toBe(200);
    expect((await route({ providers: { deny: ["vast", "Lambda Labs"] }, countries: ["us"] })).status).toBe(
      200,
    );
  });
});
