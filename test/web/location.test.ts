import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { numberIn, oneOf, readPlace, withParams, writePlace } from "../../src/web/lib/location.ts";

describe("places", () => {
  it("reads a room and its parameters; an unknown room is the market", () => {
    expect(readPlace("?room=gpu&gpu=h100-sxm&n=64")).toEqual({
      room: "gpu",
      params: { gpu: "h100-sxm", n: "64" },
    });
    expect(readPlace("?room=attic&q=")).toEqual({ room: "market", params: {} });
    expect(readPlace("")).toEqual({ room: "market", params: {} });
  });

  it("writes the same address for the same picture", () => {
    expect(writePlace({ room: "gpu", params: { n: "8", gpu: "h100" } })).toBe("?room=gpu&gpu=h100&n=8");
    expect(writePlace({ room: "market", params: {} })).toBe("?");
  });

  it("comes back from its own address", () => {
    const name = fc.stringMatching(/^[a-z_]{1,12}$/).filter((text) => text !== "room");
    const params = fc.dictionary(name, fc.string({ minLength: 1, unit: "binary" }), {
      noNullPrototype: true,
    });
    const room = fc.constantFrom("market", "gpu", "route", "sources");
    fc.assert(
      fc.property(room, params, (room, params) => {
        const place = { room, params } as const;
        expect(readPlace(writePlace(place))).toEqual(place);
      }),
    );
  });

  it("sets parameters, and takes out those that are null or empty", () => {
    const place = { room: "gpu", params: { gpu: "h100", n: "8", tier: "secure" } } as const;
    expect(withParams(place, { n: "16", tier: null, gpu: "" }).params).toEqual({ n: "16" });
  });

  it("falls back where a parameter is not what it must be", () => {
    expect(oneOf("spot", ["on_demand", "spot"])).toBe("spot");
    expect(oneOf("free", ["on_demand", "spot"])).toBe("on_demand");
    expect(numberIn("12", 1, 100, 8)).toBe(12);
    for (const text of [undefined, "", "0", "101", "eight", "NaN"]) expect(numberIn(text, 1, 100, 8)).toBe(8);
  });
});
