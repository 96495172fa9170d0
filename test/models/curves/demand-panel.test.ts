import { describe, expect, test } from "vitest";
import { type DemandDay, fewestDays } from "../../../src/models/curves/balanced-days.ts";
import { panelElasticity } from "../../../src/models/curves/demand-panel.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { market } from "./demand-days.ts";

describe("elasticity from days", () => {
  test("is found where capacity moves the price, which least squares does not", () => {
    const runs = 100;
    let covered = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const { low, high } = panelElasticity(market(seed, 90));
      covered += Number(low! <= 1.5 && high! >= 1.5);
    }
    const one = panelElasticity(market(7, 365));
    console.log(
      `elasticity 1.5: ${one.value!.toFixed(3)} +- ${one.standardError!.toFixed(3)} in a year (F ` +
        `${one.firstStageF!.toFixed(0)}, least squares ${one.leastSquares!.toFixed(2)}); 90 days: 95 % interval ` +
        `covers ${covered} of ${runs}`,
    );
    expect(covered / runs).toBeGreaterThanOrEqual(0.88);
    expect(one).toMatchObject({ reason: null, n: 365, providers: ["acme"] });
    expect(Math.abs(one.value! - 1.5)).toBeLessThan(0.15);
    expect(one.leastSquares).toBeLessThan(1.4);
  });

  test("keeps the providers that enough days have, each through one source", () => {
    const all = market(3, 120, [{ provider: "acme" }, { provider: "beta", share: 0.5 }]);
    const joining = all.map((each, i) => ({
      ...each,
      fleets: i < 60 ? each.fleets.slice(0, 1) : each.fleets,
    }));
    expect(panelElasticity(joining)).toMatchObject({ n: 60, providers: ["acme", "beta"] });
    const late = all.map((each, i) => ({ ...each, fleets: i < 90 ? each.fleets.slice(0, 1) : each.fleets }));
    expect(panelElasticity(late)).toMatchObject({ n: 120, providers: ["acme"] });
    const twice = market(3, 120, [{}, { source: "other", share: 0.9 }]).map((each, i) => ({
      ...each,
      fleets: i % 2 === 0 ? each.fleets : each.fleets.slice(0, 1),
    }));
    expect(panelElasticity(twice).value).toBe(panelElasticity(market(3, 120)).value);
  });

  test("takes silence of sources as an instrument where it varies", () => {
    const silent = market(5, 120).map((each, i) => ({
      ...each,
      silentShare: (i * 7919) % 5 === 0 ? 0.2 : 0,
    }));
    expect(panelElasticity(market(5, 120)).sargan).toBeNull();
    expect(panelElasticity(silent).sargan).not.toBeNull();
    // Where silence is not known nobody was heard for certain: the day is no observation.
    const blank = silent.map((each, i) => ({ ...each, silentShare: i < 30 ? null : each.silentShare }));
    expect(panelElasticity(blank)).toEqual(panelElasticity(silent.slice(30)));
  });

  test("is refused, with the reason", () => {
    const reason = (panel: readonly DemandDay[]) => panelElasticity(panel).reason;
    const year = market(1, 100);
    expect(reason([])).toBe("no_reported_demand");
    expect(reason(year.map((each) => ({ ...each, fleets: [] })))).toBe("no_reported_demand");
    expect(panelElasticity(market(1, fewestDays - 1))).toMatchObject({
      value: null,
      reason: "too_few_days",
      n: fewestDays - 1,
    });
    expect(reason(market(1, fewestDays))).not.toBe("too_few_days");
    expect(reason(year.map((each) => ({ ...each, usdPerGpuHour: null })))).toBe("too_few_days");
    expect(reason(year.map((each) => ({ ...each, usdPerGpuHour: 2 })))).toBe("price_does_not_vary");
    const still = year.map(({ fleets, ...each }) => ({
      ...each,
      fleets: fleets.map((fleet) => ({ ...fleet, totalGpus: 9000 })),
    }));
    expect(reason(still)).toBe("supply_does_not_vary");
    const random = seededRandom(2);
    const beside = year.map(({ fleets, ...each }) => ({
      ...each,
      fleets: fleets.map((fleet) => ({ ...fleet, totalGpus: 9000 + 10 * randomNormal(random) })),
    }));
    expect(panelElasticity(beside)).toMatchObject({ value: null, reason: "weak_instrument" });
    expect(panelElasticity(beside).andersonRubin).not.toBeNull();
  });
});
