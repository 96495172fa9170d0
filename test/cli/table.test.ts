import { describe, expect, it } from "vitest";
import { tenorText } from "../../src/cli/reads/tenor-text.ts";
import { tableText } from "../../src/cli/table.ts";
import { wrapText } from "../../src/cli/wrap.ts";

describe("tableText", () => {
  it("aligns columns, numbers to the right", () => {
    const text = tableText([
      { gpu: "h100-sxm", usd: 2.2, gpus: 8, note: null },
      { gpu: "l4", usd: 0.123456, gpus: 128, note: "x" },
    ]);
    expect(text.split("\n")).toEqual([
      "gpu          usd  gpus  note",
      "--------  ------  ----  ----",
      "h100-sxm     2.2     8  —",
      "l4        0.1235   128  x",
    ]);
  });

  it("shows what is asked for, also where no row has it", () => {
    expect(tableText([{ a: 1, b: 2 }], ["b", "c"]).split("\n")[0]).toBe("b  c");
    expect(tableText([{ a: 1 }], ["c"]).split("\n")[2]).toBe("—");
  });

  it("writes what is not told as a dash, and never null, NaN or undefined", () => {
    const text = tableText([{ a: null, b: undefined, c: "", d: { e: 1 }, f: false, g: 0 }]);
    expect(text.split("\n")[2]!.split(/\s+/)).toEqual(["—", "—", "—", '{"e":1}', "false", "0"]);
  });

  it("keeps large and small numbers readable", () => {
    const cells = tableText([{ a: 1234567, b: 1234.5678, c: 0.00001234567 }]).split("\n")[2]!;
    expect(cells.trim().split(/\s+/)).toEqual(["1234567", "1235", "0.00001235"]);
  });

  it("gives nothing for nothing", () => {
    expect(tableText([])).toBe("");
    expect(tableText([], ["a"])).toBe("");
  });
});

describe("wrapText", () => {
  it("breaks sentences between words, further in, and leaves tables and long words alone", () => {
    const row = "h100-sxm     2.2     8  —";
    const text = ["at noon; oldest input 2 min old", row, "  indented words go on", "x".repeat(30)].join(
      "\n",
    );
    expect(wrapText(text, 20).split("\n")).toEqual([
      ...["at noon; oldest", "  input 2 min old", row, "  indented words go", "    on", "x".repeat(30)],
    ]);
  });

  it("gives what is no terminal a hundred columns", () => {
    const lines = wrapText("word ".repeat(100).trim()).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(wrapText("short")).toBe("short");
  });
});

describe("tenorText", () => {
  it.each([
    [0, "0"],
    [0.03287671232876712, "1 d"],
    [0.23013698630136986, "1 w"],
    [1 / 730, "1 h"],
    [1, "1 mo"],
    [36, "36 mo"],
    [1.5, "1.5 mo"],
  ])("%d months are %s", (months, words) => expect(tenorText(months)).toBe(words));
});
