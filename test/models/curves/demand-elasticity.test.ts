import { describe, expect, test } from "vitest";
import { type DemandData, demandElasticity } from "../../../src/models/curves/demand-elasticity.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { hasReference, knownAnswers, readColumns } from "../reference.ts";
import { smallMarket } from "../statistics/small-market.ts";

const { quantity, price, calm, outage, control } = smallMarket;
const data: DemandData = {
  logQuantity: quantity,
  logPrice: price,
  controls: control.map((value) => [value]),
  shifters: calm.map((z, i) => [z, outage[i]!]),
};

test("is minus the two-stage coefficient, with its tests turned the same way", () => {
  const answer = demandElasticity(data);
  expect(answer.value).toBeCloseTo(1.2767893844106375, 10);
  expect(answer.standardError).toBeCloseTo(0.04242635373736971, 10);
  expect(answer.low).toBeLessThan(answer.value!);
  expect(answer.firstStageF).toBeCloseTo(29.70798453018192, 8);
  expect(answer.andersonRubin).toMatchObject({
    kind: "interval",
    low: expect.closeTo(1.1188699009344147, 9),
    high: expect.closeTo(1.4684457573340164, 9),
  });
  expect(answer.sargan!.pValue).toBeCloseTo(0.16192182015016937, 8);
  expect(answer.durbinWuHausman).not.toBeNull();
  expect(answer.leastSquares).toBeCloseTo(1.2616237482117316, 10);
  expect(answer).toMatchObject({ n: 14, reason: null });
});

describe("refuses", () => {
  test("a weak shifter, but says what the data do not reject", () => {
    const noise = [0.3, -1.2, 0.8, 0.1, -0.4, 1.1, 0.2, -0.7, 0.5, 0.9, -1.0, 0.4, -0.2, 0.6];
    const answer = demandElasticity({ ...data, shifters: noise.map((value) => [value]) });
    expect(answer).toMatchObject({ value: null, reason: "weak_instrument", low: null, high: null, n: 14 });
    expect(answer.firstStageF).toBeLessThan(10);
    expect(answer.andersonRubin).not.toBeNull();
  });

  test("nothing, one point, no shifter, nonsense", () => {
    const reason = (changes: Partial<DemandData>) => demandElasticity({ ...data, ...changes }).reason;
    expect(demandElasticity({ logQuantity: [], logPrice: [], controls: [], shifters: [] }).reason).toBe(
      "empty",
    );
    expect(
      demandElasticity({ logQuantity: [1], logPrice: [1], controls: [[]], shifters: [[1]] }).reason,
    ).toBe("too_few_rows");
    expect(reason({ shifters: quantity.map(() => []) })).toBe("bad_shape");
    expect(reason({ shifters: quantity.map(() => [2, 1]) })).toBe("collinear");
    expect(demandElasticity({ ...data, logPrice: price.map(() => Number.NaN) })).toMatchObject({
      reason: "not_finite",
      firstStageF: null,
      andersonRubin: null,
    });
  });
});

test.skipIf(!hasReference)("Fulton fish market (skipped where the reference data is absent)", () => {
  const fish = readColumns("fulton_fish.csv") as Readonly<Record<string, readonly number[]>>;
  const days = ["Mon", "Tue", "Wed", "Thu"];
  const answer = demandElasticity({
    logQuantity: fish.q!,
    logPrice: fish.p!,
    controls: fish.q!.map((_, i) => days.map((day) => fish[day]![i]!)),
    shifters: fish.Stormy!.map((storm) => [storm]),
  });
  expect(answer.value).toBeCloseTo(-knownAnswers.iv_fulton.iv_stormy[0], 6);
  expect(answer.standardError).toBeCloseTo(knownAnswers.iv_fulton.iv_stormy[1], 6);
  expect(answer.leastSquares).toBeCloseTo(-knownAnswers.iv_fulton.ols[0], 6);
});

test("simulated market with elasticity 1.5: intervals hold it, weak shifters are mostly refused", () => {
  const runs = 200;
  let [covered, refusedWeak, weakRuns] = [0, 0, 0];
  for (let seed = 0; seed < runs; seed++) {
    const strong = demandElasticity(simulated(seed, 0.5));
    covered += Number(strong.low! <= 1.5 && strong.high! >= 1.5);
    weakRuns++;
    refusedWeak += Number(demandElasticity(simulated(seed, 0.03)).reason === "weak_instrument");
  }
  console.log(
    `demand elasticity: 95 % interval covers ${((100 * covered) / runs).toFixed(1)} %, ` +
      `weak shifters refused in ${((100 * refusedWeak) / weakRuns).toFixed(1)} %`,
  );
  expect(covered / runs).toBeGreaterThanOrEqual(0.92);
  expect(refusedWeak / weakRuns).toBeGreaterThanOrEqual(0.9);
});

/** ln Q = 5 - 1.5 ln P + u and ln P moved by the shifter and by u. */
const simulated = (seed: number, strength: number) => {
  const random = seededRandom(seed);
  const rows = Array.from({ length: 150 }, () => {
    const [shifter, u] = [randomNormal(random), 0.3 * randomNormal(random)];
    const logPrice = 0.7 + strength * shifter + 0.6 * u + 0.2 * randomNormal(random);
    return { shifter, logPrice, logQuantity: 5 - 1.5 * logPrice + u };
  });
  return {
    logQuantity: rows.map((row) => row.logQuantity),
    logPrice: rows.map((row) => row.logPrice),
    controls: rows.map(() => []),
    shifters: rows.map((row) => [row.shifter]),
  };
};
