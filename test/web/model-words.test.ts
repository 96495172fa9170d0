import { describe, expect, it } from "vitest";
import type { Demand, Estimate, ForwardTenor, IndexPoint } from "../../src/web/api-types.ts";
import { flagWords, monthTicks, priceSpan } from "../../src/web/gpu/forward-shape.ts";
import { gapWords, indexFormat, versionWords, withPresent } from "../../src/web/gpu/index-series.ts";
import { refusalsOf } from "../../src/web/gpu/refusals.ts";
import { whatIfOf } from "../../src/web/gpu/what-if.ts";
import { figure, interval, signedMoney } from "../../src/web/lib/format.ts";
import { barely, withUnit } from "../../src/web/lib/units.ts";
import { demandReason, reasonWords, termWords } from "../../src/web/lib/words.ts";

const refused = (reason: string): Estimate => ({
  value: null,
  se: null,
  low: null,
  high: null,
  n: 3,
  reason,
});
const estimated = (value: number): Estimate => ({
  value,
  se: 0.1,
  low: value - 0.2,
  high: value + 0.2,
  n: 60,
  reason: null,
});

describe("numbers of models", () => {
  it("keep three significant digits, and whole numbers from a hundred up", () => {
    expect([figure(0), figure(1.234), figure(0.08765), figure(12), figure(1234.6)]).toEqual([
      "0",
      "1.23",
      "0.0877",
      "12",
      "1,235",
    ]);
    expect([figure(-0.5), figure(-1e-9)]).toEqual(["\u22120.5", "0"]);
    expect([signedMoney(-3947.4), signedMoney(72302.6)]).toEqual(["\u2212$3,947", "$72,303"]);
  });

  it("say their bounds, open ones too", () => {
    expect(interval(1, 2, String)).toBe("1 to 2");
    expect(interval(null, 2, String)).toBe("up to 2");
    expect(interval(1, null, String)).toBe("1 or more");
    expect(interval(null, null, String)).toBeNull();
  });

  it("carry their units", () => {
    expect(withUnit(0.41, "share of on demand")).toBe("41.0 % of on demand");
    expect(withUnit(-0.08, "share")).toBe("\u22128.0 %");
    expect(withUnit(-2.5, "USD per GPU-hour")).toBe("\u2212$2.50/GPU-h");
    expect(withUnit(12, "basis points")).toBe("12 bp");
    expect(withUnit(13086.1, "bp")).toBe("130.9 %");
    expect(withUnit(5.2, "hours")).toBe("5.2 hours");
    expect(withUnit(1.5, null)).toBe("1.5");
    expect(barely(0.123, "share of the price")).toBe("12.3 %");
    expect(barely(Math.log(2), "log points")).toBe("+100.00 %");
    expect([barely(-0.5, "USD per GPU-hour"), barely(2.52, "days")]).toEqual(["\u2212$0.500", "2.5"]);
  });
});

describe("reasons of models", () => {
  it("are said in words, unknown ones without their underscores", () => {
    expect(reasonWords("weak_instrument")).toMatch(/first-stage F below 10/);
    expect(reasonWords("some_new_reason")).toBe("some new reason");
    expect(reasonWords(null)).toBe("not told");
    expect(demandReason("stale")).toMatch(/older than twice the interval/);
    expect(termWords("free_share")).toBe("Free share of GPUs");
    expect(termWords("corwin_schultz")).toBe("corwin schultz");
  });

  it("stand in the notice of demand, each number once", () => {
    const demand = {
      demand: { reason: null },
      elasticity: { ...refused("weak_instrument"), first_stage_f: 3.1, anderson_rubin: { kind: "all" } },
      kappa: { ...refused("too_few_disappearances"), disappearances: 12 },
      equilibrium: { price: null, reason: "demand_not_identified" },
      shocked: { price: null, reason: "demand_not_identified" },
    } as unknown as Demand;
    const lines = refusalsOf(demand);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^Elasticity is not printed: .*First-stage F: 3.1. No elasticity is rejected/);
    expect(lines[1]).toContain("(12 so far)");
    expect(lines[2]).toBe("No equilibrium is drawn: the elasticity of demand is not known.");
    const silent = { ...demand, demand: { reason: "no_reported_demand" } } as unknown as Demand;
    expect([lines, refusalsOf(silent)].map(([line]) => /assume one below/.test(line!))).toEqual([
      true,
      false,
    ]);
    const whole = {
      demand: { reason: null },
      elasticity: estimated(1),
      kappa: estimated(2),
      equilibrium: { price: 2 },
      shocked: null,
    };
    expect(refusalsOf(whole as unknown as Demand)).toEqual([]);
  });

  it("say what weak shifters leave open", () => {
    const elasticity = {
      ...refused("weak_instrument"),
      first_stage_f: null,
      anderson_rubin: { kind: "outside", low: -1, high: 2 },
    };
    const demand = {
      demand: { reason: null },
      elasticity,
      kappa: estimated(2),
      equilibrium: { price: 2 },
      shocked: null,
    };
    expect(refusalsOf(demand as unknown as Demand)[0]).toContain("lies outside \u22121 to 2");
  });
});

