import { beforeAll, describe, expect, test } from "vitest";
import { buildEconomicsTable } from "../../src/domain/economics-table.ts";
import { buildPowerTable } from "../../src/domain/power-table.ts";
import { loadReference, type Reference } from "../../src/reference.ts";

let reference: Reference;
beforeAll(async () => {
  reference = await loadReference();
});

const row = {
  gpu: "h100-sxm",
  capex_usd: "30000",
  years: "5",
  opex_usd_per_gpu_hour: "0.25",
  kilowatts: "1.2",
  decay_per_year: "0.2",
  basis: "a test",
  source: "a price list",
  as_of: "2026-08",
};

describe("data/economics.csv", () => {
  test("has the cards that clouds let, each of them a card of the table", () => {
    const { economics, gpus } = reference;
    for (const { gpu } of economics.all) expect(gpus.byId.get(gpu)?.members, gpu).toEqual([]);
    const named =
      `b300 b200 gb200 h200-sxm h100-sxm h100-pcie h100-nvl gh200-96gb a100-sxm-80gb a100-pcie-80gb
      a100-sxm-40gb l40s l40 l4 a10 a40 rtx-a6000 rtx-6000-ada rtx-a5000 rtx-a4000 rtx-5090 rtx-4090 rtx-3090
      v100-sxm2-16gb t4 p100 mi300x mi325x mi250 gaudi-3 gaudi-2`.split(/\s+/);
    for (const gpu of named) expect(economics.of(gpu), gpu).not.toBeNull();
    expect(economics.all.filter(({ capexUsd }) => capexUsd !== null).length).toBeGreaterThanOrEqual(50);
    expect(economics.of("h100")).toBeNull();
  });

  test("every figure is of a plausible size, with its source and date", () => {
    for (const facts of reference.economics.all) {
      const { tdpW } = reference.gpus.byId.get(facts.gpu)!;
      expect(facts.capexUsd ?? 1000, facts.gpu).toBeGreaterThan(500);
      expect(facts.capexUsd ?? 1000, facts.gpu).toBeLessThan(100_000);
      expect(facts.years, facts.gpu).toBe(5);
      expect(facts.kilowatts! * 1000, facts.gpu).toBeGreaterThan(tdpW!);
      expect(facts.kilowatts! * 1000, facts.gpu).toBeLessThan(2.1 * tdpW!);
      expect(facts.opexUsdPerGpuHour!, facts.gpu).toBeCloseTo((facts.kilowatts! * 184.06) / 730 / 0.8, 3);
      expect(facts.decayPerYear, facts.gpu).toBe(0.19);
      expect(facts.basis.length, facts.gpu).toBeGreaterThan(20);
      expect(facts.source, facts.gpu).not.toBe("");
      expect(facts.asOf.slice(0, 4) <= "2026", facts.gpu).toBe(true);
    }
  });

  test("a later or larger card of one kind does not cost less", () => {
    const usd = (gpu: string) => reference.economics.of(gpu)!.capexUsd!;
    const kinds = [
      ["b300", "b200", "h100-sxm"],
      ["rtx-5090", "rtx-4090", "rtx-3090", "rtx-3080"],
      ["rtx-6000-ada", "rtx-a6000", "rtx-a5000", "rtx-a4000"],
      ["h100-pcie", "a100-pcie-40gb", "a100-pcie-80gb", "l40s", "l4", "t4"],
    ];
    for (const ids of kinds)
      expect(ids.map(usd), ids.join()).toEqual([...ids.map(usd)].sort((a, b) => b - a));
  });
});

describe("buildEconomicsTable", () => {
  test("reads numbers, and unknown as null", () => {
    const { all, of } = buildEconomicsTable([{ ...row, capex_usd: "", decay_per_year: "0" }], reference.gpus);
    expect(all).toHaveLength(1);
    expect(of("h100-sxm")).toMatchObject({ capexUsd: null, decayPerYear: 0, years: 5, asOf: "2026-08" });
    expect(of("l4")).toBeNull();
    expect(buildEconomicsTable([], reference.gpus).all).toEqual([]);
  });

  test.each([
    ["an unknown GPU", [{ ...row, gpu: "h1000" }]],
    ["a family", [{ ...row, gpu: "h100" }]],
    ["a GPU twice", [row, row]],
    ["a negative price", [{ ...row, capex_usd: "-1" }]],
    ["a price of nothing", [{ ...row, capex_usd: "0" }]],
    ["words for a number", [{ ...row, years: "five" }]],
    ["an endless number", [{ ...row, kilowatts: "Infinity" }]],
    ["no source", [{ ...row, source: " " }]],
    ["no basis", [{ ...row, basis: "" }]],
    ["no date", [{ ...row, as_of: "last year" }]],
  ])("refuses %s", (_what, rows) => {
    const build = () => buildEconomicsTable(rows, reference.gpus);
    expect(build).toThrow(/data\/economics\.csv/);
    expect(build).toThrow(expect.objectContaining({ code: "internal" }));
  });
});

describe("data/power.csv", () => {
  test("has the United States and most of Europe, at prices of large users", () => {
    const { power } = reference;
    for (const country of "US DE FR FI NO SE NL GB IE IS CA SG JP IN".split(" "))
      expect(power.of(country), country).not.toBeNull();
    for (const { country, usdPerKilowattHour, period, source, basis } of power.all) {
      expect(usdPerKilowattHour, country).toBeGreaterThan(0.02);
      expect(usdPerKilowattHour, country).toBeLessThan(0.5);
      expect(period, country).toMatch(/^20\d\d(-S[12])?$/);
      expect(`${source}${basis}`.length, country).toBeGreaterThan(40);
    }
    expect(power.of("us")?.usdPerKilowattHour).toBe(0.0861);
    expect(power.of("KP")).toBeNull();
  });

  const price = {
    country: "FI",
    usd_per_kwh: "0.06",
    period: "2024",
    basis: "b",
    source: "s",
    as_of: "2026",
  };
  test.each([
    ["a country in words", [{ ...price, country: "Finland" }]],
    ["a country twice", [price, price]],
    ["a price that is none", [{ ...price, usd_per_kwh: "" }]],
    ["a price of nothing", [{ ...price, usd_per_kwh: "0" }]],
    ["no source", [{ ...price, source: "" }]],
    ["no period", [{ ...price, period: "" }]],
  ])("refuses %s", (_what, rows) => {
    const build = () => buildPowerTable(rows);
    expect(build).toThrow(/data\/power\.csv/);
    expect(build).toThrow(expect.objectContaining({ code: "internal" }));
  });
});
