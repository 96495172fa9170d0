import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SourceClass } from "../../src/domain/book.ts";
import { day, hour, minute } from "../../src/domain/time.ts";
import { type Confirmation, isCurrent, isExpired, validityOf } from "../../src/domain/validity.ts";
import { bookOf, bookOffer, sourceState, t0 } from "../helpers/offers.ts";

const seen = (changes: Partial<Confirmation>) => {
  const pull = { kind: "direct", origin: "live", everyMinutes: 10, observedAt: t0, finishedAt: t0 } as const;
  const { currentUntil, expiresAt } = validityOf({ ...pull, ...changes });
  return [currentUntil - t0, expiresAt - t0];
};

describe("what a pull saw", () => {
  it("is current for twice the interval and expired after 7 days, dated list prices after 30", () => {
    expect(seen({})).toEqual([20 * minute, 7 * day]);
    expect(seen({ kind: "marketplace", everyMinutes: 1440 })).toEqual([2 * day, 7 * day]);
    expect(seen({ kind: "list", everyMinutes: 1440 })).toEqual([30 * day, 30 * day]);
    expect(seen({ kind: "list", everyMinutes: 10 })).toEqual([30 * day, 30 * day]);
  });

  it("is not current when it is expired", () => {
    expect(seen({ everyMinutes: 5 * 1440 })).toEqual([7 * day, 7 * day]);
  });

  it("expires with its own cadence where it was imported, after 7 days at most", () => {
    expect(seen({ kind: "import", origin: "import", everyMinutes: 720 })).toEqual([day, day]);
    expect(seen({ kind: "import", origin: "import", everyMinutes: 7 * 1440 })).toEqual([7 * day, 7 * day]);
  });

  it("says nothing of the time after it was made where it was filled in later", () => {
    const backfill = { origin: "backfill", everyMinutes: 1440 } as const;
    expect(seen({ ...backfill, kind: "import", finishedAt: t0 + hour })).toEqual([hour, hour]);
    expect(seen({ ...backfill, kind: "direct", finishedAt: t0 + hour })).toEqual([hour, hour]);
    expect(seen({ ...backfill, kind: "import", finishedAt: t0 + 400 * day })).toEqual([2 * day, 2 * day]);
  });

  it("is never current of a backfill, whatever the time is that follows it", () => {
    const kinds = fc.constantFrom<SourceClass>("direct", "marketplace", "aggregator", "list", "import");
    fc.assert(
      fc.property(
        kinds,
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.nat(1e9),
        (kind, everyMinutes, ago) => {
          const [observedAt, finishedAt] = [t0 - ago, t0];
          const made = validityOf({ kind, origin: "backfill", everyMinutes, observedAt, finishedAt });
          expect(Math.max(made.currentUntil, made.expiresAt)).toBeLessThanOrEqual(t0);
        },
      ),
    );
  });
});

describe("an offer", () => {
  const standing = (age: number, kind: SourceClass = "direct") => {
    const book = bookOf([bookOffer("1")], [sourceState("acme", { kind, lastGoodAt: t0 - age })]);
    return [isCurrent(bookOffer("1"), book, t0), isExpired(bookOffer("1"), book, t0)];
  };

  it("is current, then old, then expired, each from its very instant on", () => {
    expect(standing(20 * minute - 1)).toEqual([true, false]);
    expect(standing(20 * minute)).toEqual([false, false]);
    expect(standing(7 * day - 1)).toEqual([false, false]);
    expect(standing(7 * day)).toEqual([false, true]);
    expect(standing(30 * day - 1, "list")).toEqual([true, false]);
    expect(standing(30 * day, "list")).toEqual([false, true]);
  });

  it("is neither where its source is unknown or never saw anything", () => {
    const never = bookOf([bookOffer("1")], [sourceState("acme", { lastGoodAt: null })]);
    for (const offer of [bookOffer("1"), bookOffer("1", { source: "nobody" })]) {
      expect(isCurrent(offer, never, t0)).toBe(false);
      expect(isExpired(offer, never, t0)).toBe(false);
    }
  });
});
