import { expect, test } from "vitest";
import { lambda } from "../../src/sources/lambda.ts";
import { at, fetchFixture, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const { offers, rejects, completeness } = lambda.parse(payloadsOf("lambda"), at);
const find = (id: string) => offers.filter(({ offerId }) => offerId === id);

const typesOf = (...types: object[]) =>
  payload("types", JSON.stringify({ data: Object.fromEntries(types.map((type, i) => [`type-${i}`, type])) }));
const h100 = {
  name: "gpu_8x_h100_sxm5",
  gpu_description: "H100 (80 GB SXM5)",
  price_cents_per_hour: 3192,
  specs: { vcpus: 208, memory_gib: 1800, storage_gib: 24780, gpus: 8 },
};

test("a type in each region with room for at least one: cents of the whole instance", () => {
  const shared = {
    provider: "lambda",
    offerId: "gpu_8x_h100_sxm5",
    instanceType: "gpu_8x_h100_sxm5",
    gpuRaw: "H100 (80 GB SXM5)",
    vramGib: 80,
    gpuCount: 8,
    purchase: "on_demand",
    priceRaw: 3192,
    unitRaw: "US cents per instance-hour",
    currency: "USD",
    pricePerGpuHour: 3.99,
    includes: { cpuCores: 208, ramGib: 1800, diskGib: 24780 },
    availableGpus: 8,
    availableIs: "floor",
  };
  expect(find("gpu_8x_h100_sxm5")).toEqual([
    { ...shared, region: "us-south-1" },
    { ...shared, region: "us-west-3" },
  ]);
});

test("sold out everywhere is one row without a region and nothing free", () => {
  expect(find("gpu_1x_gh200")).toMatchObject([
    { gpuRaw: "GH200 (96 GB)", vramGib: 96, availableGpus: 0, availableIs: "exact", pricePerGpuHour: 1.99 },
  ]);
  expect(find("gpu_1x_gh200")[0]?.region).toBeUndefined();
});

test("CPUs are left out, unknown GPUs kept; a zero price and a type without GPU are rejected", () => {
  expect(find("cpu_4x_general")).toEqual([]);
  expect(find("gpu_1x_zeta")).toMatchObject([{ gpuRaw: "Zeta 9000 (96 GB)", pricePerGpuHour: 1 }]);
  expect(rejects.map(({ reason }) => reason)).toEqual([
    "bad_price",
    "absent_key: instance_type.gpu_description",
  ]);
});

test("where the regions are not told, nobody knows whether it is sold out", () => {
  const parsed = lambda.parse([typesOf({ instance_type: h100 })], at);
  expect([parsed.offers, parsed.rejects.map(({ reason }) => reason)]).toEqual([
    [],
    ["absent_key: regions_with_capacity_available"],
  ]);
  const odd = { instance_type: h100, regions_with_capacity_available: [{ name: "us-east-1" }, {}] };
  const regions = lambda.parse([typesOf(odd)], at);
  expect([regions.offers.length, regions.rejects.map(({ reason }) => reason)]).toEqual([1, ["no_region"]]);
});

test("the key is in a header and nowhere else", async () => {
  const { requests, payloads } = await fetchFixture(lambda, { keys: { LAMBDA_API_KEY: "secret-key" } });
  expect(requests[0]?.headers).toEqual({ authorization: "Bearer secret-key" });
  expect(JSON.stringify([requests[0]?.url, payloads])).not.toContain("secret-key");
  expect([lambda.enabledByDefault, completeness.state]).toEqual([false, "partial"]);
});

test.skipIf(!hasSamples)("documented: eight GPUs for 15.92 dollars are 1.99 each", () => {
  const parsed = lambda.parse([payload("types", sample("lambda_instance_types_documented.json"))], at);
  expect(parsed.rejects).toEqual([]);
  expect(parsed.offers).toMatchObject([
    {
      gpuCount: 8,
      priceRaw: 1592,
      pricePerGpuHour: 1.99,
      region: "us-west-1",
      availableGpus: 8,
      vramGib: 40,
    },
  ]);
});
