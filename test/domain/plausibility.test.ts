import { describe, expect, it } from "vitest";
import { doubtsOf, type PriceEvidence, type PriceHistory } from "../../src/domain/plausibility.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 20, 12);

const evidence = (changes: Partial<PriceEvidence> = {}): PriceEvidence => ({
  usdPerGpuHour: 2,
  observedAt: now,
  band: { low: 0.2, high: 25 },
  onDemand: [],
  history: null,
  others: null,
  ...changes,
});

const past = (changes: Partial<PriceHistory> = {}): PriceHistory => ({
  before: 2,
  since: now,
  prices: 2,
  median: 2,
  spread: 0,
  ...changes,
});

describe("the band of a GPU", () => {
  it("holds both its ends and flags what lies beyond", () => {
    const at = (usdPerGpuHour: number) => doubtsOf(evidence({ usdPerGpuHour }));
    expect([at(0.2), at(25)]).toEqual([[], []]);
    expect([at(0.199), at(25.01)]).toEqual([["price_band"], ["price_band"]]);
  });

  it("catches cents read as dollars and dollars read as cents", () => {
    expect(doubtsOf(evidence({ usdPerGpuHour: 249 }))).toContain("price_band");
    expect(doubtsOf(evidence({ usdPerGpuHour: 0.0249 }))).toContain("price_band");
  });
});

describe("spot beside on-demand", () => {
  const at = (usdPerGpuHour: number) => doubtsOf(evidence({ usdPerGpuHour, onDemand: [4, 6] }));

  it("may equal it, and lie anywhere down to a twentieth", () => {
    expect([at(6), at(3), at(0.2)]).toEqual([[], [], []]);
  });

  it("is odd above all of it or below a twentieth of the least", () => {
    expect(at(6.01)).toEqual(["spot_ratio"]);
    expect(doubtsOf(evidence({ usdPerGpuHour: 0.24, onDemand: [5] }))).toEqual(["spot_ratio"]);
  });
});

describe("a jump", () => {
  it("is a move by three, up or down, within one pull", () => {
    expect(doubtsOf(evidence({ usdPerGpuHour: 6, history: past() }))).toEqual(["price_jump"]);
    expect(doubtsOf(evidence({ usdPerGpuHour: 2 / 3, history: past() }))).toEqual(["price_jump"]);
    expect(doubtsOf(evidence({ usdPerGpuHour: 5.9, history: past() }))).toEqual([]);
  });

  it("is believed where it ends near others, or nearer than it began", () => {
    expect(doubtsOf(evidence({ usdPerGpuHour: 6, history: past(), others: 6 }))).toEqual([]);
    expect(doubtsOf(evidence({ usdPerGpuHour: 6, history: past(), others: 20 }))).toEqual([]);
    expect(doubtsOf(evidence({ usdPerGpuHour: 6, history: past(), others: 2.1 }))).toEqual(["price_jump"]);
  });

  it("is believed once it stood for six hours", () => {
    const at = (hours: number) =>
      doubtsOf(evidence({ usdPerGpuHour: 6, history: past({ since: now - hours * hour }) }));
    expect([at(5.9), at(6)]).toEqual([["price_jump"], []]);
  });

  it("is nothing to say of a listing that has had one price only", () => {
    expect(doubtsOf(evidence({ usdPerGpuHour: 20, history: past({ before: null }) }))).toEqual([]);
  });
});

describe("an outlier among a listing's own prices", () => {
  const drifted = (usdPerGpuHour: number, changes: Partial<PriceHistory> = {}) =>
    doubtsOf(
      evidence({ usdPerGpuHour, history: past({ before: 4.5, prices: 8, spread: 0.05, ...changes }) }),
    );

  it("is three times its median after steps that were no jumps", () => {
    expect([drifted(5.9), drifted(6)]).toEqual([[], ["price_outlier"]]);
  });

  it("needs eight prices, and more distance where prices always moved much", () => {
    expect(drifted(6, { prices: 7 })).toEqual([]);
    expect(drifted(6, { spread: 0.2 })).toEqual([]);
  });

  it("is believed once it stood for three days", () => {
    expect(drifted(6, { since: now - 71 * hour })).toEqual(["price_outlier"]);
    expect(drifted(6, { since: now - 72 * hour })).toEqual([]);
  });
});

it("evidence that is missing raises no doubt", () => {
  expect(doubtsOf(evidence())).toEqual([]);
});
