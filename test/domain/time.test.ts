import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { dayOf, formatInstant, parseInstant } from "../../src/domain/time.ts";
import { AppError } from "../../src/errors.ts";

describe("parseInstant", () => {
  it.each([
    ["2026-08-07", "2026-08-07T00:00:00Z"],
    ["2026-08-07T06:00", "2026-08-07T06:00:00Z"],
    ["2026-08-07 06:00:00", "2026-08-07T06:00:00Z"],
    ["2026-08-07T06:00:00.25Z", "2026-08-07T06:00:00.250Z"],
    ["2026-08-07T06:00:00+02:00", "2026-08-07T04:00:00Z"],
    ["2026-08-07T06:00:00-0530", "2026-08-07T11:30:00Z"],
    ["2024-02-29", "2024-02-29T00:00:00Z"],
    ["1970-01-01", "1970-01-01T00:00:00Z"],
    ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"],
  ])("reads %s as %s", (text, meant) => {
    expect(formatInstant(parseInstant(text, "at"))).toBe(meant);
  });

  it.each([
    ...["yesterday", "now", "", " ", "0", "1754546400000", "2026", "2026-08", "07.08.2026", "2026-8-7"],
    ...["2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-08-32", "2026-08-07T25:00:00Z"],
    ...["2026-08-07T06:60:00Z", "2026-08-07T06:00:00+99:00", "1969-12-31", "0000-01-01T00:00:00+14:00"],
    ...["9999-12-31T23:59:59-12:00", "2026-08-07T06:00:00Z; drop table ticks"],
  ])("refuses %j and names the field", (text) => {
    expect(() => parseInstant(text, "as_of")).toThrow(/^as_of: /);
  });

  test("reads back what formatInstant writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (instant) => {
        expect(parseInstant(formatInstant(instant), "at")).toBe(instant);
        expect(formatInstant(instant).startsWith(dayOf(instant))).toBe(true);
      }),
    );
  });
});

test("formatInstant knows what is no instant", () => {
  for (const none of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => formatInstant(none)).toThrow(AppError);
});
