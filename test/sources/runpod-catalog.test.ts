import { expect, test } from "vitest";
import { loadReference } from "../../src/reference.ts";
import { runpod } from "../../src/sources/runpod.ts";
import { runpodCatalog } from "../../src/sources/runpod-catalog.ts";
import { at, fetchFixture, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const payloads = payloadsOf("runpod-catalog");
const { offers, rejects } = runpodCatalog.parse(payloads, at);
const find = (id: string) => offers.filter(({ offerId }) => offerId === id);

const read = (...gpus: object[]) =>
  runpodCatalog.parse([payload("gpus", JSON.stringify({ gpus })), payload("datacenters", "{}")], at);
const gpu = {
  id: "NVIDIA L4",
  name: "L4",
  memory: 24,
  secure: true,
  community: true,
  price: { secure: 0.43, community: 0.3 },
  availability: "LOW",
};

test("a GPU is a listing in each tier; how many may be ordered at once is no stock", () => {
  const shared = {
    provider: "runpod",
    offerId: "NVIDIA GeForce RTX 4090",
    instanceType: "NVIDIA GeForce RTX 4090",
    gpuRaw: "RTX 4090",
    vramGib: 24,
    gpuCount: 1,
    purchase: "on_demand",
    unitRaw: "USD per GPU-hour",
    currency: "USD",
    availableGpus: null,
    availableIs: null,
  };
  expect(find("NVIDIA GeForce RTX 4090")).toEqual([
    { ...shared, tier: "secure", priceRaw: 0.44, pricePerGpuHour: 0.44 },
    { ...shared, tier: "community", priceRaw: 0.31, pricePerGpuHour: 0.31 },
  ]);
});

test.each([
  ["NONE", 0, "exact"],
  ["LOW", null, null],
  ["MEDIUM", null, null],
  ["HIGH", null, null],
])("availability %s", (availability, availableGpus, availableIs) => {
  const tiers = read({ ...gpu, availability }).offers;
  expect(tiers).toHaveLength(2);
  for (const offer of tiers) expect(offer).toMatchObject({ availableGpus, availableIs });
});

test("0 and null are not offered; a price in a tier without the GPU is no price", () => {
  const tiersOf = (more: object) => read({ ...gpu, ...more }).offers.map(({ tier }) => tier);
  expect(tiersOf({ price: { secure: 0, community: 0.3 } })).toEqual(["community"]);
  expect(tiersOf({ price: { secure: 0.43, community: null } })).toEqual(["secure"]);
  expect(tiersOf({ community: false })).toEqual(["secure"]);
  expect(tiersOf({ price: { secure: 0, community: 0 } })).toEqual([]);
});

test("prices of serverless are no pods; unknown levels, missing ids and rows that are none are rejected", () => {
  expect(offers.map(({ priceRaw }) => priceRaw)).not.toContain(1.1);
  expect(find("Zeta 9000")).toMatchObject([{ tier: "secure", gpuRaw: "Zeta 9000" }]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_availability", "no_name", "not_an_object"]);
});

test("the key is in a header, and the terms are those of RunPod", async () => {
  const { requests, payloads: got } = await fetchFixture(runpodCatalog, {
    keys: { RUNPOD_API_KEY: "secret" },
  });
  for (const { headers } of requests) expect(headers).toEqual({ authorization: "Bearer secret" });
  expect(JSON.stringify([requests.map(({ url }) => url), got])).not.toContain("secret");
  expect([runpodCatalog.enabledByDefault, runpodCatalog.legalNote]).toEqual([false, runpod.legalNote]);
});

test("data centres that do not answer make the pull partial, GPUs that do not answer end it", () => {
  const failing = (name: string) =>
    payloads.map((one) => (one.name === name ? payload(name, "down", 503) : one));
  expect(runpodCatalog.parse(failing("datacenters"), at)).toMatchObject({
    completeness: { state: "partial" },
    offers,
  });
  expect(() => runpodCatalog.parse(failing("gpus"), at)).toThrow(/gpus/);
});

test.skipIf(!hasSamples)("documented: one GPU in two tiers", () => {
  const parsed = runpodCatalog.parse(
    [
      payload("gpus", sample("runpod_v2_catalog_gpus.json")),
      payload("datacenters", sample("runpod_v2_catalog_datacenters.json")),
    ],
    at,
  );
  expect([parsed.offers.length, parsed.rejects.length, parsed.completeness.state]).toEqual([
    2,
    0,
    "complete",
  ]);
  expect(parsed.offers).toMatchObject([
    { tier: "secure", pricePerGpuHour: 0.44 },
    { tier: "community", pricePerGpuHour: 0.31 },
  ]);
});

interface RecordedType {
  readonly id: string;
  readonly displayName: string;
  readonly memoryInGb: number;
}

test.skipIf(!hasSamples)(
  "all 45 GPUs that RunPod lists are known, by id and name and by name alone",
  async () => {
    const { gpus } = await loadReference();
    const { data } = JSON.parse(sample("runpod_gpu_types_list.json")) as {
      data: { gpuTypes: RecordedType[] };
    };
    expect(data.gpuTypes).toHaveLength(45);
    const unknown = data.gpuTypes.flatMap(({ id, displayName, memoryInGb }) =>
      [id, null].flatMap((instanceType) => {
        const { gpu: found } = gpus.resolve({ name: displayName, instanceType, vramGib: memoryInGb });
        return found.startsWith("unknown:") ? [`${displayName} (${instanceType})`] : [];
      }),
    );
    expect(unknown).toEqual([]);
  },
);
