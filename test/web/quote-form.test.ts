import { describe, expect, it } from "vitest";
import { quoteBody, quoteFaults } from "../../src/web/gpu/quote-form.ts";
import { suggestionsOf } from "../../src/web/gpu/suggestions.ts";
import type { Failure } from "../../src/web/lib/client.ts";
import { freshFirst } from "../../src/web/lib/staleness.ts";

describe("the quote's fields", () => {
  const body = (params: Record<string, string>) => quoteBody("h100", "spot", params);

  it("stand for what is usual while they are empty", () => {
    expect(body({})).toEqual({ gpu: "h100", gpus: 8, hours: 24, purchase: "spot" });
    expect(body({ n: "2", h: "0.5" })).toMatchObject({ gpus: 2, hours: 0.5 });
    expect(quoteFaults({ n: " ", h: "" })).toEqual({});
  });

  it("ask for no price older than what is typed, and for any while nothing is", () => {
    expect(body({ age: "6" })).toMatchObject({ gpus: 8, max_age_hours: 6 });
    expect(body({ age: " " })).not.toHaveProperty("max_age_hours");
    expect(quoteFaults({ age: "0" })).toEqual({ age: "a number above 0 to 100,000" });
    expect(body({ age: "old" })).toBeNull();
  });

  it.each(["-5", "0", "2.5", "eight", "100001", "-"])("ask for nothing with %j GPUs", (n) => {
    expect(quoteFaults({ n })).toEqual({ n: "a whole number from 1 to 100,000" });
    expect(body({ n })).toBeNull();
  });

  it.each(["0", "-1", "soon", "100001"])("ask for nothing for %j hours", (h) => {
    expect(quoteFaults({ h })).toEqual({ h: "a number above 0 to 100,000" });
    expect(body({ h })).toBeNull();
  });
});

describe("offers and unknown GPUs", () => {
  it("has fresh offers first, else in their order", () => {
    const seen = [
      { fresh: false, id: 1 },
      { fresh: true, id: 2 },
      { fresh: false, id: 3 },
      { fresh: true, id: 4 },
    ];
    expect(freshFirst(seen).map(({ id }) => id)).toEqual([2, 4, 1, 3]);
  });

  it("names what the API suggests for a GPU that it does not know", () => {
    const problem = (status: number, errors?: { field: string; message: string; allowed?: string[] }[]) =>
      ({
        kind: "problem",
        detail: "",
        problem: { title: "", status, code: "", detail: "", errors },
      }) as Failure;
    expect(suggestionsOf(problem(404, [{ field: "gpu", message: "", allowed: ["h100"] }]))).toEqual(["h100"]);
    expect(suggestionsOf(problem(404, [{ field: "gpu", message: "" }]))).toEqual([]);
    expect(suggestionsOf(problem(404))).toBeNull();
    expect(suggestionsOf(problem(500))).toBeNull();
    expect(suggestionsOf({ kind: "offline", detail: "" })).toBeNull();
    expect(suggestionsOf(null)).toBeNull();
  });
});
