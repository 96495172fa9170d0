import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkpointInterval, expectedHours } from "../../src/models/expected-hours.ts";

const minutes = 1 / 60;

describe("known answers", () => {
  test.each([
    [1440, 116.6898],
    [360, 56.713],
    [15, 9.1409],
  ])("checkpoints of 5 min, an interruption every %d min: work %d min between them", (between, interval) => {
    expect(checkpointInterval(5, between)).toBeCloseTo(interval, 4);
  });

  test.each([
    [0.02, 106.534],
    [0.1, 116.992],
    [0.5, 153.458],
  ])("100 h of work at a hazard of %d an hour take %d h", (hazardPerHour, hours) => {
    const job = { workHours: 100, checkpointHours: 5 * minutes, restartHours: 15 * minutes, hazardPerHour };
    expect(expectedHours(job)).toBeCloseTo(hours, 3);
  });

  test("spot at 1.20 against 2.00 breaks even at a hazard of 0.650178", () => {
    const job = { workHours: 100, checkpointHours: 5 * minutes, restartHours: 15 * minutes };
    expect(1.2 * expectedHours({ ...job, hazardPerHour: 0.6501781702442352 })!).toBeCloseTo(200, 5);
  });
});

test("answers the edges and nonsense", () => {
  const job = { workHours: 10, checkpointHours: 0.1, restartHours: 0.2, hazardPerHour: 0.1 };
  expect(expectedHours({ ...job, hazardPerHour: 0 })).toBe(10);
  expect(expectedHours({ ...job, checkpointHours: 0 })).toBeCloseTo(10 * Math.exp(0.02), 12);
  expect(expectedHours({ ...job, checkpointHours: 0, restartHours: 0 })).toBe(10);
  expect(expectedHours({ ...job, intervalHours: 99 })).toBeCloseTo(Math.exp(0.02) * Math.expm1(1.01) * 10, 9);
  for (const changes of [
    { workHours: 0 },
    { workHours: Number.NaN },
    { hazardPerHour: -1 },
    { intervalHours: 0 },
    { restartHours: Number.POSITIVE_INFINITY },
    { hazardPerHour: 1e4, checkpointHours: 5 * minutes },
    { hazardPerHour: 1e4, checkpointHours: 0, restartHours: 1 },
    { intervalHours: 5e-324 },
  ])
    expect(expectedHours({ ...job, ...changes })).toBeNull();
  expect(checkpointInterval(-1, 5)).toBeNull();
  expect(checkpointInterval(Number.NaN, 5)).toBeNull();
  expect(checkpointInterval(0, 5)).toBe(0);
  expect(checkpointInterval(5, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(checkpointInterval(10, 4)).toBe(4);
});

test("never less than the work, more with every hazard, and the unit of time does not matter", () => {
  const positive = fc.double({ min: 0.01, max: 5, noNaN: true });
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 200, noNaN: true }),
      positive,
      positive,
      fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      (workHours, checkpointHours, restartHours, hazardPerHour) => {
        const job = { workHours, checkpointHours, restartHours, hazardPerHour };
        const hours = expectedHours(job)!;
        expect(hours).toBeGreaterThan(workHours);
        expect(expectedHours({ ...job, hazardPerHour: hazardPerHour * 1.5 })!).toBeGreaterThan(hours);
        const inMinutes = {
          workHours: workHours * 60,
          checkpointHours: checkpointHours * 60,
          restartHours: restartHours * 60,
          hazardPerHour: hazardPerHour / 60,
        };
        expect(expectedHours(inMinutes)! / hours).toBeCloseTo(60, 8);
      },
    ),
  );
});
