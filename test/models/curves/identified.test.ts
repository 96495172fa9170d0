import { expect, test } from "vitest";
import { identified } from "../../../src/models/curves/identified.ts";
import { bounded, refused } from "../../../src/models/statistics/estimate.ts";

const within = (value: number, low: number | null, high: number | null) => bounded(value, low, high, 9);
const unknown = refused("wide_interval", 9);

test("keeps an elasticity whose bounds tell its sign and magnitude", () => {
  for (const known of [within(3, 0.3, 30), within(-1, -2, -0.1), within(1, 1, 1)])
    expect(identified(known)).toBe(known);
});

test("refuses bounds that span orders of magnitude, hold 0 or are open, and says so", () => {
  expect(identified(within(3, 0.29, 30))).toEqual(unknown);
  expect(identified(within(-1, -20, -0.1))).toEqual(unknown);
  expect(identified(within(0.5, -0.1, 1.1))).toEqual(unknown);
  expect(identified(within(0.5, 0, 1))).toEqual(unknown);
  expect(identified(within(3, null, 30))).toEqual(unknown);
  expect(identified(within(3, 0.3, null))).toEqual(unknown);
  expect(identified({ ...within(3, 0.01, 30), firstStageF: 12 })).toEqual({ ...unknown, firstStageF: 12 });
});

test("leaves what has no value its reason", () => {
  const weak = refused("weak_instrument", 40);
  expect(identified(weak)).toBe(weak);
});
