import { expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { verda } from "../../src/sources/verda.ts";
import { at, fetchFixture, payloadsOf } from "./fixture.ts";

const withKeys = payloadsOf("verda");
const keyless = withKeys.filter(({ name }) => name === "types");

test("a type is offered where it is available, with the number of its GPUs as a floor", () => {
  const { offers } = verda.parse(withKeys, at);
  const eight = offers.filter((offer) => offer.offerId === "8H100.80S.176V");
  const shared = {
    provider: "verda",
    offerId: "8H100.80S.176V",
    instanceType: "8H100.80S.176V",
    gpuRaw: "H100 SXM5 80GB",
    vramGib: 80,
    gpuCount: 8,
    machineShare: null,
    unitRaw: "per instance-hour",
    currency: "USD",
    includes: { cpuCores: 176, ramGib: 1480, diskGib: null },
  };
  expect(eight).toEqual([
    {
      ...shared,
      purchase: "on_demand",
      priceRaw: 31.6,
      pricePerGpuHour: 3.95,
      region: "ICE-01",
      country: "IS",
      availableGpus: 8,
      availableIs: "floor",
    },
    {
      ...shared,
      purchase: "spot",
      priceRaw: 13.6,
      pricePerGpuHour: 1.7,
      availableGpus: 0,
      availableIs: "exact",
    },
  ]);
  const one = offers.filter((offer) => offer.offerId === "1H100.80S.30V");
  expect(one.map((offer) => [offer.purchase, offer.region, offer.country])).toEqual([
    ["on_demand", "FIN-01", "FI"],
    ["on_demand", "ICE-01", "IS"],
    ["spot", "FIN-01", "FI"],
  ]);
});

test("without keys the prices stand without place and number; spot price 0 is no spot; CPU types are left out", () => {
  const { offers, rejects, completeness } = verda.parse(keyless, at);
  expect(offers.map((offer) => [offer.offerId, offer.purchase, offer.pricePerGpuHour])).toEqual([
    ["1H100.80S.30V", "on_demand", 3.95],
    ["1H100.80S.30V", "spot", 1.7],
    ["8H100.80S.176V", "on_demand", 3.95],
    ["8H100.80S.176V", "spot", 1.7],
    ["2A6000.20V", "on_demand", 0.99],
    ["4L40S.80V", "on_demand", 1.15],
    ["4L40S.80V", "spot", 0.46],
  ]);
  for (const offer of offers) {
    expect([offer.region ?? null, offer.availableGpus ?? null, offer.availableIs ?? null]).toEqual([
      null,
      null,
      null,
    ]);
  }
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price"]);
  expect(completeness.state).toBe("complete");
});

test("asks for prices alone without keys, and keeps the token out of what is archived", async () => {
  const without = await fetchFixture(verda, { keys: {} });
  expect(without.requests.map(({ name }) => name)).toEqual(["types"]);
  const { requests, payloads } = await fetchFixture(verda);
  expect(requests[1]?.json).toEqual({
    grant_type: "client_credentials",
    client_id: "someone",
    client_secret: "something",
  });
  expect(requests.slice(2).map((request) => request.headers?.authorization)).toEqual(
    Array(3).fill("Bearer not-a-secret"),
  );
  expect(JSON.stringify(payloads)).not.toContain("not-a-secret");
});

test("keys that are refused leave list prices and a partial pull", async () => {
  const fail = ({ name }: { name: string }) =>
    name === "token"
      ? new AppError("upstream_failed", "token answered 401", { details: { status: 401 } })
      : null;
  const { payloads } = await fetchFixture(verda, { fail });
  const { offers, completeness } = verda.parse(payloads, at);
  expect(offers).toHaveLength(7);
  expect(completeness).toEqual({ state: "partial", note: "no answer for a part of it", blindScopes: "*" });
});
