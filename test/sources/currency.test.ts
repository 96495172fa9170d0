import { describe, expect, test } from "vitest";
import { sources } from "../../src/sources/index.ts";
import { isObject } from "../../src/sources/read.ts";
import type { Source } from "../../src/sources/source.ts";
import { at, payloadsOf } from "./fixture.ts";

/** The value with `currency` told in every object of it. */
const telling = (value: unknown, currency: string): unknown => {
  if (Array.isArray(value)) return value.map((each) => telling(each, currency));
  if (!isObject(value)) return value;
  const inner = Object.entries(value).map(([key, each]) => [key, telling(each, currency)]);
  return { ...Object.fromEntries(inner), currency };
};

const parseTelling = (source: Source, currency: string) =>
  source.parse(
    payloadsOf(source.id).map((one) => {
      if (!/^\s*[[{]/.test(one.body)) return one;
      return { ...one, body: JSON.stringify(telling(JSON.parse(one.body), currency)) };
    }),
    at,
  );

/** Amazon's prices are in a file that is no JSON, of which only rows in dollars are kept. */
const others = new Set(["aws"]);

const json = sources.filter(
  ({ id, kind }) =>
    !["rates", "tokens"].includes(kind) &&
    !others.has(id) &&
    payloadsOf(id).some(({ body }) => /^\s*[[{]/.test(body)),
);

/** Some name the currency where an answer is checked as a whole, and refuse it there. */
const couldTell = (source: Source): boolean => {
  try {
    return parseTelling(source, "xyz").offers.length > 0;
  } catch {
    return false;
  }
};

describe.each(json.map((source) => [source.id, source] as const))("%s", (_id, source) => {
  test("takes no price for what its source is known for where the answer says otherwise", () => {
    try {
      const { offers } = parseTelling(source, "xyz");
      expect(new Set(offers.map(({ currency }) => currency))).toEqual(
        new Set(offers.length > 0 ? ["XYZ"] : []),
      );
      for (const { unitRaw } of offers) expect(unitRaw).not.toMatch(/\bUSD?\b/);
    } catch (error) {
      expect(error).toMatchObject({ code: "upstream_failed", message: expect.stringMatching(/shape/) });
    }
  });

  test("understands lower case, and refuses what is no code", () => {
    const usual = source.parse(payloadsOf(source.id), at).offers[0]!.currency;
    if (!couldTell(source)) return;
    expect(parseTelling(source, usual.toLowerCase()).offers[0]?.currency).toBe(usual);
    expect(parseTelling(source, "$").offers).toEqual([]);
  });
});
