import { expect, test } from "vitest";
import { termDifferentials } from "../../../src/models/spreads/term-differentials.ts";
import { bookOffer } from "../../helpers/offers.ts";

const hourly = (provider: string, usdPerGpuHour: number) =>
  bookOffer(`${provider}-od-${usdPerGpuHour}`, { provider, usdPerGpuHour });
const term = (provider: string, usdPerGpuHour: number, termMonths: number | null, region = "us-1") =>
  bookOffer(`${provider}-${termMonths}-${region}`, {
    provider,
    usdPerGpuHour,
    termMonths,
    region,
    purchase: "reserved",
  });

test("is the log of the reserved over the hourly price of the same provider, by length", () => {
  const found = termDifferentials(
    [hourly("a", 4), hourly("a", 2), hourly("b", 2)],
    [
      term("a", 1.5, 12),
      term("b", 1, 12),
      term("b", 0.5, 35.9),
      term("b", 1, null),
      term("b", 1, 12, "eu-1"),
    ],
  );
  expect(found.map(({ months, n }) => [months, n])).toEqual([
    [12, 2],
    [36, 1],
  ]);
  // Both ask half of their own hourly price, the median of 4 and 2 being 3.
  expect(found[0]!.value).toBeCloseTo(Math.log(0.5), 12);
  expect(found[0]!.standardError).toBeCloseTo(0, 12);
  expect(found[1]).toMatchObject({ low: null, high: null });
  expect(found[1]!.value).toBeCloseTo(Math.log(0.25), 12);
});

test("has nothing to say where nobody sells both ways", () => {
  expect(termDifferentials([], [])).toEqual([]);
  expect(termDifferentials([hourly("a", 2)], [term("b", 1, 12)])).toEqual([]);
});
