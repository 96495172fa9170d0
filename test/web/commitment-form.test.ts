import { describe, expect, it } from "vitest";
import type { TermQuote } from "../../src/web/api-types.ts";
import {
  cheapestTerm,
  commitmentBody,
  commitmentFaults,
  commitmentValues,
  quoteOf,
} from "../../src/web/gpu/commitment-form.ts";

const quote = (provider: string, months: number, usd: number, upfront: number | null, level: number) =>
  ({
    ...{ provider, months, usd_per_gpu_hour: usd, upfront_share: upfront, level_rate: level },
    ...{ region: null, break_even_cost_of_capital: null, in_curve: true, listing_id: provider },
  }) satisfies TermQuote;

const quotes = [
  quote("dear", 12, 3, null, 3),
  quote("upfront", 12, 2, 1, 2.2),
  quote("monthly", 12, 2.1, 0, 2.1),
  quote("long", 36, 1.5, 0.5, 1.6),
];

describe("the form of a commitment", () => {
  it("takes the quote of the tenor that costs least as a level rate", () => {
    expect(cheapestTerm(quotes, 12)?.provider).toBe("monthly");
    expect(cheapestTerm(quotes, 6)).toBeNull();
    expect(commitmentValues({ months: "36" }, quotes)).toMatchObject({ offer: "1.5", upfront: "50" });
    expect(commitmentValues({ months: "36", upfront: "10" }, quotes).upfront).toBe("10");
  });

  it("leaves a typed price alone, with nothing upfront", () => {
    const typed = { months: "36", offer: "1.9" };
    expect(commitmentValues(typed, quotes)).toMatchObject({ offer: "1.9", upfront: "0" });
    expect(quoteOf(typed, quotes)).toBeNull();
  });

  it("asks for nothing without a price or with a fault", () => {
    expect(commitmentBody("h100", "on_demand", commitmentValues({}, []))).toBeNull();
    const wrong = commitmentValues({ months: "1.5", used: "120", offer: "0" }, []);
    expect(commitmentFaults(wrong)).toEqual({
      months: "a whole number from 1 to 120",
      used: "a number from 0 to 100",
      offer: "a number above 0 to 10,000",
    });
    expect(commitmentBody("h100", "on_demand", wrong)).toBeNull();
  });

  it("asks in shares of one for what stands in percent", () => {
    const values = commitmentValues({ n: "16", upfront: "33.3", rate: "8", used: "75", room: "gpu" }, quotes);
    expect(commitmentBody("h100", "spot", values)).toEqual({
      ...{ gpu: "h100", gpus: 16, months: 12, usd_per_gpu_hour: 2.1, purchase: "spot" },
      ...{ upfront_share: 0.333, rate: 0.08, utilisation: 0.75 },
    });
  });

  it("sends a market price where one is typed", () => {
    const body = (market: string) =>
      commitmentBody("h100", "on_demand", commitmentValues({ offer: "2", market }, []));
    expect(body("2.5")).toMatchObject({ market_usd_per_gpu_hour: 2.5 });
    expect(body("")).not.toHaveProperty("market_usd_per_gpu_hour");
    expect(body("0")).toBeNull();
  });
});
