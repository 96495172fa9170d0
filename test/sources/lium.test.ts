import { expect, test } from "vitest";
import { lium } from "../../src/sources/lium.ts";
import { at, payloadsOf } from "./fixture.ts";

const payloads = payloadsOf("lium");
const { offers, rejects } = lium.parse(payloads, at);

test("a node is a machine with its free GPUs and the least number one can rent", () => {
  expect(offers[0]).toEqual({
    provider: "lium",
    offerId: "node-a",
    machineId: "node-a",
    gpuRaw: "H200",
    vramGib: 140,
    gpuCount: 8,
    minGpus: 1,
    machineShare: 1,
    purchase: "on_demand",
    tier: "secure",
    priceRaw: 3.99,
    unitRaw: "USD per GPU-hour",
    currency: "USD",
    pricePerGpuHour: 3.99,
    includes: { cpuCores: 192, ramGib: 2015, diskGib: 3575 },
    region: "MS",
    zone: "Jackson",
    country: "US",
    availableGpus: 5,
    availableIs: "exact",
    observedAt: Date.parse("2026-09-10T07:37:02.247Z"),
    sourceUrl: "https://lium.io/browse-pods/node-a",
  });
});

test("the spot tier is a way to buy, not a kind of host", () => {
  expect(offers[1]).toMatchObject({ purchase: "spot", tier: null, country: "US", region: null });
});

test("unknown names are kept, without a least number a node is sold whole, more free than there are is rejected", () => {
  expect(offers[2]).toMatchObject({ minGpus: 8, country: null });
  expect(offers.map((offer) => offer.gpuRaw)).toContain("Experimental 9000");
  expect(rejects).toEqual([{ reason: "bad_gpu_count", raw: expect.stringContaining("node-f") }]);
});

test("fewer nodes than the feed counts are a cut answer", () => {
  const body = JSON.stringify({ ...(JSON.parse(payloads[0]!.body) as object), count: 90 });
  expect(lium.parse([{ ...payloads[0]!, body }], at).completeness).toMatchObject({
    state: "truncated",
    blindScopes: "*",
  });
});

test("a feed from the future counts as seen now", () => {
  const body = payloads[0]!.body.replace("2026-09-10", "2036-09-10");
  expect(lium.parse([{ ...payloads[0]!, body }], at).offers[0]?.observedAt).toBe(at);
});
