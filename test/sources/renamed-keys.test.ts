import { describe, expect, test } from "vitest";
import { judge } from "../../src/collect/judge.ts";
import { listingKey } from "../../src/domain/offer.ts";
import { AppError } from "../../src/errors.ts";
import { loadReference } from "../../src/reference.ts";
import { sources } from "../../src/sources/index.ts";
import { isObject } from "../../src/sources/read.ts";
import type { RawPayload, Source } from "../../src/sources/source.ts";
import { at, handRates, payloadsOf } from "./fixture.ts";

const reference = await loadReference();

const read = (source: Source, payloads: readonly RawPayload[]) => {
  const parsed = source.parse(payloads, at);
  const context = { source: source.id, ...reference, rates: handRates, observedAt: at };
  const judged = parsed.offers.map((draft) => judge(draft, context));
  const scopes = judged.flatMap((one) =>
    "offer" in one ? [[listingKey(one.offer), one.offer.scope] as const] : [],
  );
  const refused = judged.filter((one) => "reject" in one).length;
  return { listings: new Map(scopes), rejects: parsed.rejects.length + refused, ...parsed.completeness };
};

const keysOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]) : [];
};

const renamed = (value: unknown, key: string): unknown => {
  if (Array.isArray(value)) return value.map((each) => renamed(each, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name === key ? `${name}_2` : name, renamed(inner, key)]),
  );
};

const isJson = ({ body }: RawPayload): boolean => /^\s*[[{]/.test(body);

/** Those whose keys are declared. */
const declared = sources.filter(
  ({ id, kind }) => id >= "latitude" && kind !== "tokens" && payloadsOf(id).some(isJson),
);

describe.each(declared.map((source) => [source.id, source] as const))("%s", (_id, source) => {
  const payloads = payloadsOf(source.id);
  const whole = read(source, payloads);

  /** Listings that are missing and would be taken for gone. */
  const goneWithout = (harmed: readonly RawPayload[]): string[] => {
    const now = read(source, harmed);
    if (now.blindScopes === "*" || now.rejects > whole.rejects) return [];
    const blind = new Set<string>(now.blindScopes);
    return [...whole.listings].flatMap(([key, scope]) =>
      now.listings.has(key) || blind.has(scope) ? [] : [key],
    );
  };

  test("a key with another name is a reject or a failure, and takes no listing away without a word", () => {
    for (const [index, payload] of payloads.entries()) {
      if (!isJson(payload)) continue;
      const body: unknown = JSON.parse(payload.body);
      for (const key of new Set(keysOf(body))) {
        const harmed = payloads.map((one, i) =>
          i === index ? { ...one, body: JSON.stringify(renamed(body, key)) } : one,
        );
        try {
          expect(goneWithout(harmed), `${key} of ${payload.name}`).toEqual([]);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== "upstream_failed") throw error;
        }
      }
    }
  });
});
