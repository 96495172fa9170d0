import { describe, expect, test } from "vitest";
import { judge } from "../../src/collect/judge.ts";
import { loadReference } from "../../src/reference.ts";
import { sources } from "../../src/sources/index.ts";
import { isObject } from "../../src/sources/read.ts";
import type { Source } from "../../src/sources/source.ts";
import { at, handRates, payloadsOf } from "./fixture.ts";

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

const reference = await loadReference();
/** Lium's answer is of its own day. */
const rates = [{ ...handRates[0], date: "2026-09-09" }, ...handRates];
const hardCoded = ["gpuai", "lium", "shadeform", "runpod", "vast"];

describe.each(hardCoded.flatMap((id) => ["EUR", "eur"].map((currency) => [id, currency] as const)))(
  "an answer of %s as a whole in %s",
  (id, currency) => {
    const source = sources.find((each) => each.id === id)!;
    const offersIn = (told: object) => {
      const payloads = payloadsOf(id).map((one) => ({
        ...one,
        body: JSON.stringify({ ...(JSON.parse(one.body) as object), ...told }),
      }));
      const context = { source: id, ...reference, rates, observedAt: at };
      return source.parse(payloads, at).offers.flatMap((draft) => {
        const judged = judge(draft, context);
        return "offer" in judged ? [judged.offer] : [];
      });
    };

    test("is converted, at 1.10 USD", () => {
      const [dollars, euros] = [offersIn({}), offersIn({ currency })];
      expect(dollars.length).toBeGreaterThan(1);
      expect(euros.map(({ currency: said, fxRate }) => [said, fxRate])).toEqual(
        dollars.map(() => ["EUR", 1.1]),
      );
      for (const [i, { usdPerGpuHour }] of dollars.entries())
        expect(euros[i]!.usdPerGpuHour / usdPerGpuHour).toBeCloseTo(1.1, 9);
    });
  },
);
