import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byCost, rowsOf } from "../../src/desk/blocks.ts";
import { type Cover, type CoverOptions, cover } from "../../src/desk/cover.ts";
import { quickCover, worthTrying } from "../../src/desk/cover-bound.ts";
import { shortlist } from "../../src/desk/shortlist.ts";
import type { BookOffer } from "../../src/domain/book.ts";
import { groupBy } from "../../src/models/group-by.ts";
import { bookOffer } from "../helpers/offers.ts";

/** `free` GPUs at `price`, sold in blocks of `block`. */
const sold = (
  id: string,
  price: number,
  block: number,
  free: number | null,
  changes: Partial<BookOffer> = {},
) =>
  bookOffer(id, { usdPerGpuHour: price, minGpus: block, gpuCount: block, availableGpus: free, ...changes });

const take = (offers: readonly BookOffer[], gpus: number, options?: CoverOptions): Cover => {
  const found = cover(offers, gpus, options);
  if (found.reason !== null) throw new Error(`insufficient: ${found.available}`);
  return found;
};

const legsOf = (found: Cover) => found.legs.map((leg) => `${leg.offer.listingId}:${leg.gpus}`);

describe("known answers", () => {
  test("takes single GPUs in price order", () => {
    const offers = [sold("a", 2, 1, 4), sold("b", 2.2, 1, 5), sold("c", 3, 1, 5)];
    const found = take(offers, 10);
    expect(legsOf(found)).toEqual(["a:4", "b:5", "c:1"]);
    expect(found.usdPerHour).toBe(22);
  });

  test("8 GPUs at 10.24 in total are 1.28 each", () => {
    expect(take([sold("a", 1.28, 8, 8)], 8)).toMatchObject({ usdPerHour: 10.24, gpusRented: 8 });
  });

  test("rents a whole host only where that is cheaper than the parts", () => {
    const offers = [sold("host", 1, 8, 8), sold("single", 1.9, 1, 8)];
    expect(legsOf(take(offers, 4))).toEqual(["single:4"]);
    expect(take(offers, 5)).toMatchObject({ gpusRented: 8, usdPerHour: 8 });
    expect(legsOf(take(offers, 9))).toEqual(["host:8", "single:1"]);
  });

  test("a dearer host beats a cheap one that leaves too much idle", () => {
    expect(legsOf(take([sold("a", 1, 8, 8), sold("b", 1.2, 4, 8)], 12))).toEqual(["a:8", "b:4"]);
    expect(legsOf(take([sold("a", 1, 8, 16), sold("b", 1.9, 4, 4)], 12))).toEqual(["a:8", "b:4"]);
    expect(legsOf(take([sold("a", 1, 8, 16), sold("b", 2.1, 4, 4)], 12))).toEqual(["a:16"]);
  });

  test("a listing that takes any number from its minimum sells blocks of the minimum", () => {
    expect(legsOf(take([sold("a", 1, 2, 6, { gpuCount: 8 })], 3))).toEqual(["a:4"]);
    expect(cover([sold("a", 1, 2, 6, { gpuCount: 8 })], 7)).toEqual({
      reason: "insufficient_supply",
      available: 6,
    });
    expect(cover([sold("a", 1, 8, 15)], 9)).toEqual({ reason: "insufficient_supply", available: 8 });
  });

  test("unknown stock serves what is needed, marked; a named machine only itself", () => {
    const unknown = take([sold("a", 1, 8, null)], 20);
    expect(unknown.legs).toMatchObject([{ gpus: 24, stockKnown: false }]);
    const machine = sold("m", 1, 8, null, { machineId: "m" });
    expect(cover([machine], 9)).toEqual({ reason: "insufficient_supply", available: 8 });
    const kinds = (["exact", "floor", "ceiling", "level"] as const).map((availableIs) =>
      take([sold("a", 1, 8, 8, { availableIs })], 8).legs.map((leg) => leg.stockKnown),
    );
    expect(kinds).toEqual([[true], [true], [false], [false]]);
  });

  test("nothing for sale is insufficient", () => {
    expect(cover([], 1)).toEqual({ reason: "insufficient_supply", available: 0 });
    expect(cover([sold("a", 1, 8, 0)], 1)).toEqual({ reason: "insufficient_supply", available: 0 });
    expect(cover([], 1, { singleProvider: true })).toEqual({ reason: "insufficient_supply", available: 0 });
  });
});

