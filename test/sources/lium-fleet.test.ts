import { describe, expect, test } from "vitest";
import { liumFleet, liumMachines } from "../../src/sources/lium-fleet.ts";
import { at, hasSamples, payload, payloadsOf, sample } from "./fixture.ts";

describe("the feed by model", () => {
  const { offers, fleets, rejects, completeness } = liumFleet.parse(payloadsOf("lium-fleet"), at);

  test("a reference price is a statistic, as old as the venue says", () => {
    expect(offers[0]).toEqual({
      provider: "lium",
      offerId: "reference/h100-80gb-hbm3",
      gpuRaw: "H100 80GB HBM3",
      vramGib: 80,
      gpuCount: 1,
      purchase: "on_demand",
      priceRaw: 1.39,
      unitRaw: "USD per GPU-hour, reference price",
      currency: "USD",
      pricePerGpuHour: 1.39,
      derived: true,
      observedAt: Date.UTC(2026, 10, 20, 11, 40),
      sourceUrl: "https://lium.io/gpu/h100-80gb-hbm3",
    });
    expect(offers.every(({ derived }) => derived)).toBe(true);
  });

  test("a time in the future counts as when the feed was made", () => {
    expect(offers[1]).toMatchObject({ gpuRaw: "B200", observedAt: Date.UTC(2026, 10, 20, 11, 45) });
  });

  test("listed and rented GPUs are fleets; a model with none, or whose number is not told, has no fleet", () => {
    expect(fleets?.slice(0, 3)).toEqual([
      { provider: "lium", gpuRaw: "H100 80GB HBM3", vramGib: 80, totalGpus: 260, rentedGpus: 147 },
      { provider: "lium", gpuRaw: "B200", vramGib: 180, totalGpus: 52, rentedGpus: 40 },
      { provider: "lium", gpuRaw: "Zeta 9000", vramGib: 96, totalGpus: 4, rentedGpus: 3 },
    ]);
    expect(offers.map(({ gpuRaw }) => gpuRaw)).toEqual(
      expect.arrayContaining(["H100 NVL", "GeForce RTX 5090"]),
    );
  });

  test("a zero price and more rented than listed are rejected", () => {
    expect(rejects.map(({ reason }) => reason)).toEqual(["bad_price", "bad_gpu_count"]);
    expect(completeness.state).toBe("complete");
  });
});

describe("machines and capacity", () => {
  const payloads = payloadsOf("lium-machines");
  const { offers, fleets, rejects } = liumMachines.parse(payloads, at);

  test("the rented part of a model's GPUs, in whole GPUs; none where there are no GPUs or the part is above one", () => {
    expect(fleets).toEqual([
      { provider: "lium", gpuRaw: "NVIDIA B200", totalGpus: 52, rentedGpus: 39 },
      { provider: "lium", gpuRaw: "NVIDIA A100-SXM4-80GB", totalGpus: 39, rentedGpus: 39 },
      { provider: "lium", gpuRaw: "NVIDIA Zeta 9000", totalGpus: 4, rentedGpus: 2 },
    ]);
  });

  test("what the network pays hosts is a statistic, and so is a bucket of idle machines", () => {
    expect(offers.every(({ derived }) => derived)).toBe(true);
    expect(offers.filter(({ scope }) => scope === "capacity")).toMatchObject([
      {
        offerId: "capacity/B200",
        gpuCount: 1,
        pricePerGpuHour: 4.25,
        availableGpus: 5,
        availableIs: "level",
      },
      { offerId: "capacity/B200", gpuCount: 8, pricePerGpuHour: 4.25, availableGpus: 8 },
      { offerId: "capacity/RTX 5090", gpuCount: 1, availableGpus: 6 },
      { offerId: "capacity/RTX 5090", gpuCount: 8, availableGpus: null, availableIs: null },
    ]);
    expect(rejects.map(({ reason }) => reason)).toEqual([
      "bad_rental_rate",
      "no_gpu_name",
      "bad_gpu_count",
      "absent_key: base_model",
    ]);
  });

  test("one answer of two is a part, and says which is missing", () => {
    const half = [payloads[0]!, payload("capacity", "down", 503)];
    expect(liumMachines.parse(half, at).completeness).toMatchObject({
      state: "partial",
      note: expect.stringContaining("no answer for capacity"),
    });
    expect(liumMachines.parse([payload("machines", "down", 503), payloads[1]!], at).fleets).toEqual([]);
  });
});

test.skipIf(!hasSamples)("recorded: 17 models with their rented part, 13 with two buckets each", () => {
  const recorded = ["machines", "capacity"].map((name) => payload(name, sample(`lium_${name}.json`)));
  const { offers, rejects, fleets, completeness } = liumMachines.parse(recorded, at);
  expect([offers.length, rejects.length, completeness.state]).toEqual([17 + 26, 0, "complete"]);
  expect(fleets).toContainEqual({
    provider: "lium",
    gpuRaw: "NVIDIA GeForce RTX 5090",
    totalGpus: 225,
    rentedGpus: 84,
  });
  expect(offers).toContainEqual(
    expect.objectContaining({ offerId: "capacity/RTX 5090", gpuCount: 8, availableGpus: 136 }),
  );
});
