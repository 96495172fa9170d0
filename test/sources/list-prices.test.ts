import { expect, test } from "vitest";
import { listPrices } from "../../src/sources/list-prices.ts";
import { at, payload, payloadsOf } from "./fixture.ts";

const { offers, rejects } = listPrices.parse(payloadsOf("list-prices"), at);

test("a row is a list price of its day", () => {
  expect(offers.find((offer) => offer.provider === "crusoe")).toEqual({
    provider: "crusoe",
    offerId: "crusoe|a100 sxm 80gb|on-demand|8|80|us-east1",
    gpuRaw: "A100 SXM 80GB",
    vramGib: 80,
    gpuCount: 8,
    purchase: "on_demand",
    tier: null,
    priceRaw: 1.95,
    unitRaw: "USD per GPU-hour",
    currency: "USD",
    pricePerGpuHour: 1.95,
    region: "us-east1",
    gpuOnly: true,
    observedAt: Date.UTC(2026, 8, 15),
    sourceUrl: "https://crusoe.ai/cloud/pricing",
  });
});

test("the newest row of a thing counts, spot and community are told apart, unknown kinds rejected", () => {
  expect(offers.map((offer) => [offer.provider, offer.purchase, offer.tier, offer.pricePerGpuHour])).toEqual([
    ["nebius", "on_demand", null, 4.5],
    ["nebius", "spot", null, 2.1],
    ["crusoe", "on_demand", null, 1.95],
    ["somebody", "on_demand", "community", 0.79],
  ]);
  expect(offers[3]).toMatchObject({
    gpuCount: 1,
    vramGib: null,
    region: null,
    gpuOnly: false,
    sourceUrl: null,
  });
  expect(rejects.map(({ reason }) => reason)).toEqual(["unknown_kind"]);
});

test("a missing column is named", () => {
  expect(() => listPrices.parse([payload("list-prices", "provider,kind\na,b\n")], at)).toThrow(
    "columns observed_at, gpu_name, min_gpus",
  );
});

test("columns for purchase and tier tell more than the kind", () => {
  const header =
    "observed_at,provider,gpu_name,kind,min_gpus,vram_gib,usd_per_gpu_hour,region,gpu_only,source_url";
  const row = "2026-08-07T06:35:52Z,salad,rtx-4090,community,,24,0.204,,false,https://salad.com/pricing";
  const body = `${header},purchase,tier\n${row},spot,community\n`;
  expect(listPrices.parse([payload("list-prices", body)], at).offers).toMatchObject([
    {
      purchase: "spot",
      tier: "community",
      observedAt: Date.parse("2026-08-07T06:35:52Z"),
      pricePerGpuHour: 0.204,
    },
  ]);
});