describe("slices of one machine", () => {
  const slices = [1, 2, 4].map((size) => sold(`s${size}`, 1 + size / 100, size, size, { machineId: "m" }));

  test("are never sold side by side", () => {
    expect(legsOf(take(slices, 3))).toEqual(["s4:4"]);
    expect(legsOf(take(slices, 2))).toEqual(["s2:2"]);
    expect(cover(slices, 5)).toEqual({ reason: "insufficient_supply", available: 4 });
  });

  test("of another provider's machine of the same name are other GPUs", () => {
    const other = slices.map((offer) => ({ ...offer, listingId: `o-${offer.listingId}`, provider: "other" }));
    expect(take([...slices, ...other], 5).gpusRented).toBe(5);
  });
});

describe("options", () => {
  const offers = [
    sold("a", 1, 1, 4, { provider: "a" }),
    sold("b", 2, 1, 8, { provider: "b" }),
    sold("c", 2.5, 1, 8, { provider: "c" }),
  ];

  test("one provider: the cheapest that has all", () => {
    expect(legsOf(take(offers, 8))).toEqual(["a:4", "b:4"]);
    expect(legsOf(take(offers, 8, { singleProvider: true }))).toEqual(["b:8"]);
    expect(cover(offers, 9, { singleProvider: true })).toEqual({
      reason: "insufficient_supply",
      available: 8,
    });
  });

  test("counts all listings of a provider towards its share", () => {
    const mine = [1, 1.1, 1.2].map((price, i) => sold(`a${i}`, price, 1, 3, { provider: "a" }));
    const offers = [...mine, sold("b", 3, 1, 10, { provider: "b" })];
    expect(legsOf(take(offers, 10, { maxProviderShare: 0.5 }))).toEqual(["a0:3", "a1:2", "b:5"]);
  });

  test("a cap on each provider's share", () => {
    expect(legsOf(take(offers, 8, { maxProviderShare: 0.5 }))).toEqual(["a:4", "b:4"]);
    expect(legsOf(take(offers, 9, { maxProviderShare: 1 / 3 }))).toEqual(["a:3", "b:3", "c:3"]);
    expect(cover(offers, 8, { maxProviderShare: 0.25 })).toEqual({
      reason: "insufficient_supply",
      available: 6,
    });
  });

  test("another cost than the price decides where given", () => {
    const costOf = (offer: BookOffer) => (offer.listingId === "a" ? 9 : offer.usdPerGpuHour);
    const found = take(offers, 4, { costOf });
    expect(legsOf(found)).toEqual(["b:4"]);
    expect(found.usdPerHour).toBe(8);
  });
});

const row = fc.record({
  cents: fc.integer({ min: 50, max: 300 }),
  block: fc.constantFrom(1, 2, 3, 4, 8),
  blocks: fc.integer({ min: 0, max: 3 }),
  provider: fc.constantFrom("a", "b", "c"),
  machineId: fc.option(fc.constantFrom("m1", "m2"), { nil: null }),
});
const books = fc
  .array(row, { maxLength: 7 })
  .map((rows) =>
    rows.map(({ cents, block, blocks, ...rest }, i) =>
      sold(`${i}`, cents / 100, block, block * blocks, rest),
    ),
  );

