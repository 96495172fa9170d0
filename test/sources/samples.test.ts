import { describe, expect, test } from "vitest";
import { loadReference } from "../../src/reference.ts";
import { akash } from "../../src/sources/akash.ts";
import { azure } from "../../src/sources/azure.ts";
import { sources } from "../../src/sources/index.ts";
import { lium } from "../../src/sources/lium.ts";
import { oci } from "../../src/sources/oci.ts";
import { runpod } from "../../src/sources/runpod.ts";
import type { Source } from "../../src/sources/source.ts";
import { vast } from "../../src/sources/vast.ts";
import { verda } from "../../src/sources/verda.ts";
import { vultr } from "../../src/sources/vultr.ts";
import { sampleOf } from "../helpers/fixture-venue.ts";
import { at, hasSamples, payload, readFixture, readFixtureFile, sample } from "./fixture.ts";

const parse = (source: Source, files: Readonly<Record<string, string>>) =>
  source.parse(
    Object.entries(files).map(([name, body]) => payload(name, body)),
    at,
  );

const counts = ({ offers, rejects }: ReturnType<typeof parse>) => [offers.length, rejects.length];

test.skipIf(hasSamples)("recorded samples are not here, so they are not read", ({ skip }) => {
  skip("shared/providers/samples is absent beside the repository");
});

