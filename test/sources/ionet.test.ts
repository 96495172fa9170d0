import { expect, test } from "vitest";
import { ionet } from "../../src/sources/ionet.ts";
import { at, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

const { offers, rejects, fleets, completeness } = ionet.parse(payloadsOf("ionet"), at);
const find = (id: string) => offers.filter(({ offerId }) => offerId === id);

const row = (more: object) => ({ id: 1, hardware_name: "L4", type: "GPU", price: 0.2, idle: 3, ...more });
const read = (...rows: unknown[]) => ionet.parse([payload("snapshot", JSON.stringify({ data: rows }))], at);

test("hardware at the price of one product, with its idle GPUs as stock", () => {
  expect(offers[0]).toEqual({
    provider: "ionet",
    offerId: "224/vmaas",
    gpuRaw: "H100 80GB HBM3",
    gpuCount: 1,
    purchase: "on_demand",
    priceRaw: 1.99,
    unitRaw: "USD per GPU-hour (vmaas_price)",
    currency: "USD",
    pricePerGpuHour: 1.99,
    availableGpus: 0,
    availableIs: "exact",
    derived: false,
  });
});

test("the same GPUs are one offer however they can be rented, and another product is another listing", () => {
  const products = { vmaas_price: 4, caas_price: 3, kubernetes_price: 2, baremetal_price: 1 };
  const idsOf = (prices: object) =>
    read(row(prices)).offers.map(({ offerId, priceRaw }) => [offerId, priceRaw]);
  expect(idsOf(products)).toEqual([["1/vmaas", 4]]);
  expect(idsOf({ ...products, vmaas_price: null })).toEqual([["1/caas", 3]]);
  expect(idsOf({ ...products, vmaas_price: 0, caas_price: null })).toEqual([["1/kubernetes", 2]]);
  const bare = { vmaas_price: null, caas_price: null, kubernetes_price: null, baremetal_price: 1 };
  expect(idsOf(bare)).toEqual([["1/baremetal", 1]]);
  expect(idsOf({ baremetal_price: 1 })).toEqual([]);
});

test("a price that belongs to no product is a statistic", () => {
  expect(find("301")).toMatchObject([
    {
      gpuRaw: "A100-SXM4-80GB",
      derived: true,
      pricePerGpuHour: 0.9,
      unitRaw: expect.stringContaining("network"),
    },
  ]);
  expect(offers.filter(({ derived }) => derived)).toHaveLength(1);
});

test("hired and total are the fleet, where both are told", () => {
  expect(fleets?.slice(0, 2)).toEqual([
    { provider: "ionet", gpuRaw: "H100 80GB HBM3", totalGpus: 512, rentedGpus: 512 },
    { provider: "ionet", gpuRaw: "GeForce RTX 4090", totalGpus: 617, rentedGpus: 616 },
  ]);
  expect(fleets?.map(({ gpuRaw }) => gpuRaw)).not.toContain("M2 Ultra");
  expect(read(row({ total: 0, hired: 0 }), row({ total: 5 })).fleets).toEqual([]);
});

test("CPUs are left out, unknown GPUs kept; zero prices, missing ids and stock that cannot be are rejected", () => {
  expect(find("55")).toEqual([]);
  expect(find("300/vmaas")).toMatchObject([{ gpuRaw: "Zeta 9000" }]);
  expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "no_name", "not_an_object"]);
  expect(read(row({ idle: -1 }), row({ idle: null }), row({ type: "NPU" })).rejects).toHaveLength(3);
  expect(completeness.state).toBe("partial");
});

test.skipIf(!hasSamples)("recorded: two cards of three rows", () => {
  const parsed = ionet.parse([payload("snapshot", sample("ionet_market_snapshot.json"))], at);
  expect([parsed.offers.length, parsed.rejects.length, parsed.fleets?.length]).toEqual([2, 0, 2]);
  expect(parsed.offers).toMatchObject([
    { offerId: "224/vmaas", pricePerGpuHour: 1.99, availableGpus: 0 },
    { offerId: "101/kubernetes", pricePerGpuHour: 0.35, availableGpus: 1 },
  ]);
});
