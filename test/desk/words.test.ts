import { describe, expect, it } from "vitest";
import { basisPointsText, dollarText, oldestText, purchaseText } from "../../src/desk/words.ts";

describe("sentences of quotes and routes", () => {
  it("write money with cents at least and four decimals at most", () => {
    expect([7.106, 0.88824, 2170.5, 0.3 - 0.1, 0].map(dollarText)).toEqual([
      ...["$7.106", "$0.8882", "$2,170.50", "$0.20", "$0.00"],
    ]);
  });

  it("write basis points from 1,000 on as percent", () => {
    expect([0, 12.4, 999.4, 999.6, 13_086.1].map(basisPointsText)).toEqual([
      ...["0 bp", "12 bp", "999 bp", "10 %", "131 %"],
    ]);
  });

  it("write ages as people do, and purchases without their underscore", () => {
    expect(oldestText(10_007_661)).toBe("The oldest price was confirmed 115 d ago.");
    expect(oldestText(null)).toBe("The age of a price is unknown.");
    expect(purchaseText("on_demand")).toBe("on demand");
  });
});
