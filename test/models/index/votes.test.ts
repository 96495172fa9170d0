import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../../src/domain/canonical-json.ts";
import { type Receipt, receiptsDigest } from "../../../src/models/index/receipts.ts";
import { providerPrice, screenVotes } from "../../../src/models/index/vote-screen.ts";
import { type VoteQuote, voteIndex, voteIndexInterval } from "../../../src/models/index/votes.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { hasReference, knownAnswers } from "../reference.ts";

const quote = (provider: string, weight: number, usdPerGpuHour: number, deviation: number): VoteQuote => ({
  provider,
  weight,
  usdPerGpuHour,
  deviation,
});

/** The worked example of the published methodology. */
const worked = [
  quote("A", 0.3, 6.6, 0.2),
  quote("B", 0.25, 6.75, 0.21),
  quote("C", 0.2, 6.5, 0.2),
  quote("D", 0.15, 7.2, 0.25),
  quote("E", 0.1, 5.8, 0.45),
];

const repriced = worked.map((each) => (each.provider === "D" ? { ...each, usdPerGpuHour: 9.36 } : each));

describe("the worked example", () => {
  test("value, band, median of votes, weighted average", () => {
    const index = voteIndex(worked);
    expect(index.value).toBeCloseTo(6.6425, 10);
    expect(index.band).toBeCloseTo(0.2425, 10);
    expect(index.median).toBeCloseTo(6.6, 10);
    expect(index.weightedAverage).toBeCloseTo(6.6275, 10);
    expect(index).toMatchObject({ reason: null, nProviders: 5, topProviderShare: 0.3, excluded: [] });
    expect(index.hhi).toBeCloseTo(0.09 + 0.0625 + 0.04 + 0.0225 + 0.01, 12);
  });

  test("D repriced by 30 % moves the weighted average and not the index", () => {
    expect(voteIndex(repriced).value).toBeCloseTo(6.6425, 10);
    expect(voteIndex(repriced).weightedAverage).toBeCloseTo(6.9515, 10);
  });

  test.skipIf(!hasReference)("as published (skipped where the reference data is absent)", () => {
    const known = knownAnswers.index.votes;
    const quotes = Object.entries(known.providers).map(([provider, [weight, price, sd]]) =>
      quote(provider, weight, price, sd),
    );
    expect(quotes).toEqual(worked);
    expect(voteIndex(quotes).value).toBeCloseTo(known.index, 10);
    expect(voteIndex(quotes).band).toBeCloseTo(known.stability_band, 10);
    expect(voteIndex(repriced).value).toBeCloseTo(known["after_D_to_9.36"], 10);
    expect(voteIndex(quotes).median).toBeCloseTo(known.median_of_votes, 10);
    expect(voteIndex(quotes).weightedAverage).toBeCloseTo(known.weighted_average[0], 10);
    expect(voteIndex(repriced).weightedAverage).toBeCloseTo(known.weighted_average[1], 10);
  });
});

describe("by hand", () => {
  test("three equal providers: votes between the middle thirds, an edge counting by its part", () => {
    // Nine votes of 1/9; the middle third is votes 4, 5, 6: 1.94, 2, 2.06 of the second provider.
    const quotes = [quote("a", 1, 1, 0), quote("b", 1, 2, 0), quote("c", 1, 4, 0)];
    expect(voteIndex(quotes)).toMatchObject({ value: expect.closeTo(2, 12), lowerQuartile: 1.03, median: 2 });
    // The middle third of the mass, 5/12 to 10/12 in twelfths of 4: the whole of a heavy provider's middle vote.
    expect(voteIndex([...quotes.slice(0, 2), quote("c", 2, 4, 0)]).value).toBeCloseTo(
      (1.94 * 0 + 2 / 12 + 2.06 / 12 + (3.88 * 2) / 12) / (4 / 12),
      12,
    );
  });
});

