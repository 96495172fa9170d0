import { describe, expect, it } from "vitest";
import { nextSort, readSort, sorted, writeSort } from "../../src/web/lib/sort.ts";

describe("sorting", () => {
  const rows = [
    { id: "a", usd: 2 },
    { id: "b", usd: null },
    { id: "c", usd: 1 },
    { id: "d", usd: 2 },
  ];
  const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join("");

  it("is stable and puts rows without a value last in both directions", () => {
    expect(ids(sorted(rows, ({ usd }) => usd, false))).toBe("cadb");
    expect(ids(sorted(rows, ({ usd }) => usd, true))).toBe("adcb");
  });

  it("compares names by their numbers", () => {
    const names = ["RTX 4090", "H100", "RTX 960"];
    expect(sorted(names, (name) => name, false)).toEqual(["H100", "RTX 960", "RTX 4090"]);
  });

  it("turns with each click, starting in the column's own direction", () => {
    expect(nextSort(null, "free", true)).toEqual({ key: "free", descending: true });
    expect(nextSort({ key: "free", descending: true }, "free", true)).toEqual({
      key: "free",
      descending: false,
    });
    expect(nextSort({ key: "free", descending: true }, "od", false)).toEqual({
      key: "od",
      descending: false,
    });
  });

  it("stands in an address", () => {
    for (const text of ["od", "-free"]) expect(writeSort(readSort(text)!)).toBe(text);
    expect(readSort(undefined)).toBeNull();
    expect(readSort("")).toBeNull();
  });
});
