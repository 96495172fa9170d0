import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/web/api-types.ts";
import type { Failure } from "../../src/web/lib/client.ts";
import { emptyWords } from "../../src/web/lib/empty-words.ts";
import { basisPoints, decimal, pricesApart } from "../../src/web/lib/format.ts";
import { countedReasons, excludedWords, regionWords } from "../../src/web/lib/words.ts";

describe("numbers of the panels", () => {
  it("take as many decimals as it takes to tell two prices apart", () => {
    expect(pricesApart(2.1, 1.92)).toEqual(["2.10", "1.92"]);
    expect(pricesApart(3.312, 3.3085)).toEqual(["3.312", "3.309"]);
    expect(pricesApart(0.26666675, 0.26666666)).toEqual(["0.2666668", "0.2666667"]);
    expect(pricesApart(2, 2)).toEqual(["2.00", "2.00"]);
  });

  it("write basis points from 1,000 on as percent", () => {
    expect([basisPoints(0), basisPoints(12.4), basisPoints(999.4)]).toEqual(["0 bp", "12 bp", "999 bp"]);
    expect([basisPoints(1269), basisPoints(13086.1)]).toEqual(["12.7 %", "131 %"]);
  });

  it("have the decimals they are given, and no sign at zero", () => {
    expect([decimal(1.239, 2), decimal(-0.001, 2), decimal(0.5, 1, true)]).toEqual(["1.24", "0.00", "+0.5"]);
    expect(decimal(-1.5, 1, true)).toBe("\u22121.5");
  });
});

describe("words of the panels", () => {
  it("say that something is empty only where there is an answer", () => {
    const answer = {} as Answer<unknown>;
    const failure = {} as Failure;
    expect(emptyWords({ answer: null, failure: null }, "None.")).toBe("Loading…");
    expect(emptyWords({ answer: null, failure }, "None.")).toBe("It did not load.");
    expect(emptyWords({ answer, failure }, "None.")).toBe("None.");
  });

  it("leave out the comma of a city that is missing", () => {
    expect([", US", "Texas, US", " , ", null].map(regionWords)).toEqual(["US", "Texas, US", null, null]);
  });

  it("have words for every doubt about a price", () => {
    const counts = {
      price_band: 1,
      spot_ratio: 1,
      tier_ratio: 1,
      price_jump: 1,
      price_outlier: 1,
      unknown_gpu: 1,
    };
    expect(excludedWords(counts).join()).not.toMatch(
      /price band|spot ratio|tier ratio|price jump|price outlier|unknown/,
    );
  });

  it("speak of one as of one", () => {
    expect(excludedWords({ tier: 1, price_band: 1, min_hours: 2 })).toEqual([
      "2 ask for a longer minimum stay",
      "1 is of another tier, or does not tell it",
      "1 has a price at which its GPU was never let: a wrong unit or a placeholder",
    ]);
  });

  it("count reasons, the most frequent first", () => {
    expect(countedReasons(["x_y", "empty", "x_y"])).toEqual([
      "x y (2)",
      "nobody offers it on these terms (1)",
    ]);
  });
});