/** Answers recorded from the services (or cut from such), with rows worked out by hand. */
describe.skipIf(!hasSamples)("recorded samples", () => {
  test("verda", () => {
    const parsed = parse(verda, {
      types: sample("verda_instance_types.json"),
      locations: sample("verda_locations.json"),
      "available-on_demand": sample("verda_instance_availability.json"),
      "available-spot": "[]",
    });
    expect(counts(parsed)).toEqual([6, 0]);
    expect(parsed.offers.filter((offer) => offer.offerId === "2A6000.20V")).toMatchObject([
      { gpuCount: 2, vramGib: 48, priceRaw: 1.98, pricePerGpuHour: 0.99, region: "FIN-01", availableGpus: 2 },
      { purchase: "spot", pricePerGpuHour: 0.35, availableGpus: 0 },
    ]);
    expect(counts(parse(verda, { types: sample("verda_instance_types.json") }))).toEqual([6, 0]);
  });

  test("azure", () => {
    const parsed = parse(azure, { "eastus-1": sample("azure_retail.json") });
    expect(counts(parsed)).toEqual([3, 0]);
    expect(parsed.offers.map((offer) => [offer.purchase, offer.gpuRaw, offer.pricePerGpuHour])).toEqual([
      ["on_demand", "H100 SXM", 12.29],
      ["reserved", "H100 SXM", 1134310 / 8 / 26280],
      ["spot", "A100 SXM 40GB", 5.98334 / 8],
    ]);
  });

  test("oci", () => {
    const parsed = parse(oci, { products: sample("oci_products_usd_2026-08-14.json") });
    expect(counts(parsed)).toEqual([16, 0]);
    expect(parsed.offers.find((offer) => offer.offerId === "B112613")).toMatchObject({
      gpuRaw: "RTX PRO 6000",
      pricePerGpuHour: 4.5,
    });
    expect(parsed.offers.map((offer) => offer.gpuRaw)).toEqual([
      ...["L40S", "MI300X", "H200", "B200", "GB200", "MI355X", "GB300", "B300", "RTX PRO 6000"],
      ...["Bare Metal GPU Standard - X7", "GPU Standard - V2", "E3", "E4", "A100 - v2", "A10", "H100"],
    ]);
  });

  test("vultr", () => {
    const parsed = parse(vultr, {
      "plans-1": sample("vultr_plans.json"),
      "metal-1": sample("vultr_plans_metal.json"),
    });
    expect(counts(parsed)).toEqual([7, 0]);
    expect(parsed.completeness.state).toBe("complete");
    expect(
      parsed.offers.map((offer) => [offer.gpuCount, offer.gpuShare ?? 1, offer.pricePerGpuHour]),
    ).toEqual([
      [1, 0.05, 2.46],
      [1, 1, 2.397],
      [1, 0.5, 2.794],
      [8, 1, 2.19],
      [8, 1, 1.84],
      [8, 1, 2.99],
      [8, 1, 2.3],
    ]);
  });

  test("lium", () => {
    const parsed = parse(lium, { nodes: sample("lium_public_nodes_2026-09-10.json") });
    expect(counts(parsed)).toEqual([4, 0]);
    expect(parsed.offers[1]).toMatchObject({
      gpuRaw: "H200",
      gpuCount: 8,
      minGpus: 1,
      availableGpus: 5,
      vramGib: 140,
      country: "US",
      pricePerGpuHour: 3.99,
    });
    expect(parsed.offers[2]).toMatchObject({ purchase: "spot", tier: null });
  });

  test("akash", () => {
    const parsed = parse(akash, { "gpu-prices": sample("akash_gpu_prices.json") });
    expect(counts(parsed)).toEqual([5, 0]);
    expect(parsed.dropped).toEqual({ no_bids: 1 });
    expect(parsed.completeness.state).toBe("complete");
    expect(parsed.offers[0]).toMatchObject({
      gpuRaw: "a100 SXM4",
      pricePerGpuHour: 1.67,
      availableGpus: 116,
    });
  });

  test("runpod", () => {
    const parsed = parse(runpod, { "gpu-types": sample("runpod_graphql_gputypes_all_prices.json") });
    expect(counts(parsed)).toEqual([5, 1]);
    expect(parsed.offers.map((offer) => [offer.tier, offer.purchase, offer.pricePerGpuHour])).toEqual([
      ["secure", "on_demand", 0.69],
      ["community", "on_demand", 0.34],
      ["community", "spot", 0.21],
      ["secure", "on_demand", 2.69],
      ["secure", "spot", 1.34],
    ]);
    const documented = parse(runpod, { "gpu-types": sample("runpod_graphql_documented.json") });
    expect(counts(documented)).toEqual([0, 4]);
    expect(documented.completeness.state).toBe("partial");
  });

  test("vast, a pick of offers of many models", () => {
    const parsed = parse(vast, { "mixed-1": sample("vast_bundles.json") });
    expect(counts(parsed)).toEqual([59, 0]);
    expect(parsed.offers[0]).toMatchObject({
      offerId: "31500057",
      machineId: "49855",
      gpuRaw: "A100 PCIE",
      vramGib: 40,
      gpuCount: 1,
      machineShare: 0.125,
      pricePerGpuHour: 0.09333333333333334,
      country: "IT",
      tier: "community",
      reliability: 0.933387,
    });
    expect(parsed.offers.filter((offer) => offer.tier === "secure")).toHaveLength(17);
    expect(parsed.offers.every((offer) => offer.country !== null)).toBe(true);
  });

  test.each([
    ["2026-02-27", 248, ["RTX 4090"]],
    ["2026-02-28", 234, ["RTX 4090", "Tesla V100"]],
    ["2026-03-01", 239, ["RTX 4090", "Tesla V100"]],
    ["2026-03-02", 233, ["RTX 4090", "Tesla V100"]],
    ["2026-03-03", 226, ["Tesla V100"]],
    ["2026-03-04", 244, ["RTX 4090", "Tesla V100"]],
  ])("vast, the whole of %s", (day, rows, cut) => {
    const recorded = JSON.parse(sample(`vast_daily/${day}.json`)) as {
      offers_by_model: Record<string, unknown[]>;
    };
    const seen = Object.entries(recorded.offers_by_model).filter(([, offers]) => offers.length > 0);
    const files = Object.fromEntries(
      seen.map(([model, offers]) => [`${model}-1`, JSON.stringify({ offers })]),
    );
    const parsed = parse(vast, files);
    expect(counts(parsed)).toEqual([rows, 0]);
    expect(parsed.completeness).toMatchObject({ state: "truncated", blindScopes: cut });
  });

  test("the documented Vast example prints one object where the wire has an array", () => {
    expect(() => parse(vast, { "example-1": sample("vast_bundles_documented_example.json") })).toThrow(
      "example-1.offers is not the shape",
    );
  });
});

const reference = await loadReference();

