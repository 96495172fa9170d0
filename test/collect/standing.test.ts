import { describe, expect, it } from "vitest";
import { type Choices, checkIds, standingOf } from "../../src/collect/standing.ts";
import type { Source } from "../../src/sources/source.ts";
import { aSource } from "../helpers/market.ts";

const choices = (changes: Partial<Choices> = {}): Choices => ({
  enable: [],
  disable: [],
  sourceKeys: {},
  ...changes,
});
const standing = (source: Partial<Source>, chosen: Partial<Choices> = {}) =>
  standingOf(aSource("a", source), choices(chosen));
const on = { enabled: true, why: null };

describe("standingOf", () => {
  it("lets a source run that nothing speaks against", () => {
    expect(standing({})).toEqual(on);
  });

  it("turns off what the operator turns off, whatever else is said", () => {
    const off = { enabled: false, why: "turned off by GPUTAPE_DISABLE" };
    expect(standing({}, { disable: ["a"] })).toEqual(off);
    expect(standing({}, { disable: ["a"], enable: ["a"] })).toEqual(off);
    expect(standing({}, { disable: ["b"] })).toEqual(on);
  });

  it("waits for permission where the terms bar collection, and takes it", () => {
    const barred = { enabledByDefault: false, legalNote: "Terms bar it." };
    expect(standing(barred).enabled).toBe(false);
    expect(standing(barred).why).toBe(
      "Terms bar it. (GPUTAPE_ENABLE=a turns it on, which states that you have permission)",
    );
    expect(standing(barred, { enable: ["a"] })).toEqual(on);
    expect(standing({ enabledByDefault: false }).why).toBe("GPUTAPE_ENABLE=a turns it on");
    expect(standing({ enabledByDefault: false, costNote: "it weighs a lot" }).why).toBe(
      "it weighs a lot; GPUTAPE_ENABLE=a turns it on",
    );
  });

  it("waits for a word where it is experimental", () => {
    const untried = { experimental: true, enabledByDefault: false };
    expect(standing(untried).why).toMatch(/^experimental/);
    expect(standing(untried, { enable: ["a"] })).toEqual(on);
  });

  it("needs every key it needs, turned on or not", () => {
    const needs = { needs: ["A_ID", "A_SECRET"] };
    expect(standing(needs).why).toBe("needs A_ID and A_SECRET");
    expect(standing(needs, { enable: ["a"], sourceKeys: { A_ID: "x" } }).why).toBe("needs A_SECRET");
    expect(standing(needs, { sourceKeys: { A_ID: "x", A_SECRET: "" } }).enabled).toBe(false);
    expect(standing(needs, { sourceKeys: { A_ID: "x", A_SECRET: "y" } })).toEqual(on);
    expect(standing({ wants: ["A_ID"] })).toEqual(on);
  });

  it("never tells a key", () => {
    expect(JSON.stringify(standing({ needs: ["B"] }, { sourceKeys: { A: "hunter2" } }))).not.toContain(
      "hunter2",
    );
  });
});

describe("checkIds", () => {
  const sources = [aSource("a"), aSource("b")];

  it("names the field, the id and what there is", () => {
    expect(() => checkIds("GPUTAPE_ENABLE", ["a", "b"], sources)).not.toThrow();
    expect(() => checkIds("GPUTAPE_ENABLE", ["a", "c"], sources)).toThrow(
      'GPUTAPE_ENABLE: there is no source "c"; the sources are a, b',
    );
  });
});
