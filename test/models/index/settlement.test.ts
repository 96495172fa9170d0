import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { periodRate } from "../../../src/models/index/settlement.ts";

const hourMs = 3_600_000;

/** One value an hour from `first` hours after the start of the period; null is a row without a value. */
const hourly = (values: readonly (number | null)[], first = 0) =>
  values.map((value, i) => ({ at: (first + i) * hourMs, value }));

const rateOf = (values: readonly (number | null)[], before: readonly (number | null)[] = []) =>
  periodRate([...hourly(before, -before.length), ...hourly(values)], {
    from: 0,
    to: values.length * hourMs,
    stepMs: hourMs,
  });

const full = (n: number, value = 2): number[] => new Array<number>(n).fill(value);

describe("by hand", () => {
  test("a full period settles at its mean", () => {
    expect(rateOf([1, 2, 3, 6])).toEqual({
      rate: 3,
      status: "settles",
      coverage: 1,
      expected: 4,
      observed: 4,
      filled: 0,
      reason: null,
    });
  });

  test("a gap takes the mean of as long a time before it", () => {
    // 50 hours, hours 48 and 49 missing: filled with the mean of 4 and 8.
    const values = [...full(46), 4, 8, null, null];
    expect(rateOf(values)).toMatchObject({ status: "review", coverage: 0.96, filled: 2 });
    expect(rateOf(values).rate).toBeCloseTo((46 * 2 + 12 + 2 * 6) / 50, 12);
  });

  test("looks back 72 hours at most", () => {
    // 1,000 hours of which 80 are missing: only the 72 hours before count, all of them 5.
    const values = [...full(828), ...full(92, 5), ...new Array<null>(80).fill(null)];
    expect(rateOf(values)).toMatchObject({ status: "review", coverage: 0.92, filled: 80 });
    expect(rateOf(values).rate).toBeCloseTo((828 * 2 + 172 * 5) / 1000, 12);
  });

  test("a gap at the start looks into the time before the period, from where it began", () => {
    const values = [null, ...full(99)];
    expect(rateOf(values, [7, 9]).rate).toBeCloseTo((99 * 2 + 9) / 100, 12);
    // The gap began two hours earlier and is three hours long: the mean of 1, 7 and 9.
    expect(rateOf(values, [1, 7, 9, null, null]).rate).toBeCloseTo((99 * 2 + 17 / 3) / 100, 12);
    expect(rateOf(values)).toMatchObject({ rate: 2, filled: 0, observed: 99 });
  });

  test.each([
    [98, "settles", null],
    [97, "review", null],
    [90, "review", null],
    [89, null, "low_coverage"],
  ] as const)("coverage of %d %%: %s", (observed, status, reason) => {
    const answer = rateOf([...full(observed), ...new Array<null>(100 - observed).fill(null)]);
    expect(answer).toMatchObject({ status, reason, coverage: observed / 100, observed });
    expect(answer.rate).toBe(reason === null ? 2 : null);
  });

  test("the last value within a step counts, those outside the period do not", () => {
    const observations = [
      ...hourly([1, 3], 0),
      { at: 1.5 * hourMs, value: 5 },
      { at: 2 * hourMs, value: 99 },
    ];
    expect(periodRate(observations, { from: 0, to: 2 * hourMs, stepMs: hourMs }).rate).toBe(3);
  });

  test("a last step that the period cuts counts for its time", () => {
    const answer = periodRate(hourly([1, 2]), { from: 0, to: 1.5 * hourMs, stepMs: hourMs });
    expect(answer).toMatchObject({ rate: expect.closeTo(4 / 3, 12), expected: 2, observed: 2 });
  });

  test("of several values at one instant the highest counts, whatever their order", () => {
    const twice = [...hourly([1, 3]), ...hourly([2, 1])];
    for (const observations of [twice, [...twice].reverse()])
      expect(periodRate(observations, { from: 0, to: 2 * hourMs, stepMs: hourMs }).rate).toBe(2.5);
  });
});

test("refuses an empty period, no observations and nonsense", () => {
  const at = (from: number, to: number, stepMs: number) =>
    periodRate(hourly([1]), { from, to, stepMs }).reason;
  expect(at(0, 0, hourMs)).toBe("empty_period");
  expect(at(5, 0, hourMs)).toBe("empty_period");
  expect(at(0, hourMs, 0)).toBe("empty_period");
  expect(at(0, Number.POSITIVE_INFINITY, hourMs)).toBe("empty_period");
  expect(at(0, Number.NaN, hourMs)).toBe("empty_period");
  expect(at(0, hourMs, 1e-4)).toBe("too_many_steps");
  expect(at(0, hourMs, 5e-324)).toBe("empty_period");
  expect(rateOf([null, null])).toMatchObject({ rate: null, reason: "low_coverage", coverage: 0 });
  expect(rateOf([...full(99), Number.NaN])).toMatchObject({ observed: 99, status: "settles" });
  expect(rateOf([3])).toMatchObject({ rate: 3, status: "settles" });
});

test("a settled rate lies between the extremes and does not depend on the order of rows", () => {
  const value = fc.option(fc.integer({ min: 1, max: 9 }), { nil: null, freq: 20 });
  fc.assert(
    fc.property(fc.array(value, { minLength: 20, maxLength: 200 }), (values) => {
      const answer = rateOf(values);
      const known = values.filter((each) => each !== null);
      const turned = periodRate(hourly(values).reverse(), {
        from: 0,
        to: values.length * hourMs,
        stepMs: hourMs,
      });
      expect(turned).toEqual(answer);
      if (answer.rate === null) return;
      expect(answer.rate).toBeGreaterThanOrEqual(Math.min(...known) - 1e-9);
      expect(answer.rate).toBeLessThanOrEqual(Math.max(...known) + 1e-9);
    }),
  );
});
