import { expect, test } from "vitest";
import { hyperbolic } from "../../src/sources/hyperbolic.ts";
import { at, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const { offers, rejects, completeness } = hyperbolic.parse(payloadsOf("hyperbolic"), at);

const option = {
  enabled: true,
  costPerHourCents: 800,
  region: "us-east-1",
  gpuCount: 1,
  gpuType: "h100",
  gpuFormFactor: "sxm5",
  connectionType: "ethernet",
  ethernetVariant: "normal",
  machineType: "virtual-machine",
  nodes: [],
};
const read = (...options: unknown[]) => hyperbolic.parse([payload("options", JSON.stringify(options))], at);

test("an option is a machine of several GPUs at a price for the whole", () => {
  expect(offers[0]).toEqual({
    provider: "hyperbolic",
    offerId: "h100 sxm5/virtual-machine/ethernet/normal/AMD EPYC/240/720",
    gpuRaw: "h100 sxm5",
    gpuCount: 8,
    purchase: "on_demand",
    priceRaw: 2552,
    unitRaw: "US cents per option-hour",
    currency: "USD",
    pricePerGpuHour: 3.19,
    includes: { cpuCores: 20, ramGib: 240, diskGib: 720 },
    region: "us-east-1",
    availableGpus: 8,
    availableIs: "floor",
    interconnect: "ethernet",
  });
});

test.each([
  ["no number is unknown, not zero", 1, undefined, null, null],
  ["no number of a cluster is unknown too", 8, null, null, null],
  ["single GPUs are counted", 1, 2, 2, "exact"],
  ["of options of eight, eight GPUs are there at least", 8, 2, 8, "floor"],
  ["of options of eight, sixteen of whatever are sixteen GPUs at least", 8, 16, 16, "floor"],
  ["none is none", 8, 0, 0, "exact"],
  ["less than none is no number", 1, -1, null, null],
  ["half of one is no number", 1, 0.5, null, null],
])("%s", (_what, gpuCount, totalAvailable, availableGpus, availableIs) => {
  expect(read({ ...option, gpuCount, totalAvailable }).offers).toMatchObject([
    { availableGpus, availableIs },
  ]);
});

test("what the venue pays its supplier goes nowhere, rejects included", () => {
  const odd = [
    { ...option, providerCostPerHourCents: 4321 },
    { ...option, providerCostPerHourCents: 4321, gpuType: null },
    { ...option, supplierCostPerHourCents: 4321, costPerHourCents: 0 },
  ];
  const parsed = read(...odd);
  expect([parsed.offers.length, parsed.rejects.length]).toEqual([1, 2]);
  expect(JSON.stringify(parsed)).not.toMatch(/4321|providerCost|supplierCost/);
  expect(JSON.stringify([offers, rejects])).not.toContain("providerCost");
});

test("an option that is switched off is left out; odd ones are rejected, unknown GPUs kept", () => {
  expect(offers.map(({ gpuRaw }) => gpuRaw)).toEqual([
    "h100 sxm5",
    "h200 sxm5",
    "zeta9000 pcie",
    "h200 sxm5",
  ]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "bad_gpu_count", "no_gpu_name"]);
  expect(offers.at(-1)).toMatchObject({ gpuCount: 8, availableGpus: 0, availableIs: "exact" });
  expect(completeness.state).toBe("partial");
});

test("a list that shrinks with its stock is complete; an empty one is no observation", () => {
  expect(read(option).completeness.state).toBe("complete");
  expect(read().completeness.state).toBe("empty");
});

test.skipIf(!hasSamples)("recorded: 13 options, one of eight GPUs for 25.52 dollars", () => {
  const parsed = hyperbolic.parse([payload("options", sample("hyperbolic_rental_options.json"))], at);
  expect([parsed.offers.length, parsed.rejects.length]).toEqual([13, 0]);
  expect(parsed.offers.filter(({ region }) => region === "uk-southeast-3")).toMatchObject([
    { gpuRaw: "h100 sxm5", gpuCount: 8, priceRaw: 2552, pricePerGpuHour: 3.19, availableGpus: null },
  ]);
  expect(parsed.offers.filter(({ region }) => region === "ca-east-1")).toMatchObject([
    { gpuRaw: "h100 pcie", pricePerGpuHour: 2.75, availableGpus: 2, availableIs: "exact" },
  ]);
  expect(new Set(parsed.offers.map((one) => `${one.offerId}|${one.region}|${one.gpuCount}`)).size).toBe(13);
});
