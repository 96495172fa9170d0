import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterRun, type Due, dueNow, firstDue, isBroken } from "../../src/collect/schedule.ts";
import { minute } from "../../src/domain/time.ts";

const t0 = Date.UTC(2026, 0, 1);
const due = (changes: Partial<Due> = {}): Due => ({
  source: "a",
  everyMinutes: 10,
  nextAt: t0,
  running: false,
  failures: 0,
  ...changes,
});
const fails = (times: number, from = due()): Due =>
  Array.from({ length: times }).reduce<Due>((entry) => afterRun(entry, false, entry.nextAt), from);

describe("firstDue", () => {
  it("spreads sources that never ran", () => {
    const sources = ["a", "b", "c"].map((id) => ({ id, everyMinutes: 10 }));
    const list = firstDue(sources, new Map(), t0, 30_000);
    expect(list.map(({ nextAt }) => nextAt - t0)).toEqual([0, 10_000, 20_000]);
    expect(list.every(({ running, failures }) => !running && failures === 0)).toBe(true);
    expect(firstDue([], new Map(), t0, 30_000)).toEqual([]);
  });

  it("lets a recent pull count, and an old one not", () => {
    const sources = ["fresh", "old"].map((id) => ({ id, everyMinutes: 10 }));
    const last = new Map([
      ["fresh", t0 - 4 * minute],
      ["old", t0 - 60 * minute],
    ]);
    expect(firstDue(sources, last, t0, 30_000).map(({ nextAt }) => nextAt - t0)).toEqual([
      6 * minute,
      15_000,
    ]);
  });
});

describe("dueNow", () => {
  it("gives what is due and not running, the longest overdue first", () => {
    const list = [
      due({ source: "now" }),
      due({ source: "later", nextAt: t0 + 1 }),
      due({ source: "running", nextAt: t0 - 9, running: true }),
      due({ source: "overdue", nextAt: t0 - 5 }),
    ];
    expect(dueNow(list, t0).map(({ source }) => source)).toEqual(["overdue", "now"]);
    expect(dueNow([], t0)).toEqual([]);
  });
});

describe("afterRun", () => {
  it("keeps the cadence, however long a run takes", () => {
    let entry = due();
    for (let run = 1; run <= 100; run++) {
      entry = afterRun({ ...entry, running: true }, true, entry.nextAt + (run % 9) * minute + 123);
      expect(entry).toMatchObject({ nextAt: t0 + run * 10 * minute, running: false, failures: 0 });
    }
  });

  it("skips the times that a long run missed, in step", () => {
    expect(afterRun(due(), true, t0 + 35 * minute).nextAt).toBe(t0 + 40 * minute);
    expect(afterRun(due(), true, t0 + 40 * minute).nextAt).toBe(t0 + 50 * minute);
  });

  it("opens the breaker at the third failure and doubles from there, up to 16 intervals", () => {
    const waits = Array.from(
      { length: 9 },
      (_, i) => (fails(i + 1).nextAt - fails(i).nextAt) / (10 * minute),
    );
    expect(waits).toEqual([1, 1, 2, 4, 8, 16, 16, 16, 16]);
    expect([2, 3].map((times) => isBroken(fails(times)))).toEqual([false, true]);
  });

  it("closes it with the first good run", () => {
    const entry = fails(5);
    const closed = afterRun(entry, true, entry.nextAt + minute);
    expect(closed).toMatchObject({ failures: 0, nextAt: entry.nextAt + 10 * minute });
    expect(isBroken(closed)).toBe(false);
  });
});

describe("a scheduler made of these", () => {
  const world = fc.record({
    sources: fc.array(fc.record({ every: fc.integer({ min: 1, max: 60 }) }), { minLength: 1, maxLength: 6 }),
    /** Of each step: milliseconds since the last, which runs end, and whether well. */
    steps: fc.array(
      fc.record({
        wait: fc.integer({ min: 1, max: 40 * minute }),
        end: fc.array(fc.nat(5), { maxLength: 4 }),
        good: fc.boolean(),
      }),
      { maxLength: 40 },
    ),
  });

  it("never runs a source twice at a time, never early, and no running one is forgotten", () => {
    fc.assert(
      fc.property(world, ({ sources, steps }) => {
        const named = sources.map(({ every }, i) => ({ id: `s${i}`, everyMinutes: every }));
        const dues = new Map(firstDue(named, new Map(), t0, 30_000).map((entry) => [entry.source, entry]));
        const running = new Set<string>();
        const startedAt = new Map<string, number>();
        let now = t0;
        for (const { wait, end, good } of steps) {
          now += wait;
          for (const i of end) {
            const source = `s${i}`;
            if (!running.delete(source)) continue;
            const ended = afterRun(dues.get(source)!, good, now);
            expect(ended.nextAt).toBeGreaterThan(now);
            dues.set(source, ended);
          }
          for (const entry of dueNow([...dues.values()], now)) {
            expect(running.has(entry.source)).toBe(false);
            expect(entry.nextAt).toBeLessThanOrEqual(now);
            running.add(entry.source);
            startedAt.set(entry.source, now);
            dues.set(entry.source, { ...entry, running: true });
          }
          for (const entry of dues.values()) expect(entry.running).toBe(running.has(entry.source));
        }
      }),
    );
  });
});
