import { expect, test } from "vitest";
import { termQuotes } from "../../../src/models/forward/term-quotes.ts";
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

test("keeps terms apart as the forward curve does: near whole months they are those, else their own", () => {
  const terms = [30 / (730 / 24), 1, 31 / (730 / 24), 1.4, 168 / 730, 180 / (730 / 24), 6];
  const found = termDifferentials(
    [hourly("a", 2)],
    terms.map((months) => term("a", 1.5, months)),
  );
  const tenors = [168 / 730, 1, 1.4, 6];
  expect(found.map(({ months }) => months)).toEqual(tenors);
  expect(found.map(({ n }) => n)).toEqual([1, 3, 1, 2]);
  const quoted = termQuotes(
    terms.map((months) => term("a", 1.5, months)),
    0.12,
  );
  expect([...new Set(quoted.map(({ months }) => months))]).toEqual(tenors);
});

test("has nothing to say where nobody sells both ways", () => {
  expect(termDifferentials([], [])).toEqual([]);
  expect(termDifferentials([hourly("a", 2)], [term("b", 1, 12)])).toEqual([]);
});