describe("the index", () => {
  const point = (at: string, value: number | null, reason: string | null = null) =>
    ({ at, value, reason, unit: "USD per GPU-hour" }) as IndexPoint;
  it("ends with its present, once", () => {
    const rows = [point("2026-11-20T00:00:00Z", 2), point("2026-11-21T00:00:00Z", 2.1)];
    expect(withPresent(rows, point("2026-11-21T06:00:00Z", 2.2))).toHaveLength(3);
    expect(withPresent(rows, point("2026-11-21T00:00:00Z", 2.2))).toBe(rows);
    expect(withPresent([], null)).toEqual([]);
  });

  it("says where the version of its method changes, if that is shown", () => {
    const change = { last_at: "2026-11-20T12:00:00Z", from: "votes/1", to: "votes/2" };
    const [before, between, after] = ["2026-11-20T00:00:00Z", change.last_at, "2026-11-21T00:00:00Z"].map(
      (at) => point(at, 2),
    );
    expect(versionWords([before!, after!], change)).toMatch(
      /^Published under votes\/1 up to 2026-11-20 12:00:00 UTC, under votes\/2 since/,
    );
    expect(versionWords([before!, between!], change)).toBeNull();
    expect(versionWords([after!], change)).toBeNull();
    expect(versionWords([before!, after!], undefined)).toBeNull();
    expect(versionWords([], change)).toBeNull();
  });

  it("counts its gaps by reason", () => {
    expect(gapWords([point("a", 1)])).toBeNull();
    expect(
      gapWords([point("a", 1), point("b", null, "empty"), point("c", null, "x_y"), point("d", null, "x_y")]),
    ).toBe("Gaps: 3 of 4 times without an index: x y (2); nobody offers it on these terms (1).");
  });

  it("writes dollars or a figure", () => {
    expect(indexFormat("USD per GPU-hour")(2)).toBe("$2.00");
    expect(indexFormat("base period = 1")(1.0312)).toBe("1.031");
  });
});

describe("what is asked of demand", () => {
  it("stands in the address, within bounds", () => {
    expect(whatIfOf({ shock_supply: "-20", shock_demand: "80", elasticity: "1.5" })).toEqual({
      supplyPercent: -20,
      demandPercent: 0,
      elasticity: 1.5,
    });
    expect(whatIfOf({ elasticity: "-1" }).elasticity).toBeNull();
    expect(whatIfOf({ elasticity: "0" }).elasticity).toBe(0);
  });
});

describe("forwards", () => {
  const tenor = (from_months: number, months: number, forward: number | null, flag: string | null = null) =>
    ({ from_months, months, rate: 2, forward, low: null, high: null, n: 1, flag }) as ForwardTenor;
  it("say what is flagged, a line a flag", () => {
    const tenors = [tenor(0, 1, 2), tenor(1, 12, 1.2, "below_floor"), tenor(12, 24, -0.5, "negative")];
    expect(flagWords(tenors)).toEqual([
      expect.stringMatching(/^Months 1 to 12 at \$1.20: it lies below/),
      expect.stringMatching(/^Months 12 to 24 at \u2212\$0.500: it is negative/),
    ]);
  });

  it("mark their months without crowding, and span what is drawn", () => {
    expect(monthTicks([1, 3, 6, 12, 24, 36].map((months) => ({ months })))).toEqual([0, 3, 6, 12, 24, 36]);
    expect(monthTicks([])).toEqual([0]);
    const data = {
      tenors: [tenor(0, 1, -1)],
      spot: { value: 3, low: null, high: null, reason: null },
      floor: { full: null, avoidable: 0.1, reason: null },
    };
    const { from, to } = priceSpan(data as unknown as Parameters<typeof priceSpan>[0]);
    expect([from < -1, to > 3]).toEqual([true, true]);
  });
});
