import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TightnessReading, tightness } from "../../../src/models/tightness/score.ts";

const past = Array.from({ length: 30 }, (_, i) => i + 1);
const reading = (now: number | null, before: readonly (number | null)[] = past): TightnessReading => ({
  now,
  before,
});

describe("by hand", () => {
  test("each part against its own 30 days, higher tighter, and the mean", () => {
    const answer = tightness({
      // Fewer free GPUs than on any day: 100. As much sold out as on day 30: 29 below, one alike.
      free_share: reading(0),
      sold_out_share: reading(30),
      // 15 days below, one alike: the place is 51.7, tightness 48.3.
      net_new_listings: reading(16),
    });
    const scores = answer.parts.filter(({ score }) => score !== null).map(({ part, score }) => [part, score]);
    expect(scores).toEqual([
      ["free_share", 100],
      ["sold_out_share", expect.closeTo(2950 / 30, 10)],
      ["net_new_listings", expect.closeTo(100 - 1550 / 30, 10)],
    ]);
    const [a, b, c] = [100, 2950 / 30, 100 - 1550 / 30];
    expect(answer.score).toBeCloseTo((a + b + c) / 3, 10);
    expect(answer.low).toBeCloseTo((b + c) / 2, 10);
    expect(answer.high).toBeCloseTo((a + b) / 2, 10);
    expect(answer.reason).toBeNull();
    expect(answer.parts.filter(({ reason }) => reason === "unknown")).toHaveLength(3);
  });

  test("a market that never changes is in the middle", () => {
    const still = reading(
      5,
      past.map(() => 5),
    );
    expect(tightness({ free_share: still, sold_out_share: still, spot_discount: still })).toMatchObject({
      score: 50,
      low: 50,
      high: 50,
    });
  });

  test("days before the last 30 do not count", () => {
    const before = [...past.map(() => 1000), ...past];
    expect(tightness({ sold_out_share: reading(40, before) }).parts[1]).toMatchObject({
      score: 100,
      days: 30,
    });
  });
});

test("refuses too few parts and days, and what is not finite", () => {
  expect(tightness({})).toMatchObject({ score: null, low: null, reason: "too_few_parts" });
  expect(tightness({}).parts).toHaveLength(6);
  expect(tightness({ free_share: reading(1), sold_out_share: reading(1) }).reason).toBe("too_few_parts");
  const nine = [...past.slice(0, 9), null, Number.NaN];
  const answer = tightness({
    free_share: reading(1, nine),
    spot_discount: reading(Number.NaN),
    launch_failures: reading(null),
  });
  expect(answer.parts.map(({ part, days, reason }) => [part, days, reason])).toEqual([
    ["free_share", 9, "too_few_days"],
    ["sold_out_share", 0, "unknown"],
    ["net_new_listings", 0, "unknown"],
    ["hours_to_disappear", 0, "unknown"],
    ["spot_discount", 30, "unknown"],
    ["launch_failures", 30, "unknown"],
  ]);
});

test("lies between 0 and 100, rises as parts tighten, and no unit matters", () => {
  const number = fc.integer({ min: -50, max: 50 });
  const history = fc.array(number, { minLength: 10, maxLength: 40 });
  fc.assert(
    fc.property(history, number, number, number, (before, free, sold, discount) => {
      const at = (a: number, b: number, c: number, factor = 1) =>
        tightness({
          free_share: reading(
            a * factor,
            before.map((value) => value * factor),
          ),
          sold_out_share: reading(b, before),
          spot_discount: reading(c, before),
        }).score!;
      const score = at(free, sold, discount);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
      expect(at(free - 1, sold, discount)).toBeGreaterThanOrEqual(score);
      expect(at(free, sold + 1, discount)).toBeGreaterThanOrEqual(score);
      expect(at(free, sold, discount - 1)).toBeGreaterThanOrEqual(score);
      expect(at(free, sold, discount, 7)).toBeCloseTo(score, 9);
    }),
  );
});
