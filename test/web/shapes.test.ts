import { describe, expect, it } from "vitest";
import type { EconomicsInputs } from "../../src/web/api-types.ts";
import { inputRows } from "../../src/web/economics/input-rows.ts";
import { scorePath } from "../../src/web/gpu/score-path.ts";
import {
  allSupply,
  blindFrom,
  demandAt,
  demandPoints,
  powerPoints,
  risingEdge,
  stackEdge,
  untoldStock,
} from "../../src/web/gpu/supply-shape.ts";
import { aloneIn } from "../../src/web/lib/alone.ts";
import { frameOf, linePath, ticksTo, tickTexts } from "../../src/web/lib/scale.ts";

const plain = { x: (value: number) => value, y: (value: number) => value };

describe("scales", () => {
  it("map data to the plot area", () => {
    const frame = frameOf({ width: 460, height: 136, xTo: 100, yFrom: -1, yTo: 1 });
    expect([frame.x(0), frame.x(100), frame.y(-1), frame.y(1)]).toEqual([48, 448, 96, 22]);
    expect(frameOf({ width: 460, height: 136, xTo: 0, yTo: 0 }).x(5)).toBe(48);
  });

  it("have a few round ticks", () => {
    expect(ticksTo(3.1, 4)).toEqual([0, 1, 2, 3]);
    expect(ticksTo(0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(ticksTo(2, 4, -1)).toEqual([-1, 0, 1, 2]);
    expect(ticksTo(0, 4)).toEqual([]);
    expect(tickTexts([2, 2.25, 2.5])).toEqual(["2.00", "2.25", "2.50"]);
    expect(tickTexts([0, 0.1, 0.2])).toEqual(["0.00", "0.10", "0.20"]);
    expect(tickTexts([0, 5000, 10_000])).toEqual(["0", "5,000", "10,000"]);
    expect(tickTexts([0, 0.0005])).toEqual(["0.0000", "0.0005"]);
    expect(tickTexts([])).toEqual([]);
  });

  it("draw lines", () => {
    expect(
      linePath(
        [
          [0, 1],
          [2, 3],
        ] as const,
        plain,
      ),
    ).toBe("M0.0 1.0L2.0 3.0");
    expect(linePath([], plain)).toBe("");
  });
});

describe("points without a neighbour", () => {
  it("are found, at the ends too", () => {
    expect(aloneIn([1, null, 2, 3, null, 4, undefined])).toEqual([0, 5]);
    expect(aloneIn([])).toEqual([]);
  });
});

describe("the stack", () => {
  const steps = [
    { usd_per_gpu_hour: 1, gpus: 4, cumulative_gpus: 4 },
    { usd_per_gpu_hour: 2, gpus: 6, cumulative_gpus: 10 },
  ];
  it("is drawn as steps, shocked ones narrower", () => {
    expect(stackEdge(steps, plain)).toBe("H0.0V1.0H4.0H4.0V2.0H10.0");
    expect(stackEdge(steps, plain, 0.5)).toBe("H0.0V1.0H2.0H2.0V2.0H5.0");
    expect(risingEdge(steps, plain)).toBe(stackEdge(steps, plain));
  });

  it("takes in what is rented at the price of its venues", () => {
    const demand = { rented_gpus: 5, total_gpus: 9, utilisation: 0.5, venues: 1, usd_per_gpu_hour: 1.5 };
    expect(
      allSupply(steps, { ...demand, reason: null }).map((step) => [step.cumulative_gpus, step.rented]),
    ).toEqual([
      [4, false],
      [9, true],
      [15, false],
    ]);
    expect(allSupply(steps, { ...demand, reason: "stale" })).toHaveLength(2);
  });

  it("has its power curve and the demand through an equilibrium inside the picture", () => {
    const fit = { a: 1, b: 1, r2: 1, reason: null };
    const curve = powerPoints(fit, 10, 5);
    expect(curve[0]).toEqual([1, 1]);
    expect(Math.max(...curve.map(([, usd]) => usd))).toBeLessThanOrEqual(5);
    expect(powerPoints({ ...fit, a: null }, 10, 5)).toEqual([]);
    const demand = demandPoints({ price: 2, gpus: 10 }, 1, 30, 4);
    expect(demand.every(([gpus, usd]) => gpus <= 30 && Math.abs(gpus * usd - 20) < 1e-9)).toBe(true);
    expect(demandPoints({ price: 2, gpus: 10 }, null, 30, 4)).toEqual([]);
    expect(demandPoints({ price: 2, gpus: 10 }, 0, 30, 4).every(([gpus]) => gpus === 10)).toBe(true);
  });
});

describe("tightness over time", () => {
  it("breaks where a day has no score", () => {
    const history = [1, null, 3, 4].map((score, i) => ({ at: new Date(i).toISOString(), score }));
    expect(scorePath(history, plain)).toBe("M0.0 1.0M2.0 3.0L3.0 4.0");
  });
});

describe("inputs of the economics", () => {
  it("stand with their source, their date and how they were made", () => {
    const rows = inputRows({
      capex_usd: 41230,
      capex_source: "Epoch AI",
      capex_as_of: "2025",
      basis: "a host share",
      ...{
        residual_usd: null,
        years: null,
        decay_per_year: null,
        kilowatts: null,
        opex_usd_per_gpu_hour: null,
      },
      annual_rate: 0.12,
      utilisation: 0.7,
      launch_drop: 0.15,
      pue: 1.56,
      pue_source: null,
      usd_per_kwh: null,
      country: "US",
      launches: [{ gpu: "b200", generation: "Blackwell", launch: "2024-03", drop: 0.15 }],
    } as unknown as EconomicsInputs);
    expect(rows[0]).toEqual({
      name: "Price when new, with its part of the host",
      value: "$41,230",
      source: "Epoch AI",
      asOf: "2025",
      basis: "a host share",
    });
    const named = (name: RegExp) => rows.find((row) => name.test(row.name));
    expect(named(/^Cost of capital/)).toMatchObject({ value: "12 %", source: null });
    expect(named(/^Later generations/)?.value).toBe("b200 2024-03 (\u221215.0\u202f%)");
    expect(named(/^Power price in US/)?.value).toBeNull();
  });
});

describe("what the stack does not know", () => {
  const step = (listing_id: string, usd_per_gpu_hour: number, gpus: number) => ({
    ...{ listing_id, usd_per_gpu_hour, gpus },
    ...{ cumulative_gpus: 0, provider: "lium" },
  });
  const steps = [step("a", 2, 8), step("b", 3, 1), step("c", 4, 2)];

  it("is whose stock nobody tells; an offer that is not at hand says nothing", () => {
    const offers = [
      { listing_id: "a", available_gpus: null },
      { listing_id: "b", available_gpus: 1 },
    ];
    expect(untoldStock(steps, offers)).toEqual({ listings: 1, gpus: 8 });
    expect(untoldStock([], offers)).toEqual({ listings: 0, gpus: 0 });
  });

  it("begins at a price, or is everywhere and so no part of the picture", () => {
    expect([2, 2.5, null].map((truncated_above) => blindFrom({ steps, truncated_above }))).toEqual([
      null,
      2.5,
      null,
    ]);
  });
});

describe("demand at a price", () => {
  it("falls with constant elasticity through the equilibrium", () => {
    expect(demandAt({ price: 2, gpus: 100 }, 1, 4)).toBe(50);
    expect(demandAt({ price: 2, gpus: 100 }, null, 4)).toBeNull();
    expect(demandAt({ price: null, gpus: null }, 1, 4)).toBeNull();
  });
});
