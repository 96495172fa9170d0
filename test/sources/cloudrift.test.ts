import { expect, test } from "vitest";
import { cloudrift } from "../../src/sources/cloudrift.ts";
import { at, fetchFixture, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const { offers, rejects, fleets } = cloudrift.parse(payloadsOf("cloudrift"), at);
const find = (id: string) => offers.filter(({ offerId }) => offerId === id);

const gib = 1024 ** 3;
const variant = (name: string, gpus: number, more: object) => ({
  name,
  gpu_count: gpus,
  cost_per_hour: 100 * gpus,
  ...more,
});
const read = (...types: object[]) =>
  cloudrift.parse([payload("types", JSON.stringify({ data: { instance_types: types } }))], at);

test("a variant in each data centre: cents of the whole, stock in nodes of so many GPUs", () => {
  const shared = {
    provider: "cloudrift",
    offerId: "rtxpro6000-a.1",
    gpuRaw: "RTX PRO 6000",
    vramGib: 96,
    gpuCount: 1,
    purchase: "on_demand",
    priceRaw: 139.36,
    unitRaw: "US cents per variant-hour",
    currency: "USD",
    pricePerGpuHour: 139.36 / 100,
    includes: { cpuCores: 16, ramGib: 96, diskGib: 1000 },
    availableIs: "exact",
  };
  expect(find("rtxpro6000-a.1")).toEqual([
    { ...shared, region: "us-x", availableGpus: 2 },
    { ...shared, region: "eu-y", availableGpus: 0 },
  ]);
  expect(find("rtxpro6000-a.2")).toMatchObject([
    { region: "us-x", gpuCount: 2, availableGpus: 2, pricePerGpuHour: 139.36 / 100 },
  ]);
});

test("stock that is not told is unknown", () => {
  expect(find("rtx49.1")).toMatchObject([{ gpuRaw: "RTX 4090", pricePerGpuHour: 0.39 }]);
  expect(find("rtx49.1")[0]?.availableGpus).toBeUndefined();
});

test("nodes are the fleet; those sold as two GPUs are not counted again", () => {
  expect(fleets).toEqual([
    {
      provider: "cloudrift",
      gpuRaw: "RTX PRO 6000",
      vramGib: 96,
      region: "us-x",
      totalGpus: 6,
      rentedGpus: 4,
    },
    {
      provider: "cloudrift",
      gpuRaw: "RTX PRO 6000",
      vramGib: 96,
      region: "eu-y",
      totalGpus: 1,
      rentedGpus: 1,
    },
    { provider: "cloudrift", gpuRaw: "Zeta 9000", vramGib: 96, region: "us-x", totalGpus: 1, rentedGpus: 0 },
  ]);
});

test("two types of one card in one place are one fleet, and a type sold by fours counts four a node", () => {
  const nodes = (total: number, free: number) => ({
    nodes_per_dc: { "us-x": total },
    available_nodes_per_dc: { "us-x": free },
  });
  const parsed = read(
    { brand_short: "V100 SXM2", variants: [variant("a.4", 4, nodes(3, 1)), variant("a.8", 8, nodes(1, 0))] },
    { brand_short: "V100 SXM2", variants: [variant("b.1", 1, nodes(5, 5))] },
  );
  expect(parsed.fleets).toEqual([
    {
      provider: "cloudrift",
      gpuRaw: "V100 SXM2",
      vramGib: null,
      region: "us-x",
      totalGpus: 17,
      rentedGpus: 8,
    },
  ]);
});

test("memory of one GPU is told by the variant of one", () => {
  const parsed = read({
    brand_short: "V100 SXM2",
    variants: [variant("v.1", 1, { vram: 32 * gib }), variant("v.2", 2, { vram: 64 * gib })],
  });
  expect(parsed.offers.map(({ vramGib }) => vramGib)).toEqual([32, 32]);
});

test("machines without GPUs are left out; a zero price, odd stock and a type without variants are rejected", () => {
  expect(find("cpu.4")).toEqual([]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "bad_availability", "absent_key: gpu"]);
});

test("asks for virtual machines by a post", async () => {
  const { requests } = await fetchFixture(cloudrift);
  expect(requests).toMatchObject([
    { method: "POST", json: { data: { selector: { ByServiceAndLocation: { services: ["vm"] } } } } },
  ]);
});

test.skipIf(!hasSamples)("recorded: three types, four variants, one of them in two places", () => {
  const recorded = payload("types", sample("cloudrift_instance_types_testfixture.json"));
  const parsed = cloudrift.parse([recorded], at);
  expect([parsed.offers.length, parsed.rejects.length, parsed.fleets]).toEqual([5, 0, []]);
  expect(
    parsed.offers.map((one) => [one.offerId, one.region, one.pricePerGpuHour, one.availableGpus]),
  ).toEqual([
    ["rtxpro6000-a.1", "us-x", 139.36 / 100, 2],
    ["rtxpro6000-a.1", "eu-y", 139.36 / 100, 0],
    ["rtxpro6000-a.2", undefined, 139.36 / 100, 2],
    ["rtxpro6000-b.1", undefined, 1.3416, 0],
    ["rtx49.1", undefined, 0.39, undefined],
  ]);
});
