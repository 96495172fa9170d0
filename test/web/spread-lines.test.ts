import { describe, expect, it } from "vitest";
import type { Spread } from "../../src/web/api-types.ts";
import { shownEstimators, spreadLines } from "../../src/web/gpu/spread-lines.ts";

const spread = (over: Partial<Spread>): Spread => ({
  ...{ name: "a spread", kind: "grade", level: null, base: null, estimator: "fit", unit: "log points" },
  ...{ value: null, se: null, low: null, high: null, n: 9, reason: null },
  ...over,
});
const level = (provider: string, value: number) =>
  spread({ kind: "basis", name: "provider", level: provider, base: "runpod", value });
const halfLife = (provider: string, value: number | null, reason: string | null = null) =>
  spread({
    kind: "basis",
    name: "half-life",
    unit: "days",
    level: provider,
    value,
    reason,
    estimator: "AR(1)",
  });
const refused = (name: string, reason: string) => spread({ name, reason });

describe("lines of the spreads", () => {
  const basis = [
    level("aws", 1.4),
    level("tensordock", -0.3),
    halfLife("tensordock", 2.5),
    halfLife("runpod", 3.7),
    halfLife("vultr", null, "does_not_vary"),
    halfLife("latitude", null, "does_not_vary"),
  ];

  it("put the half-life of a provider beside its basis, from the cheapest up, the reference among them", () => {
    expect(
      spreadLines(basis).map(({ name, spread, halfLife }) => [name, spread?.value, halfLife?.value]),
    ).toEqual([
      ["tensordock", -0.3, 2.5],
      ["runpod", undefined, 3.7],
      ["aws", 1.4, undefined],
      ["latitude, vultr", undefined, null],
    ]);
    expect(spreadLines(basis)[1]?.isBase).toBe(true);
    expect(spreadLines(basis)[0]?.of).toBe("over runpod");
  });

  it("keep a basis that is refused, and half-lives without one", () => {
    const rows = [
      spread({ kind: "basis", name: "provider", reason: "does_not_vary" }),
      halfLife("vast", null, "too_few"),
    ];
    expect(spreadLines(rows).map(({ name }) => name)).toEqual(["provider", "vast"]);
  });

  it("say once what is refused for the same reason, behind what is known", () => {
    const rows = [
      refused("card", "not_identified"),
      refused("tier", "not_identified"),
      refused("region", "does_not_vary"),
      spread({ name: "one core more", level: "+1", base: "+0", value: 0.1 }),
    ];
    expect(spreadLines(rows).map(({ name, of }) => [name, of])).toEqual([
      ["one core more", null],
      ["card, tier", null],
      ["region", null],
    ]);
    const trades = ["Roll", "EDGE"].map((estimator) =>
      spread({ kind: "bid_ask", name: "trades", estimator, reason: "no_prints" }),
    );
    expect(spreadLines(trades)).toMatchObject([{ name: "trades", estimator: "Roll, EDGE" }]);
  });

  it("stand by kind in the order of the page, each estimator once", () => {
    const rows = [spread({ kind: "new", value: 1 }), ...basis, spread({ kind: "bid_ask", value: 0.2 })];
    const lines = spreadLines(rows);
    expect([...new Set(lines.map(({ kind }) => kind))]).toEqual(["bid_ask", "basis", "new"]);
    expect(shownEstimators(lines)).toEqual(["fit", "fit", "", "", "", "fit"]);
  });
});
