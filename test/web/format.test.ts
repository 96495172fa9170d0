import { describe, expect, it } from "vitest";
import {
  ageOrDay,
  alignedPrice,
  count,
  instant,
  money,
  percent,
  plural,
  price,
  share,
} from "../../src/web/lib/format.ts";

describe("prices", () => {
  it.each([
    [2.49, "2.49"],
    [0.344, "0.344"],
    [12.29, "12.29"],
    [0.9996, "1.00"],
    [0.0934, "0.093"],
    [0.0042, "0.00420"],
    [105.2, "105.20"],
    [0, "0.000"],
  ])("%d is %s", (usd, text) => expect(price(usd)).toBe(text));

  it("pads so that the points of a column stand under each other", () => {
    const decimals = (text: string): number => text.length - text.indexOf(".");
    expect(decimals(alignedPrice(2.49))).toBe(decimals(alignedPrice(0.344)));
    expect(decimals(alignedPrice(12.29))).toBe(decimals(alignedPrice(0.344)));
  });

  it("writes money to the cent, and large sums to the dollar", () => {
    expect(money(516.48)).toBe("$516.48");
    expect(money(1146.24)).toBe("$1,146.24");
    expect(money(516_480)).toBe("$516,480");
  });
});

describe("changes, counts and shares", () => {
  it("carries a sign of its own width, and none where nothing moved", () => {
    expect(percent(11.44)).toBe("+11.4\u202f%");
    expect(percent(-66.46)).toBe("\u221266.5\u202f%");
    expect(percent(-0.04)).toBe("0.0\u202f%");
  });

  it("groups thousands and keeps a decimal only where there is one", () => {
    expect(count(1754)).toBe("1,754");
    expect(count(1.5)).toBe("1.5");
    expect(plural(1, "listing")).toBe("1 listing");
    expect(plural(1200, "listing")).toBe("1,200 listings");
    expect(share(0.9992)).toBe("99.92 %");
    expect(share(0.95)).toBe("95.0 %");
  });
});

describe("ages", () => {
  it("becomes the day after two days", () => {
    const now = Date.UTC(2026, 10, 21);
    expect(ageOrDay(now - 3 * 60_000, now)).toBe("3 min");
    expect(ageOrDay(Date.UTC(2026, 7, 7, 6, 35, 52), now)).toBe("2026-08-07");
    expect(instant(Date.UTC(2026, 7, 7, 6, 35, 52))).toBe("2026-08-07 06:35:52 UTC");
  });
});