test("refuses what too few providers say and names what cannot vote", () => {
  expect(voteIndex([])).toMatchObject({ value: null, reason: "empty", band: null, hhi: null, median: null });
  expect(voteIndex(worked.slice(0, 1))).toMatchObject({
    value: null,
    reason: "too_few_providers",
    median: 6.6,
  });
  expect(voteIndex(worked.slice(0, 2)).reason).toBe("too_few_providers");
  const odd = [
    quote("x", 0, 1, 0),
    quote("y", 1, Number.NaN, 0),
    quote("z", 1, 1, -1),
    quote("w", 1, 1, Number.NaN),
  ];
  expect(voteIndex([...odd, ...worked])).toMatchObject({
    value: expect.closeTo(6.6425, 10),
    excluded: ["x", "y", "z", "w"],
  });
  const huge = [quote("x", 1e301, 1, 0), quote("y", 1, 1e301, 0), quote("z", 1, 1, 1e301)];
  expect(voteIndex([...huge, ...worked])).toMatchObject({
    value: expect.closeTo(6.6425, 10),
    excluded: ["x", "y", "z"],
  });
  const large = worked.map((each) => ({ ...each, weight: 1e300 }));
  expect(voteIndex(large).value).toBeCloseTo(
    voteIndex(large.map((each) => ({ ...each, weight: 1 }))).value!,
    12,
  );
  const twice = [quote("a", 1, 1, 0), quote("a", 1, 2, 0), quote("b", 1, 4, 0)];
  expect(voteIndex(twice).reason).toBe("too_few_providers");
});

test("takes hundreds of thousands of providers", () => {
  const many = Array.from({ length: 200_000 }, (_, i) => quote(`${i}`, 1, 2, 0));
  expect(voteIndex(many)).toMatchObject({ value: expect.closeTo(2, 6), topProviderShare: 1 / 200_000 });
});

describe("screening", () => {
  const candidate = (provider: string, usdPerGpuHour: number, history: readonly number[]) => ({
    provider,
    usdPerGpuHour,
    weight: 1,
    history,
  });

  test("takes deviation and mean from the last 20 days before today", () => {
    const history = [99, ...Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 2 : 2.2))];
    const [vote] = screenVotes([candidate("a", 2.1, history)]);
    expect(vote!.recentMean).toBeCloseTo(2.1, 12);
    expect(vote!.deviation).toBeCloseTo(Math.sqrt((20 * 0.01) / 19), 12);
    expect(vote!.status).toBe("ok");
  });

  test("knows no deviation from fewer than two days, and then checks no mean", () => {
    for (const history of [[], [2]])
      expect(screenVotes([candidate("a", 2.4, history)])[0]).toMatchObject({
        deviation: 0,
        recentMean: null,
        status: "ok",
      });
    expect(screenVotes([])).toEqual([]);
    expect(screenVotes([candidate("a", 2, [Number.NaN, -1, 2])])[0]).toMatchObject({ recentMean: null });
  });

  test("calls far from the own mean an outlier: beyond 3 max(deviation, 3 % of the mean)", () => {
    expect(screenVotes([candidate("a", 2.179, [2, 2, 2])])[0]!.status).toBe("ok");
    expect(screenVotes([candidate("a", 2.181, [2, 2, 2])])[0]!.status).toBe("outlier");
  });

  test("calls a move of 25 % a jump where fewer than two others moved by 10 %", () => {
    const wild = [1, 4, 1, 4, 2];
    const statusOf = (others: readonly number[]) =>
      screenVotes([
        candidate("a", 2.5, wild),
        ...others.map((price, i) => candidate(`b${i}`, price, wild)),
      ])[0]!.status;
    expect(statusOf([])).toBe("jump");
    expect(statusOf([2.2])).toBe("jump");
    expect(statusOf([2.2, 1.8])).toBe("ok");
    expect(statusOf([2.1, 2.1])).toBe("jump");
    expect(screenVotes([candidate("a", 2.49, wild)])[0]!.status).toBe("ok");
  });
});

test("a provider's price is its lowest listing, an order book's its median ask by GPUs", () => {
  const listings = [
    { usdPerGpuHour: 3, gpus: 1 },
    { usdPerGpuHour: 2, gpus: 1 },
    { usdPerGpuHour: 2.5, gpus: 8 },
    { usdPerGpuHour: Number.NaN, gpus: 8 },
    { usdPerGpuHour: 1, gpus: 0 },
  ];
  expect(providerPrice(listings, false)).toBe(2);
  expect(providerPrice(listings, true)).toBe(2.5);
  const many = Array.from({ length: 300_000 }, (_, i) => ({ usdPerGpuHour: 1 + (i % 7), gpus: 1 }));
  expect([providerPrice(many, false), providerPrice(many, true)]).toEqual([1, 4]);
  expect(providerPrice([], true)).toBeNull();
  expect(providerPrice(listings.slice(3), false)).toBeNull();
});

