import { describe, expect, it } from "vitest";
import type { Leg } from "../../src/web/api-types.ts";
import { commandOf } from "../../src/web/lib/command.ts";
import { styleOf } from "../../src/web/lib/series-colour.ts";
import { excludedWords, indexReason, readable } from "../../src/web/lib/words.ts";

const leg = { listing_id: "2b3edde1205f86bc", provider: "jarvislabs" } as Leg;

describe("words", () => {
  it("names sellers in place of listings, and ages in place of seconds", () => {
    expect(readable("2b3edde1205f86bc: stock unknown", [leg])).toBe("jarvislabs: stock unknown");
    expect(readable("2b3edde1205f86bc, 2b3edde1205f86bc: old", [leg])).toBe("jarvislabs: old");
    expect(readable("The oldest price was confirmed 9140176 s ago.", [])).toBe(
      "The oldest price was confirmed 105 d ago.",
    );
  });

  it("writes money as the page does", () => {
    expect(readable("8 cost 7.106 USD per hour, 0.8882 USD per GPU-hour, and 2170.5 USD in all.", [])).toBe(
      "8 cost $7.11 per hour, $0.888 per GPU-hour, and $2,170.50 in all.",
    );
  });

  it("leaves out what is listed elsewhere in plain words", () => {
    expect(readable("Left out of the book: 154 gpu, 3 purchase.", [])).toBe("");
    expect(readable("No plan. Left out of the book: 154 gpu.", [])).toBe("No plan.");
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
