import { expect, test } from "vitest";
import { runpod } from "../../src/sources/runpod.ts";
import { at, fetchFixture, payload, payloadsOf } from "./fixture.ts";

test("secure and community are two series; spot only below list; 0 and null are not offered", () => {
  const { offers, rejects } = runpod.parse(payloadsOf("runpod"), at);
  expect(offers[0]).toEqual({
    provider: "runpod",
    offerId: "NVIDIA GeForce RTX 4090",
    instanceType: "NVIDIA GeForce RTX 4090",
    gpuRaw: "RTX 4090",
    vramGib: 24,
    gpuCount: 1,
    purchase: "on_demand",
    tier: "secure",
    priceRaw: 0.69,
    unitRaw: "USD per GPU-hour",
    currency: "USD",
    pricePerGpuHour: 0.69,
    availableGpus: null,
  });
  expect(offers.map((offer) => [offer.gpuRaw, offer.tier, offer.purchase, offer.pricePerGpuHour])).toEqual([
    ["RTX 4090", "secure", "on_demand", 0.69],
    ["RTX 4090", "community", "on_demand", 0.34],
    ["RTX 4090", "community", "spot", 0.21],
    ["H100 SXM", "secure", "on_demand", 2.69],
    ["MI300X", "secure", "on_demand", 2.39],
    ["L40S", "community", "on_demand", 0.79],
  ]);
  // A secure price in words makes no offer, and no spot offer either.
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "no_name"]);
});

test("a key that is not there is no null", () => {
  const [one] = payloadsOf("runpod");
  const body = one!.body.replaceAll('"securePrice"', '"secure_price"');
  const { offers, rejects } = runpod.parse([{ ...one!, body }], at);
  expect(offers).toEqual([]);
  expect(new Set(rejects.map(({ reason }) => reason))).toEqual(new Set(["absent_key: securePrice"]));
});

test("asks once, by POST, and is off until someone allows it", async () => {
  const { requests } = await fetchFixture(runpod);
  expect(requests).toMatchObject([{ method: "POST", json: { query: expect.stringContaining("gpuTypes") } }]);
  expect(runpod.enabledByDefault).toBe(false);
  expect(runpod.legalNote).toContain("permission");
});

test("an answer with errors instead of data throws", () => {
  const body = '{"errors":[{"message":"Something went wrong"}],"data":null}';
  expect(() => runpod.parse([payload("gpu-types", body)], at)).toThrow("gpu-types.data is not the shape");
});
