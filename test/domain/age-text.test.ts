import { describe, expect, it } from "vitest";
import { ageText } from "../../src/domain/age-text.ts";

describe("ageText", () => {
  it.each([
    [null, "—"],
    [undefined, "—"],
    [Number.NaN, "—"],
    [-5, "0 s"],
    [0, "0 s"],
    [119.4, "119 s"],
    [120, "2 min"],
    [7199, "119 min"],
    [7200, "2 h"],
    [47 * 3600, "47 h"],
    [48 * 3600, "2 d"],
    [10_007_661, "115 d"],
    [80_713_024, "2.6 y"],
  ])("%s seconds are %s", (seconds, text) => {
    expect(ageText(seconds)).toBe(text);
  });
});
