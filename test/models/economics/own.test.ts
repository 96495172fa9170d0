import { beforeAll, describe, expect, test } from "vitest";
import type { EconomicsFacts } from "../../../src/domain/economics-table.ts";
import { day } from "../../../src/domain/time.ts";
import {
  assumed,
  defaultPowerUsageEffectiveness,
  type InputSources,
  type OwnershipOverrides,
  ownershipInputs,
} from "../../../src/models/economics/inputs.ts";
import { ownGpu } from "../../../src/models/economics/own.ts";
import { launchInstant, successorsOf } from "../../../src/models/economics/successors.ts";
import { bounded, refused } from "../../../src/models/statistics/estimate.ts";
import { loadReference, type Reference } from "../../../src/reference.ts";

let reference: Reference;
beforeAll(async () => {
  reference = await loadReference();
});

const at = Date.UTC(2026, 7, 7, 12);
const facts: EconomicsFacts = {
  gpu: "h100-sxm",
  capexUsd: 30_000,
  years: 4,
  opexUsdPerGpuHour: 0.25,
  kilowatts: 1,
  decayPerYear: 0.2,
  basis: "a test",
  source: "a test",
  asOf: "2026",
};
const said: OwnershipOverrides = {
  residualUsd: 3000,
  annualRate: 0.12,
  utilisation: 0.8,
  powerUsageEffectiveness: 1.3,
  usdPerKilowattHour: 0.08,
};
const index = bounded(2, 1.9, 2.2, 7);

const sourcesOf = (id: string, changes: Partial<EconomicsFacts> = {}): InputSources => ({
  gpu: reference.gpus.byId.get(id)!,
  all: reference.gpus.all,
  facts: { ...facts, gpu: id, ...changes },
  power: null,
});
const own = (changes: Partial<EconomicsFacts> = {}, more: OwnershipOverrides = {}) =>
  ownGpu(ownershipInputs(sourcesOf("h100-sxm", changes), at, { ...said, ...more }), index, at);

