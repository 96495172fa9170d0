import { expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { azure } from "../../src/sources/azure.ts";
import { azureGpus, azureRegions } from "../../src/sources/azure-skus.ts";
import { at, fetchFixture, payload, payloadsOf } from "./fixture.ts";

const parsed = azure.parse(payloadsOf("azure"), at);
const find = (sku: string, region = "eastus") =>
  parsed.offers.filter((offer) => offer.offerId === sku && offer.region === region);

test("on demand and reserved H100: price of the instance over 8 GPUs, of the term over its hours", () => {
  const shared = {
    provider: "azure",
    offerId: "Standard_ND96isr_H100_v5",
    instanceType: "Standard_ND96isr_H100_v5",
    gpuRaw: "H100 SXM",
    vramGib: 80,
    gpuCount: 8,
    gpuShare: 1,
    confidential: null,
    currency: "USD",
    region: "eastus",
    effectiveFrom: Date.UTC(2023, 11, 1),
    scope: "eastus",
  };
  expect(find("Standard_ND96isr_H100_v5")).toEqual([
    {
      ...shared,
      purchase: "on_demand",
      termMonths: null,
      priceRaw: 98.32,
      unitRaw: "per instance-hour",
      pricePerGpuHour: 12.29,
    },
    {
      ...shared,
      purchase: "reserved",
      termMonths: 12,
      priceRaw: 590384,
      unitRaw: "per instance for 12 months",
      pricePerGpuHour: 590384 / 8 / 8760,
    },
    {
      ...shared,
      purchase: "reserved",
      termMonths: 36,
      priceRaw: 1134310,
      unitRaw: "per instance for 36 months",
      pricePerGpuHour: 1134310 / 8 / 26280,
    },
  ]);
});

test("a third of an A10 is a slice, priced for the whole card", () => {
  const [slice] = find("Standard_NV12ads_A10_v5");
  expect(slice).toMatchObject({ gpuCount: 1, gpuShare: 1 / 3, vramGib: 24, priceRaw: 0.908 });
  expect(slice?.pricePerGpuHour).toBeCloseTo(2.724, 10);
});

test("spot by its meter; Windows, Low Priority, DevTest and FPGA rows are no offers", () => {
  expect(find("Standard_ND96asr_v4")).toMatchObject([{ purchase: "spot", pricePerGpuHour: 5.98334 / 8 }]);
  expect(parsed.offers.map((offer) => offer.priceRaw)).not.toEqual(expect.arrayContaining([150]));
  expect(find("Standard_NC16as_T4_v3")).toEqual([]);
  expect(find("Standard_NP10s")).toEqual([]);
});

test("placeholders, zero prices and unknown types are rejected", () => {
  expect(parsed.rejects.map(({ reason }) => reason).sort()).toEqual([
    "bad_price",
    "placeholder_price",
    "unknown_instance_type",
  ]);
  expect(find("Standard_ND96isr_H100_v5", "ukwest")).toEqual([]);
});

test("a repeated row counts once, a second meter for the same thing is rejected", () => {
  const [first] = payloadsOf("azure");
  const items = (JSON.parse(first!.body) as { Items: Record<string, unknown>[] }).Items.slice(0, 1);
  const twice = [
    ...items,
    ...items,
    { ...items[0], meterId: "other", retailPrice: 99, isPrimaryMeterRegion: false },
  ];
  const body = JSON.stringify({ Items: twice.reverse(), NextPageLink: null });
  const { offers, rejects } = azure.parse([payload("eastus-1", body)], at);
  expect(offers.map((offer) => offer.priceRaw)).toEqual([98.32]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["second_meter"]);
});

test("a row that comes again with another price is refused", () => {
  const [first] = payloadsOf("azure");
  const [item] = (JSON.parse(first!.body) as { Items: Record<string, unknown>[] }).Items;
  const body = JSON.stringify({ Items: [item, { ...item, retailPrice: 1 }], NextPageLink: null });
  const { offers, rejects } = azure.parse([payload("eastus-1", body)], at);
  expect(offers.map((offer) => offer.priceRaw)).toEqual([98.32]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["conflicting_price"]);
});

test("a row without a currency is not taken for dollars", () => {
  const [first] = payloadsOf("azure");
  const [item] = (JSON.parse(first!.body) as { Items: Record<string, unknown>[] }).Items;
  const { currencyCode: _, ...bare } = item!;
  const body = JSON.stringify({ Items: [bare], NextPageLink: null });
  expect(azure.parse([payload("eastus-1", body)], at).rejects).toMatchObject([{ reason: "bad_currency" }]);
});

test("a region that fails is blind, the others are not", async () => {
  const fail = ({ name }: { name: string }) =>
    name === "westeurope-1"
      ? new AppError("upstream_failed", "answered 503 three times", { details: { status: 503 } })
      : null;
  const { payloads } = await fetchFixture(azure, { fail });
  expect(payloads.find(({ name }) => name === "westeurope-1")).toMatchObject({
    status: 503,
    body: "answered 503 three times",
  });
  const { offers, completeness } = azure.parse(payloads, at);
  expect(offers.some((offer) => offer.region === "ukwest")).toBe(true);
  expect(completeness).toEqual({
    state: "partial",
    note: "no answer for westeurope",
    blindScopes: ["westeurope"],
  });
});

test("three failures in a row are an outage", async () => {
  let asked = 0;
  const fail = ({ name }: { name: string }) => {
    asked++;
    return name.startsWith("eastus-") ? null : new AppError("upstream_failed", "down");
  };
  await expect(fetchFixture(azure, { fail })).rejects.toThrow("down");
  expect(asked).toBe(5);
});

test("a further page that was not fetched makes the region truncated", async () => {
  const { payloads } = await fetchFixture(azure);
  const { completeness } = azure.parse(
    payloads.filter(({ name }) => name !== "eastus-2"),
    at,
  );
  expect(completeness).toMatchObject({ state: "truncated", blindScopes: ["eastus"] });
});

test.each([
  ["Standard_ND128isr_NDR_GB200_v6", "GB200", 4, 1],
  ["Standard_ND96isr_MI300X_v5", "MI300X", 8, 1],
  ["Standard_ND96isr_H200_v5", "H200 SXM", 8, 1],
  ["Standard_NCC40ads_H100_v5", "H100 NVL", 1, 1],
  ["Standard_NC80adis_H100_v5", "H100 NVL", 2, 1],
  ["Standard_ND96amsr_A100_v4", "A100 SXM 80GB", 8, 1],
  ["Standard_NC48ads_A100_v4", "A100 PCIe 80GB", 2, 1],
  ["Standard_NV6ads_A10_v5", "A10", 1, 1 / 6],
  ["Standard_NV36adms_A10_v5", "A10", 1, 1],
  ["Standard_NV72ads_A10_v5", "A10", 2, 1],
  ["Standard_NC8as_T4_v3", "T4", 1, 1],
  ["Standard_NC16as_T4_v3", "T4", 1, 1],
  ["Standard_NC64as_T4_v3", "T4", 4, 1],
  ["Standard_ND40rs_v2", "V100 SXM2 32GB", 8, 1],
  ["Standard_NC24rs_v3", "V100 PCIe 16GB", 4, 1],
  ["Standard_NV16as_v4", "MI25", 1, 0.5],
])("%s has %s", (sku, gpu, count, share) => {
  expect(azureGpus(sku)).toMatchObject({ gpu, count, share });
});

test("regions are listed once", () => {
  expect(new Set(azureRegions).size).toBe(azureRegions.length);
});
