import { expect, test } from "vitest";
import { cudo } from "../../src/sources/cudo.ts";
import { at, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const payloads = payloadsOf("cudo");
const { offers, rejects, completeness } = cudo.parse(payloads, at);
const find = (id: string) => offers.filter(({ offerId }) => offerId === id);

const price = (value: number) => ({ value: String(value) });
const machine = (bounds: object) => ({
  dataCenterId: "no-luster-1",
  machineType: "type",
  gpuModel: "L40S",
  gpuPriceHr: price(1),
  vcpuPriceHr: price(0.01),
  memoryGibPriceHr: price(0.001),
  totalGpuFree: 3,
  ...bounds,
});
const read = (machines: readonly object[], metal: readonly object[] = []) =>
  cudo.parse(
    [
      payload("machines", JSON.stringify({ machineTypes: machines })),
      payload("metal", JSON.stringify({ machineTypes: metal })),
      payload("models", '{"gpuModels":[]}'),
    ],
    at,
  );

test("a GPU with a host of 4 vCPUs and 16 GiB at their own prices; free GPUs are no part of the listing", () => {
  expect(find("epyc-genoa-a100-pcie")[0]).toEqual({
    provider: "cudo",
    offerId: "epyc-genoa-a100-pcie",
    gpuRaw: "A100 80GB PCIe",
    vramGib: 80,
    gpuCount: 1,
    purchase: "on_demand",
    termMonths: null,
    priceRaw: 1.5,
    unitRaw: "USD per GPU-hour; 4 vCPUs and 16 GiB at their own prices are added",
    currency: "USD",
    pricePerGpuHour: 1.5 + 4 * 0.0049 + 16 * 0.0049,
    includes: { cpuCores: 4, ramGib: 16, diskGib: null },
    gpuOnly: false,
    region: "no-kristiansand-1",
    availableGpus: 12,
    availableIs: "exact",
    scope: "machines",
  });
});

test.each([
  ["nothing told", {}, 4, 16],
  ["more vCPUs for a GPU", { minVcpuPerGpu: 12 }, 12, 48],
  ["half vCPUs are no vCPUs", { minVcpuPerGpu: 4.5 }, 5, 20],
  ["fewer vCPUs for a GPU", { maxVcpuPerGpu: 2 }, 2, 8],
  ["no upper bound in words", { minVcpuPerGpu: 1, maxVcpuPerGpu: "Infinity" }, 4, 16],
  ["a large least machine", { minVcpu: 8, minMemoryGib: 64 }, 8, 64],
  ["little memory for a vCPU", { minVcpuPerMemoryGib: 0.5 }, 4, 8],
  ["much memory for a vCPU", { maxVcpuPerMemoryGib: 0.125 }, 4, 32],
])("the host keeps to the bounds of the machine: %s", (_what, bounds, cpuCores, ramGib) => {
  const [offer] = read([machine(bounds)]).offers;
  expect(offer).toMatchObject({ includes: { cpuCores, ramGib }, gpuOnly: false });
  expect(offer?.pricePerGpuHour).toBeCloseTo(1 + cpuCores * 0.01 + ramGib * 0.001, 12);
});

test("a host that is not priced leaves the price of the GPU alone, and one that cannot be read is rejected", () => {
  expect(find("l40s-graphics")).toMatchObject([
    { gpuOnly: true, includes: null, pricePerGpuHour: 0.87, availableGpus: 0, availableIs: "exact" },
  ]);
  const { vcpuPriceHr: _vcpu, ...half } = machine({});
  expect(read([half]).rejects.map(({ reason }) => reason)).toEqual(["bad_price"]);
});

test("commitments have prices of their own for GPU and host; the one without a term is the machine's", () => {
  const [now, committed] = find("epyc-rome-rtx-a5000");
  expect([now, committed]).toMatchObject([
    { purchase: "on_demand", termMonths: null, includes: { cpuCores: 6, ramGib: 23 } },
    { purchase: "reserved", termMonths: 6 },
  ]);
  expect(now?.pricePerGpuHour).toBeCloseTo(0.35 + 6 * 0.002 + 23 * 0.003, 12);
  expect(committed?.pricePerGpuHour).toBeCloseTo(0.3 + 6 * 0.0018 + 23 * 0.0027, 12);
});

test("bare metal is sold whole, on demand and by term", () => {
  expect(find("sapphire-rapids-h100")).toMatchObject([
    {
      gpuRaw: "nvidia-h100",
      vramGib: 80,
      gpuCount: 8,
      machineShare: 1,
      purchase: "on_demand",
      pricePerGpuHour: 1.79,
      includes: { cpuCores: 112, ramGib: 2048, diskGib: 14304 },
      availableGpus: 8,
    },
    { purchase: "reserved", termMonths: 12, pricePerGpuHour: 1.5 },
  ]);
});

test("machines without GPUs are left out; zero prices, odd stock and unknown terms are rejected", () => {
  expect([find("cpu-only"), find("epyc")]).toEqual([[], []]);
  expect(find("zeta")).toMatchObject([{ gpuRaw: "Zeta 9000", vramGib: null }]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "bad_availability", "unknown_term"]);
});

test("stock that is not told is unknown", () => {
  const { totalGpuFree: _free, ...silent } = machine({});
  expect(read([silent]).offers).toMatchObject([{ availableGpus: null, availableIs: null }]);
});

test("a full page of bare metal is cut; a list that fails is lost, prices without memory are not", () => {
  const metal = {
    dataCenterId: "se-1",
    id: "box",
    gpus: 8,
    gpuModelId: "nvidia-h100",
    prices: [],
    machinesFree: 1,
  };
  const full = read([machine({})], new Array(100).fill({ ...metal, gpus: 0 }));
  expect(full.completeness).toMatchObject({ state: "truncated", blindScopes: ["metal"] });
  const failing = (name: string) =>
    payloads.map((one) => (one.name === name ? { ...one, status: 503, body: "down" } : one));
  expect(cudo.parse(failing("metal"), at).completeness).toMatchObject({
    state: "partial",
    blindScopes: ["metal"],
  });
  expect(cudo.parse(failing("models"), at).offers).toHaveLength(offers.length);
  expect(() => cudo.parse(failing("machines"), at)).toThrow(/machines/);
  expect(completeness.blindScopes).not.toContain("metal");
});

test.skipIf(!hasSamples)("recorded: two machines with GPUs and two of bare metal", () => {
  const parsed = cudo.parse(
    [
      payload("machines", sample("cudo_vm_machine_types.json")),
      payload("metal", sample("cudo_baremetal_machines_types.json")),
      payload("models", sample("cudo_gpu_models.json")),
    ],
    at,
  );
  expect([parsed.offers.length, parsed.rejects.length, parsed.completeness.state]).toEqual([
    4,
    0,
    "complete",
  ]);
  expect(
    parsed.offers.map((one) => [one.gpuRaw, one.gpuCount, one.pricePerGpuHour.toFixed(4), one.availableGpus]),
  ).toEqual([
    ["A100 80GB PCIe", 1, "1.5980", 12],
    ["L40S", 1, "0.8700", 0],
    ["nvidia-h100", 8, "1.7900", 8],
    ["nvidia-l40s", 8, "0.7500", 0],
  ]);
});
