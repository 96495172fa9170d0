import { expect, test } from "vitest";
import { oci } from "../../src/sources/oci.ts";
import { at, payloadsOf } from "./fixture.ts";

test("keeps GPUs for rent, one GPU each; licences and other products are left out", () => {
  const { offers, rejects, completeness } = oci.parse(payloadsOf("oci"), at);
  expect(offers[0]).toEqual({
    provider: "oci",
    offerId: "B98415",
    instanceType: "B98415",
    gpuRaw: "H100",
    gpuCount: 1,
    purchase: "on_demand",
    priceRaw: 10,
    unitRaw: "USD per GPU-hour",
    currency: "USD",
    pricePerGpuHour: 10,
    region: null,
  });
  expect(offers.map((offer) => [offer.offerId, offer.gpuRaw, offer.pricePerGpuHour])).toEqual([
    ["B98415", "H100", 10],
    ["B95907", "A100 - v2", 4],
    ["B111758", "MI355X", 8.6],
    ["B88517", "Bare Metal GPU Standard - X7", 1.275],
    ["B95909", "A10", 2],
  ]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price"]);
  expect(completeness.state).toBe("complete");
});