/** Tries every number of blocks of every row, one row a machine. */
const bruteForce = (
  offers: readonly BookOffer[],
  need: number,
  used: ReadonlySet<string> = new Set(),
): number => {
  if (need <= 0) return 0;
  const [first, ...rest] = offers;
  if (!first) return Number.POSITIVE_INFINITY;
  const machine = first.machineId === null ? null : `${first.provider}/${first.machineId}`;
  let best = bruteForce(rest, need, used);
  if (machine !== null && used.has(machine)) return best;
  const then = machine === null ? used : new Set([...used, machine]);
  for (let gpus = first.minGpus; gpus <= (first.availableGpus ?? 0); gpus += first.minGpus) {
    best = Math.min(best, gpus * first.usdPerGpuHour + bruteForce(rest, need - gpus, then));
  }
  return best;
};

/** The same optimum by group knapsack without any shortcut. */
const plainProgramme = (offers: readonly BookOffer[], need: number): number => {
  let cost = [0, ...Array.from({ length: need }, () => Number.POSITIVE_INFINITY)];
  for (const rows of groupBy(offers, (offer) => offer.machineId ?? offer.listingId).values()) {
    const next = [...cost];
    for (const { minGpus, availableGpus, usdPerGpuHour } of rows) {
      for (let gpus = minGpus; gpus <= (availableGpus ?? 0); gpus += minGpus) {
        for (let q = 1; q <= need; q++) {
          next[q] = Math.min(next[q]!, cost[Math.max(0, q - gpus)]! + gpus * usdPerGpuHour);
        }
      }
    }
    cost = next;
  }
  return cost[need]!;
};