/** The recorded answers of a source under the names of its requests, beside those of its fixture that it needs. */
const sampled = (source: Source) => {
  const fixture = readFixture(source.id);
  const payloads = fixture.requests.map(({ name, file }) =>
    payload(
      name,
      fixture.besideSamples?.includes(name) ? readFixtureFile(source.id, file) : sampleOf(fixture, name),
    ),
  );
  return source.parse(payloads, at);
};

const unknownNames = ({ offers }: ReturnType<typeof parse>): string[] => {
  const names = offers.map(({ gpuRaw, instanceType, vramGib }) =>
    reference.gpus.resolve({ name: gpuRaw, instanceType: instanceType ?? null, vramGib: vramGib ?? null }),
  );
  return [...new Set(names.flatMap(({ gpu }) => (gpu.startsWith("unknown:") ? [gpu.slice(8)] : [])))];
};

/** Offers, rejects and token prices in the samples of each venue, and the names that resolve to no GPU. */
describe.skipIf(!hasSamples)("recorded samples by source", () => {
  test.each([
    ["cloudrift", [5, 0, 0], []],
    ["cudo", [4, 0, 0], []],
    ["digitalocean", [2, 0, 0], []],
    ["gcp", [3, 0, 0], []],
    ["gcp-calculator", [48, 0, 0], []],
    ["hotaisle", [3, 0, 0], []],
    ["hyperbolic", [13, 0, 0], []],
    ["hyperstack", [3, 1, 0], []],
    ["ionet", [2, 0, 0], []],
    ["jarvislabs", [9, 0, 0], []],
    ["lambda", [1, 0, 0], ["Example GPU (40 GB SXM4)"]],
    ["linode", [3, 0, 0], ["Linode 4096"]],
    ["lium-machines", [43, 0, 0], []],
    ["mithril", [3, 0, 0], []],
    ["novita", [9, 0, 0], []],
    ["openrouter", [0, 0, 4], []],
    ["primeintellect", [8, 0, 0], []],
    ["runpod-catalog", [2, 0, 0], []],
    ["scaleway", [1, 0, 0], []],
    ["seeweb", [4, 0, 0], []],
    ["shadeform", [1275, 0, 0], []],
    ["tensordock", [1, 0, 0], []],
    ["thundercompute", [7, 0, 0], []],
    ["voltagepark", [6, 0, 0], []],
  ])("%s", (id, expected, unknown) => {
    const parsed = sampled(sources.find((source) => source.id === id)!);
    expect([...counts(parsed), parsed.tokens?.length ?? 0]).toEqual(expected);
    expect(unknownNames(parsed)).toEqual(unknown);
  });

  test("hosts of a model, with the price that is paid and the speed they serve at", () => {
    const openrouter = sources.find(({ id }) => id === "openrouter")!;
    const models = JSON.stringify({
      data: [{ id: "z-ai/glm-5.3-flash", hugging_face_id: "z", pricing: {} }],
    });
    const { tokens = [] } = parse(openrouter, {
      models,
      "endpoints z-ai/glm-5.3-flash": sample("openrouter_endpoints_glm-5.3-flash_2026-09-30.json"),
    });
    expect(tokens).toHaveLength(33);
    expect(tokens[0]).toMatchObject({
      host: "OpenInference",
      quantization: "fp4",
      firstTokenMs: 1781,
      tokensPerSecond: 14,
      uptime: 0.995,
    });
    expect(tokens[0]!.usdPerMillionInput).toBeCloseTo(0.02, 9);
    expect(tokens[0]!.usdPerMillionOutput).toBeCloseTo(0.248, 9);
  });

  test("the names of all 45 GPUs that RunPod documents are known", () => {
    const { data } = JSON.parse(sample("runpod_gpu_types_list.json")) as {
      data: { gpuTypes: { id: string; displayName: string; memoryInGb: number }[] };
    };
    const unknown = data.gpuTypes.filter(({ id, displayName, memoryInGb }) =>
      reference.gpus
        .resolve({ name: displayName, instanceType: id, vramGib: memoryInGb })
        .gpu.startsWith("unknown:"),
    );
    expect(data.gpuTypes).toHaveLength(45);
    expect(unknown).toEqual([]);
  });
});
