import { describe, expect, it } from "vitest";
import { commandOf } from "../../src/web/lib/command.ts";
import { styleOf } from "../../src/web/lib/series-colour.ts";
import { excludedWords, indexReason } from "../../src/web/lib/words.ts";

describe("words", () => {
  it("says what was left out, the most first", () => {
    expect(excludedWords({ purchase: 3, gpu: 1540 })).toEqual([
      "1,540 are another GPU",
      "3 are sold on other terms (spot, reserved)",
    ]);
    expect(excludedWords({ some_new_reason: 2 })).toEqual(["2 some new reason"]);
  });

  it("says why there is no index", () => {
    expect(indexReason("too_few_providers")).toMatch(/fewer than 3 providers/);
    expect(indexReason(null)).toBe("not told");
  });
});

describe("keys", () => {
  it("reads one key, or g and a room", () => {
    expect(commandOf("", "/")).toBe("search");
    expect(commandOf("", "m")).toBeNull();
    expect(commandOf("g", "m")).toEqual({ room: "market" });
    expect(commandOf("g", "x")).toBeNull();
  });
});

describe("series", () => {
  it("gives a provider the same colour and dash always, and the best known a solid one of their own", () => {
    expect(styleOf("nebius")).toEqual(styleOf("nebius"));
    const known = ["vast", "runpod", "lium", "aws", "azure", "gcp", "lambda", "verda"].map(styleOf);
    expect(new Set(known.map(({ colour }) => colour)).size).toBe(8);
    expect(known.every(({ dash }) => dash.length === 0)).toBe(true);
    expect(styleOf("nebius").dash.length).toBeGreaterThan(0);
  });
});