describe("properties", () => {
  test("costs what brute force finds, and fails only where it fails", () => {
    fc.assert(
      fc.property(books, fc.integer({ min: 1, max: 40 }), (offers, need) => {
        const best = bruteForce(offers, need);
        const found = cover(offers, need);
        if (found.reason === null) expect(found.usdPerHour).toBeCloseTo(best, 9);
        else expect(best).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 2000 },
    );
  });

  test("costs what a plain programme over machines finds, in markets large enough to be pruned", () => {
    const large = fc
      .array(
        fc.tuple(
          fc.integer({ min: 90, max: 130 }),
          fc.constantFrom(1, 2, 3, 4, 8),
          fc.integer({ min: 1, max: 30 }),
        ),
        {
          minLength: 20,
          maxLength: 80,
        },
      )
      .map((rows) =>
        rows.map(([cents, block, machine], i) =>
          sold(`${i}`, cents / 100, block, block * (1 + (i % 2)), {
            machineId: machine > 25 ? null : `m${machine}`,
          }),
        ),
      );
    fc.assert(
      fc.property(large, fc.integer({ min: 1, max: 120 }), (offers, need) => {
        const best = plainProgramme(offers, need);
        const found = cover(offers, need);
        if (found.reason === null) expect(found.usdPerHour).toBeCloseTo(best, 9);
        else expect(best).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 500 },
    );
  });

  test("one provider costs what brute force over providers finds", () => {
    fc.assert(
      fc.property(books, fc.integer({ min: 1, max: 24 }), (offers, need) => {
        const best = Math.min(
          ...["a", "b", "c"].map((p) =>
            bruteForce(
              offers.filter((o) => o.provider === p),
              need,
            ),
          ),
        );
        const found = cover(offers, need, { singleProvider: true });
        if (found.reason === null) expect(found.usdPerHour).toBeCloseTo(best, 9);
        else expect(best).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 500 },
    );
  });

  test("legs add up, sell no more than there is, and no provider exceeds its share", () => {
    fc.assert(
      fc.property(
        books,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0.4, 0.5, 1),
        (offers, need, share) => {
          const found = cover(offers, need, { maxProviderShare: share });
          if (found.reason !== null) return;
          expect(found.gpusRented).toBeGreaterThanOrEqual(need);
          expect(found.legs.reduce((sum, leg) => sum + leg.gpus, 0)).toBe(found.gpusRented);
          const machines = found.legs.flatMap(({ offer }) =>
            offer.machineId ? [offer.provider + offer.machineId] : [],
          );
          expect(new Set(machines).size).toBe(machines.length);
          for (const { offer, gpus } of found.legs) expect(gpus).toBeLessThanOrEqual(offer.availableGpus!);
          for (const provider of share < 1 ? ["a", "b", "c"] : []) {
            const own = found.legs.filter(({ offer }) => offer.provider === provider);
            expect(own.reduce((sum, leg) => sum + leg.gpus, 0)).toBeLessThanOrEqual(share * need);
          }
        },
      ),
    );
  });

  test("does not depend on the order of the offers", () => {
    const shuffled = books.chain((offers) =>
      fc.tuple(fc.constant(offers), fc.shuffledSubarray(offers, { minLength: offers.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 1, max: 30 }), ([offers, other], need) => {
        expect(cover(other, need)).toEqual(cover(offers, need));
      }),
    );
  });
});

/** A market of `count` rows without randomness: hosts, singles, and machines listed as several slices. */
const market = (count: number): BookOffer[] =>
  Array.from({ length: count }, (_, i) => {
    const price = 1 + ((i * 7919) % 1000) / 400;
    const block = [1, 2, 4, 8][i % 4]!;
    const machineId = i % 10 < 8 ? `m${Math.floor(i / 4)}` : null;
    return sold(`l${i}`, price, block, block, { machineId, provider: `p${Math.floor(i / 4) % 12}` });
  });

describe("size", () => {
  test("above 512 GPUs every block in the cover is still among the cheapest", () => {
    const offers = Array.from({ length: 200 }, (_, i) => sold(`h${i}`, 1 + i / 100, 8, 8));
    const found = take(offers, 1001);
    expect(found.gpusRented).toBe(1008);
    expect(legsOf(found)).toEqual(offers.slice(0, 126).map((offer) => `${offer.listingId}:8`));
    expect(cover(offers, 1601)).toEqual({ reason: "insufficient_supply", available: 1600 });
    expect(take(offers, 1600).gpusRented).toBe(1600);
  });

  test("above 512 GPUs slices are still not sold twice and all that exists can be had", () => {
    const offers = market(5000);
    const found = cover(offers, 1_000_000);
    if (found.reason === null) throw new Error("that many GPUs do not exist");
    const all = take(offers, found.available);
    expect(all.gpusRented).toBe(found.available);
    const machines = all.legs.flatMap(({ offer }) =>
      offer.machineId ? [offer.provider + offer.machineId] : [],
    );
    expect(new Set(machines).size).toBe(machines.length);
  });

  test("hosts of more than 512 GPUs are taken whole", () => {
    expect(legsOf(take([sold("big", 1, 1024, 4096)], 1500))).toEqual(["big:2048"]);
    expect(legsOf(take([sold("big", 1, 1024, 4096), sold("small", 2, 8, 80)], 1040))).toEqual([
      "big:1024",
      "small:16",
    ]);
  });

  test("leaves few rows to the programme, however many offers there are", () => {
    const cost = (offer: BookOffer) => offer.usdPerGpuHour;
    for (const [need, most] of [
      [8, 50],
      [512, 200],
    ] as const) {
      for (const count of [5000, 20_000]) {
        const rows = rowsOf(shortlist(market(count), need, cost), need, cost).toSorted(byCost);
        expect(worthTrying(rows, need, quickCover(rows, need)!).length).toBeLessThan(most);
      }
    }
    expect(shortlist(market(20_000), 8, cost).length).toBeLessThan(100);
  });

  test("asks for the cost of an offer a few times at most", () => {
    let asked = 0;
    const costOf = (offer: BookOffer): number => {
      asked++;
      return offer.usdPerGpuHour;
    };
    take(market(5000), 512, { costOf });
    expect(asked).toBeLessThanOrEqual(3 * 5000);
  });
});
