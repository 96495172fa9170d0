import { expect, test } from "vitest";
import { ociShapes } from "../../src/sources/oci-shapes.ts";
import { at, fetchFixture, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const payloads = payloadsOf("oci-shapes");
const { offers, rejects, completeness } = ociShapes.parse(payloads, at);
const find = (id: string) => offers.filter(({ offerId }) => offerId === id);

test("a shape is sold with all of its GPUs at their price, which holds its CPU and memory", () => {
  expect(find("BM.GPU.H100.8")).toEqual([
    {
      provider: "oci",
      offerId: "BM.GPU.H100.8",
      instanceType: "BM.GPU.H100.8",
      gpuRaw: "H100",
      gpuCount: 8,
      purchase: "on_demand",
      priceRaw: 10,
      unitRaw: "USD per GPU-hour",
      currency: "USD",
      pricePerGpuHour: 10,
      includes: { cpuCores: 112, ramGib: 2048, diskGib: null },
    },
  ]);
});

test("preemptible costs half where the shape allows it", () => {
  expect(find("VM.GPU.A10.2")).toMatchObject([
    { purchase: "on_demand", priceRaw: 2, pricePerGpuHour: 2, gpuCount: 2 },
    { purchase: "spot", priceRaw: 2, pricePerGpuHour: 1, gpuCount: 2 },
  ]);
  expect(offers.filter(({ purchase }) => purchase === "spot")).toHaveLength(2);
});

test("words for display are no part of a shape's name; what is not told of its host stays unknown", () => {
  expect(find("BM.GPU.GB200.4")).toMatchObject([{ instanceType: "BM.GPU.GB200.4", gpuCount: 4 }]);
  expect(find("BM.GPU.RTXPRO.8")).toMatchObject([
    { gpuRaw: "RTX PRO 6000", includes: { cpuCores: null, ramGib: null } },
  ]);
});

test("shapes that are hidden, gone or without GPUs are left out; unpriced ones and other units are rejected", () => {
  expect(offers.map(({ offerId }) => offerId)).not.toEqual(
    expect.arrayContaining(["BM.GPU.OLD.4", "VM.GPU2.1", "VM.Standard.E5.Flex"]),
  );
  expect(rejects.map(({ reason }) => reason)).toEqual(["no_price", "bad_unit"]);
  expect(completeness.state).toBe("complete");
});

test("a mirror serves both hosts", async () => {
  const mirror = { ...ociShapes, baseUrl: "https://mirror.example.org/oci" };
  const { requests } = await fetchFixture(mirror);
  expect(requests.map(({ url }) => url)).toEqual([
    "https://mirror.example.org/oci/shapes.json",
    "https://mirror.example.org/oci/products/?currencyCode=USD",
  ]);
});

test.skipIf(!hasSamples)("recorded: two shapes without GPUs are no offers", () => {
  const recorded = [
    payload("shapes", sample("oci_shapes_trimmed.json")),
    payload("products", sample("oci_products_usd_2026-08-14.json")),
  ];
  const parsed = ociShapes.parse(recorded, at);
  expect([parsed.offers, parsed.rejects, parsed.completeness.state]).toEqual([[], [], "empty"]);
});

test.skipIf(!hasSamples)("recorded: a shape at the recorded price of its part", () => {
  const recorded = [payloads[0]!, payload("products", sample("oci_products_usd_2026-08-14.json"))];
  const parsed = ociShapes.parse(recorded, at);
  expect(
    parsed.offers.map(({ offerId, purchase, pricePerGpuHour }) => [offerId, purchase, pricePerGpuHour]),
  ).toEqual(
    expect.arrayContaining([
      ["BM.GPU.H100.8", "on_demand", 10],
      ["VM.GPU.A10.2", "spot", 1],
      ["BM.GPU.RTXPRO.8", "on_demand", 4.5],
    ]),
  );
});