describe("properties", () => {
  const quotes = fc.array(
    fc.record({
      provider: fc.uuid(),
      weight: fc.integer({ min: 1, max: 500 }),
      usdPerGpuHour: fc.integer({ min: 100, max: 900 }).map((cents) => cents / 100),
      deviation: fc.integer({ min: 0, max: 50 }).map((cents) => cents / 100),
    }),
    { minLength: 3, maxLength: 20 },
  );

  test("scales with prices, ignores order and the unit of weights, lies between the extreme votes", () => {
    fc.assert(
      fc.property(quotes, (all) => {
        const { value, band, lowerQuartile, upperQuartile } = voteIndex(all);
        const scaled = all.map((each) => ({
          ...each,
          usdPerGpuHour: each.usdPerGpuHour * 1.05,
          deviation: each.deviation * 1.05,
          weight: each.weight * 7,
        }));
        expect(voteIndex(scaled).value! / value!).toBeCloseTo(1.05, 9);
        expect(voteIndex([...all].reverse()).value! / value!).toBeCloseTo(1, 9);
        expect(value!).toBeGreaterThanOrEqual(lowerQuartile! - 1e-9);
        expect(value!).toBeLessThanOrEqual(upperQuartile! + 1e-9);
        expect(band).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  test("rises when a price rises", () => {
    fc.assert(
      fc.property(quotes, fc.nat(), fc.constantFrom(0.01, 0.5, 5), (all, which, step) => {
        const dearer = all.map((each, i) =>
          i === which % all.length
            ? { ...each, usdPerGpuHour: each.usdPerGpuHour + step, deviation: 1 }
            : { ...each, deviation: 1 },
        );
        const before = voteIndex(all.map((each) => ({ ...each, deviation: 1 }))).value!;
        expect(voteIndex(dearer).value!).toBeGreaterThanOrEqual(before - 1e-9);
      }),
    );
  });
});

test("interval by provider: repeatable, open below three providers, around the truth at about its rate", () => {
  expect(voteIndexInterval(worked, { seed: 1 })).toEqual(voteIndexInterval([...worked], { seed: 1 }));
  expect(voteIndexInterval(worked, { seed: 1 }).value).toBeCloseTo(6.6425, 10);
  expect(voteIndexInterval([], { seed: 1 })).toMatchObject({ value: null, reason: "empty" });
  expect(voteIndexInterval(worked.slice(0, 2), { seed: 1 })).toMatchObject({
    value: null,
    reason: "undefined",
    n: 2,
  });
  const runs = 300;
  let covered = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = seededRandom(seed);
    const quotes = Array.from({ length: 12 }, (_, i) =>
      quote(`${i}`, 1, 2 + 0.15 * randomNormal(random), 0.05),
    );
    const { low, high } = voteIndexInterval(quotes, { seed, replicates: 500 });
    covered += Number(low! <= 2 && high! >= 2);
  }
  console.log(`votes, 12 providers: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %`);
  expect(covered / runs).toBeGreaterThanOrEqual(0.92);
});

describe("receipts", () => {
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  const receipt = (provider: string, usdPerGpuHour: number): Receipt => ({
    provider,
    usdPerGpuHour,
    listings: 1,
    gpus: 8,
    deviation: 0.1,
    weight: 0.5,
    status: "ok",
  });

  test("canonical JSON is one text for equal content", () => {
    expect(canonicalJson({ b: [1, 2.5, null], a: "é\n", c: undefined, "": true })).toBe(
      '{"":true,"a":"é\\n","b":[1,2.5,null]}',
    );
    expect(canonicalJson([-0, 1e21, 0.1 + 0.2, Number.NaN])).toBe("[0,1e+21,0.30000000000000004,null]");
    expect(canonicalJson({ z: { y: 1, x: 2 } })).toBe(canonicalJson({ z: { x: 2, y: 1 } }));
  });

  test("the digest does not depend on the order and tells any change", () => {
    const receipts = [receipt("a", 2), receipt("b", 2.1)];
    expect(receiptsDigest(receipts, sha256)).toBe(receiptsDigest([...receipts].reverse(), sha256));
    // printf '[{"deviation":0.1,"gpus":8,"listings":1,"provider":"a","status":"ok","usd_per_gpu_hour":2,"weight":0.5}]' | sha256sum
    expect(receiptsDigest(receipts.slice(0, 1), sha256)).toBe(
      "abeb3035db6994322b6d424cfc9bd5c2cdfbc11321707b61b32372e34ddf2578",
    );
    expect(receiptsDigest([], sha256)).toBe(sha256("[]"));
    const changed = [receipt("a", 2), { ...receipt("b", 2.1), status: "jump" }];
    expect(receiptsDigest(changed, sha256)).not.toBe(receiptsDigest(receipts, sha256));
  });
});