describe("ownGpu", () => {
  test("known answers: floor 1.622859, avoidable 0.104, and the margins over both", () => {
    const answer = own();
    expect(answer.floor).toBeCloseTo(1.622859, 6);
    expect(answer.avoidable).toBeCloseTo(0.104, 12);
    expect(answer.margin.value).toBeCloseTo(2 - 1.622859, 6);
    expect(answer.margin.low).toBeCloseTo(1.9 - 1.622859, 6);
    expect(answer.marginOverAvoidable).toMatchObject({ value: expect.closeTo(1.896, 12), n: 7 });
    expect(answer).toMatchObject({ earnsPower: true, residualUsd: 3000, reason: null });
  });

  test("values it by age, with a drop for each later generation, by hand", () => {
    const { residual, ageYears, residualNowUsd } = own();
    // H100: March 2022. B200: March 2024, 2.0014 years later; Blackwell Ultra is no generation of its own.
    const drop = 1 - assumed.launchDrop;
    expect(ageYears).toBeCloseTo((at - Date.UTC(2022, 2, 1)) / (365.25 * day), 12);
    expect(residual.map((each) => each.ageYears)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(residual[0]!.usd).toBe(30_000);
    expect(residual[2]!.usd).toBeCloseTo(30_000 * Math.exp(-0.4), 6);
    expect(residual[3]!.usd).toBeCloseTo(30_000 * Math.exp(-0.6) * drop, 6);
    expect(residual[4]!.usd).toBeCloseTo(30_000 * Math.exp(-0.8) * drop, 6);
    expect(residualNowUsd).toBeCloseTo(30_000 * Math.exp(-0.2 * ageYears!) * drop, 6);
  });

  test("takes the value at the end of the years as residual where none is said", () => {
    const { residualUsd: _, ...rest } = said;
    const { residual, residualUsd } = ownGpu(ownershipInputs(sourcesOf("h100-sxm"), at, rest), index, at);
    expect(residualUsd).toBeCloseTo(residual[4]!.usd, 9);
  });

  test("does not know what was launched later", () => {
    const then = Date.UTC(2023, 0, 1);
    const inputs = ownershipInputs(sourcesOf("h100-sxm"), then, said);
    expect(inputs.successors).toEqual([]);
    expect(ownGpu(inputs, index, then).residual[4]!.usd).toBeCloseTo(30_000 * Math.exp(-0.8), 6);
    expect(ownGpu(inputs, index, Date.UTC(2021, 0, 1))).toMatchObject({
      ageYears: null,
      residualNowUsd: null,
    });
  });

  test.each([
    ["no_capex", { capexUsd: null }, {}],
    ["no_years", { years: null }, {}],
    ["no_kilowatts", { kilowatts: null }, {}],
    ["no_opex", { opexUsdPerGpuHour: null }, {}],
    ["bad_inputs", {}, { utilisation: 2 }],
  ])("refuses with %s", (reason, changes, more) => {
    const answer = own(changes, more);
    expect(answer).toMatchObject({ floor: null, reason, margin: { value: null, reason: "no_floor" } });
  });

  test("refuses without a price of power and without a residual", () => {
    const { usdPerKilowattHour: _, residualUsd: __, ...rest } = said;
    const dark = ownGpu(ownershipInputs(sourcesOf("h100-sxm"), at, rest), index, at);
    expect(dark).toMatchObject({ floor: null, avoidable: null, earnsPower: null, reason: "no_power_price" });
    const sources = sourcesOf("h100-sxm", { decayPerYear: null });
    const lost = ownGpu(ownershipInputs(sources, at, { ...rest, usdPerKilowattHour: 0.08 }), index, at);
    expect(lost).toMatchObject({ floor: null, residual: [], residualNowUsd: null, reason: "no_residual" });
    expect(lost.avoidable).toBeCloseTo(0.104, 12);
  });

  test("says whether an old card still earns its power, and nothing without a price", () => {
    const inputs = ownershipInputs(sourcesOf("v100-sxm2-16gb"), at, said);
    expect(ownGpu(inputs, bounded(0.2, null, null, 3), at)).toMatchObject({ earnsPower: true });
    expect(ownGpu(inputs, bounded(0.1, null, null, 3), at)).toMatchObject({ earnsPower: false });
    expect(ownGpu(inputs, bounded(0.2, null, null, 3), at).margin.value).toBeLessThan(0);
    const silent = ownGpu(inputs, refused("too_few_providers", 2), at);
    expect(silent).toMatchObject({ earnsPower: null, margin: { value: null, reason: "no_price", n: 2 } });
    expect(silent.floor).not.toBeNull();
  });
});

describe("ownershipInputs", () => {
  test("takes what was said, then the tables, then the assumptions", () => {
    const power = { ...reference.power.of("FI")! };
    const inputs = ownershipInputs({ ...sourcesOf("h100-sxm"), power }, at, { years: 3, kilowatts: 2 });
    expect(inputs).toMatchObject({
      ...{ years: 3, kilowatts: 2, capexUsd: 30_000, usdPerKilowattHour: power.usdPerKilowattHour },
      ...{ residualUsd: null, ...assumed, powerUsageEffectiveness: defaultPowerUsageEffectiveness },
    });
    const none = ownershipInputs({ ...sourcesOf("h100-sxm"), facts: null }, at);
    expect(none).toMatchObject({ capexUsd: null, years: null, kilowatts: null, usdPerKilowattHour: null });
  });
});

describe("successorsOf", () => {
  const of = (id: string) =>
    successorsOf(reference.gpus.byId.get(id)!, reference.gpus.all).map(({ generation }) => generation);

  test("are the faster cards of later generations in the same class", () => {
    expect(of("h100-sxm")).toEqual(["Blackwell"]);
    expect(of("a100-sxm-80gb")).toEqual(["Hopper", "Blackwell"]);
    expect(of("t4").slice(0, 2)).toEqual(["Ampere", "Hopper"]);
    expect(of("rtx-4090")).toEqual(["Blackwell"]);
    expect(of("rtx-3090")).toEqual(["Ada", "Blackwell"]);
    expect(of("rtx-a6000")).toEqual(["Ada", "Blackwell"]);
    expect(of("mi300x")).toEqual(["CDNA 4"]);
    expect(of("gb200")).toEqual([]);
    expect(of("gb300")).toEqual([]);
    expect(of("k80")).toEqual([]);
    expect(of("h100")).toEqual([]);
  });

  test("go by the class that the table tells, not by how a card is called", () => {
    const h100 = reference.gpus.byId.get("h100-sxm")!;
    const renamed = successorsOf({ ...h100, id: "rtx-1" }, reference.gpus.all);
    expect(renamed.map(({ generation }) => generation)).toEqual(["Blackwell"]);
    expect(successorsOf({ ...h100, class: "consumer" }, reference.gpus.all)).toEqual([]);
    expect(successorsOf({ ...h100, class: null }, reference.gpus.all)).toEqual([]);
  });

  test("classes of cards", () => {
    const classes = (ids: string) => ids.split(" ").map((id) => reference.gpus.byId.get(id)!.class);
    expect(new Set(classes("rtx-4090 rtx-3080-ti gtx-1080-ti rx-7900-xtx"))).toEqual(new Set(["consumer"]));
    expect(
      new Set(
        classes(
          "rtx-a6000 rtx-6000-ada rtx-4000-sff-ada rtx-pro-6000-blackwell-server quadro-p4000 radeon-pro-v520",
        ),
      ),
    ).toEqual(new Set(["workstation"]));
    expect(new Set(classes("h100-sxm t4 mi300x gaudi-3 l40s tpu-v4"))).toEqual(new Set(["datacentre"]));
  });

  test("a launch is the first day of its month", () => {
    expect(launchInstant({ launch: "2022-03" })).toBe(Date.UTC(2022, 2, 1));
    expect(launchInstant({ launch: null })).toBeNull();
    expect(launchInstant({ launch: "spring" })).toBeNull();
  });
});
