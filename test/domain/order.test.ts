import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ascending, idPlaces, orderedBy } from "../../src/domain/order.ts";

describe("order", () => {
  it("orders numbers as a stable comparison sort does, with negatives, zeros and infinities", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }))),
        (numbers) => {
          const expected = numbers
            .map((_, i) => i)
            .sort((a, b) => (numbers[a]! < numbers[b]! ? -1 : numbers[a]! > numbers[b]! ? 1 : a - b));
          const places = [...ascending(Float64Array.from(numbers))];
          expect(places.map((place) => numbers[place]! + 0)).toEqual(
            expected.map((place) => numbers[place]! + 0),
          );
        },
      ),
    );
  });

  it("keeps the order given among equals and puts what has no value last, both ways", () => {
    const items = [
      { k: 2, n: "a" },
      { k: null, n: "b" },
      { k: 1, n: "c" },
      { k: 2, n: "d" },
      { k: Number.NaN, n: "e" },
    ];
    expect(orderedBy(items, ({ k }) => k).map(({ n }) => n)).toEqual(["c", "a", "d", "b", "e"]);
    expect(orderedBy(items, ({ k }) => k, "desc").map(({ n }) => n)).toEqual(["a", "d", "c", "b", "e"]);
    expect(orderedBy([], () => 1)).toEqual([]);
  });

  it("orders hexadecimal ids as text does, also where the first digits agree", () => {
    const id = fc.oneof(
      fc.constant("0123456789abc000"),
      fc
        .array(fc.constantFrom(..."0123456789abcdef"), { minLength: 16, maxLength: 16 })
        .map((list) => list.join("")),
      fc.constantFrom("0123456789abcfff", "0123456789abc001"),
    );
    fc.assert(
      fc.property(fc.array(id), (ids) => {
        const items = ids.map((listingId) => ({ listingId }));
        const ordered = [...idPlaces(items)].map((place) => items[place]!.listingId);
        expect(ordered).toEqual([...ids].sort());
      }),
    );
  });
});
