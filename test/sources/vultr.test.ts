import { expect, test } from "vitest";
import { vultr } from "../../src/sources/vultr.ts";
import { at, payloadsOf } from "./fixture.ts";

const { offers, rejects } = vultr.parse(payloadsOf("vultr"), at);
const find = (id: string) => offers.filter((offer) => offer.offerId === id);

test("bare metal: GPUs by its id, on demand and spot, in each location", () => {
  const shared = {
    provider: "vultr",
    offerId: "vbm-256c-2048gb-8-mi300x-gpu",
    instanceType: "vbm-256c-2048gb-8-mi300x-gpu",
    gpuRaw: "mi300x",
    gpuCount: 8,
    machineShare: 1,
    includes: { cpuCores: 128, ramGib: 2321924 / 1024, diskGib: null },
    unitRaw: "USD per plan-hour",
    currency: "USD",
    region: "ord",
    scope: "metal",
  };
  expect(find("vbm-256c-2048gb-8-mi300x-gpu")).toEqual([
    { ...shared, purchase: "on_demand", priceRaw: 17.52, pricePerGpuHour: 2.19 },
    { ...shared, purchase: "spot", priceRaw: 14.72, pricePerGpuHour: 1.84 },
  ]);
  expect(find("vbm-72c-480gb-gh200-gpu")).toMatchObject([{ gpuRaw: "gh200", gpuCount: 1 }]);
});

test("a plan with 4 of 80 GB is a twentieth of a card, priced for the whole one", () => {
  expect(find("vcg-a100-1c-6g-4vram")).toMatchObject([
    {
      gpuRaw: "NVIDIA_A100",
      gpuCount: 1,
      gpuShare: 0.05,
      vramGib: 80,
      priceRaw: 0.123,
      pricePerGpuHour: 2.46,
    },
  ]);
});

test("memory tells the number of cards; a plan is offered in each of its locations", () => {
  expect(find("vcg-a16-12c-128g-32vram")).toMatchObject([
    { gpuCount: 2, gpuShare: 1, pricePerGpuHour: 0.472 },
  ]);
  expect(find("vcg-a100-12c-120g-80vram").map((offer) => offer.region)).toEqual(["ewr", "fra"]);
});

test("a plan without locations keeps its price and has nothing free", () => {
  expect(find("vcg-l40s-16c-180g-48vram")).toMatchObject([{ availableGpus: 0, availableIs: "exact" }]);
  expect(find("vcg-l40s-16c-180g-48vram")[0]?.region).toBeUndefined();
});

test("unknown cards, zero prices and odd ids are rejected; machines without GPUs are left out", () => {
  expect(rejects.map(({ reason }) => reason)).toEqual([
    "unknown_gpu_memory",
    "bad_price",
    "unknown_instance_type",
  ]);
  expect(find("vc2-1c-1gb")).toEqual([]);
});

test("one list that fails is blind, and so is a list whose next page is missing", () => {
  const payloads = payloadsOf("vultr");
  const broken = payloads.map((one) =>
    one.name === "metal-1" ? { ...one, status: 503, body: "down" } : one,
  );
  expect(vultr.parse(broken, at).completeness.note).toContain("no answer for metal");
  const short = payloads.filter(({ name }) => name !== "plans-2");
  expect(vultr.parse(short, at).completeness).toMatchObject({ state: "truncated", blindScopes: ["plans"] });
});
