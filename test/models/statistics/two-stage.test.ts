import { describe, expect, test } from "vitest";
import { andersonRubinSet } from "../../../src/models/statistics/anderson-rubin.ts";
import { durbinWuHausmanTest, sarganTest } from "../../../src/models/statistics/instrument-tests.ts";
import { leastSquares } from "../../../src/models/statistics/least-squares.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { type InstrumentData, twoStage } from "../../../src/models/statistics/two-stage.ts";
import { hasReference, knownAnswers, readColumns } from "../reference.ts";
import { smallMarket } from "./small-market.ts";

const { quantity, price, calm, outage, control } = smallMarket;
const exogenous = control.map((value) => [1, value]);
const one: InstrumentData = { y: quantity, endogenous: price, exogenous, instruments: calm.map((z) => [z]) };
const two: InstrumentData = { ...one, instruments: calm.map((z, i) => [z, outage[i]!]) };

const expectAll = (values: readonly number[], truth: readonly number[]) =>
  values.forEach((value, i) => {
    expect(value).toBeCloseTo(truth[i]!, 10);
  });

describe("agrees with linearmodels", () => {
  test("one instrument", () => {
    const { fit } = twoStage(one);
    expectAll(fit!.coefficients, [-1.338289962825276, 4.4397769516728545, 0.14014869888475703]);
    expectAll(fit!.standardErrors, [0.08457586349313048, 0.11597391024056547, 0.11044014659784698]);
    expectAll(
      twoStage(one, "classical").fit!.standardErrors,
      [0.08718751018739422, 0.13237908609055282, 0.10324495600789269],
    );
    expect(fit!.firstStageF).toBeCloseTo(12.87000177858262, 9);
    expect(sarganTest(one, fit!)).toBeNull();
    expect(durbinWuHausmanTest(one)!.statistic).toBeCloseTo(2.127109240909501, 9);
    expect(durbinWuHausmanTest(one)!.pValue).toBeCloseTo(0.1753950955474446, 9);
  });

  test("two instruments, with their tests", () => {
    const { fit } = twoStage(two);
    expectAll(fit!.coefficients, [-1.2767893844106375, 4.359826199733826, 0.1146698878272655]);
    expectAll(fit!.standardErrors, [0.04242635373736971, 0.10135640474159432, 0.08927490089773969]);
    expect(fit!.firstStageF).toBeCloseTo(29.70798453018192, 9);
    expect(sarganTest(two, fit!)).toMatchObject({ degreesOfFreedom: 1 });
    expect(sarganTest(two, fit!)!.statistic).toBeCloseTo(1.9561858766946598, 9);
    expect(sarganTest(two, fit!)!.pValue).toBeCloseTo(0.16192182015016937, 9);
    expect(durbinWuHausmanTest(two)!.statistic).toBeCloseTo(0.36113564225549916, 9);
  });

  test("Anderson-Rubin interval, against a search for where the F test changes its mind", () => {
    const ends = (data: InstrumentData) => {
      const set = andersonRubinSet(data);
      return set.kind === "interval" ? [set.low, set.high] : [];
    };
    expectAll(ends(one), [-1.7016479729892087, -1.1757704316166828]);
    expectAll(ends(two), [-1.4684457573340164, -1.1188699009344147]);
  });
});

test("one binary instrument divides differences of means", () => {
  // y: 5 against 2, price: 1 against 3, so that the slope is 3 / -2.
  const data: InstrumentData = {
    y: [4, 6, 1, 3],
    endogenous: [0, 2, 2.5, 3.5],
    exogenous: [[1], [1], [1], [1]],
    instruments: [[1], [1], [0], [0]],
  };
  expectAll(twoStage(data).fit!.coefficients, [-1.5, 6.5]);
});

test("refuses what is not identified", () => {
  const ones = [[1], [1], [1], [1]];
  expect(twoStage({ y: [], endogenous: [], exogenous: [], instruments: [] }).reason).toBe("empty");
  expect(twoStage({ y: [1], endogenous: [1], exogenous: [[1]], instruments: [[2]] }).reason).toBe(
    "too_few_rows",
  );
  expect(twoStage({ ...one, instruments: [] }).reason).toBe("bad_shape");
  expect(twoStage({ ...one, instruments: calm.map(() => []) }).reason).toBe("bad_shape");
  expect(twoStage({ ...one, instruments: calm.map(() => [3]) }).reason).toBe("collinear");
  expect(twoStage({ ...one, y: quantity.map(() => Number.NaN) }).reason).toBe("not_finite");
  const useless = {
    y: [1, 2, 3, 5],
    endogenous: [1, 1, 2, 2],
    exogenous: ones,
    instruments: [[0], [1], [0], [1]],
  };
  expect(twoStage(useless).reason).toBe("collinear");
  expect(durbinWuHausmanTest({ ...one, instruments: calm.map(() => [3]) })).toBeNull();
});

test("a set that is not an interval says so", () => {
  const random = seededRandom(5);
  const z = Array.from({ length: 60 }, () => [randomNormal(random)]);
  const noise = () => z.map(() => randomNormal(random));
  const [y, endogenous] = [noise(), noise()];
  const weak = andersonRubinSet({ y, endogenous, exogenous: z.map(() => [1]), instruments: z });
  expect(["all", "outside"]).toContain(weak.kind);
  const contradicting = {
    y: z.map(([a], i) => 5 * a! + i / 1000),
    endogenous: z.map((_, i) => (i % 7) + (i % 2) * 20),
    exogenous: z.map(() => [1]),
    instruments: z.map(([a], i) => [a!, i % 2]),
  };
  expect(andersonRubinSet(contradicting).kind).toBe("empty");
});

describe.skipIf(!hasReference)("Fulton fish market (skipped where the reference data is absent)", () => {
  const known = knownAnswers.iv_fulton;
  const fish = hasReference ? (readColumns("fulton_fish.csv") as Record<string, readonly number[]>) : {};
  const column = (name: string): readonly number[] => fish[name]!;
  const data = (controls: readonly string[]): InstrumentData => ({
    y: column("q"),
    endogenous: column("p"),
    exogenous: column("q").map((_, i) => [1, ...controls.map((name) => column(name)[i]!)]),
    instruments: column("Stormy").map((storm) => [storm]),
  });
  const withDays = hasReference ? data(["Mon", "Tue", "Wed", "Thu"]) : one;
  const plain = hasReference ? data([]) : one;
  const ordinary = ({ y, endogenous, exogenous: rest }: InstrumentData) =>
    leastSquares(
      y,
      rest.map((row, i) => [endogenous[i]!, ...row]),
      { covariance: "hc1" },
    ).fit!;

  test("2SLS of quantity on price with days, HC1", () => {
    const fit = twoStage(withDays).fit!;
    expect(fit.n).toBe(known.n);
    expect(fit.coefficients[0]).toBeCloseTo(known.iv_stormy[0], 6);
    expect(fit.standardErrors[0]).toBeCloseTo(known.iv_stormy[1], 6);
    expect(fit.firstStageF).toBeCloseTo(21.517, 3);
    expect(fit.firstStageF).toBeCloseTo(known.first_stage_F_iid, 1);
  });

  test("least squares for comparison, and both without days", () => {
    expect(ordinary(withDays).coefficients[0]).toBeCloseTo(known.ols[0], 6);
    expect(ordinary(withDays).standardErrors[0]).toBeCloseTo(known.ols[1], 6);
    expect(ordinary(plain).coefficients[0]).toBeCloseTo(known.no_controls.ols, 7);
    expect(twoStage(plain).fit!.coefficients[0]).toBeCloseTo(known.no_controls.iv, 7);
  });
});

test("simulated market: least squares finds -8, 2SLS the demand slope -20 within two errors in >= 93 % of seeds", () => {
  const seeds = 500;
  const slopes: number[] = [];
  let covered = 0;
  let coveredByAr = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const { data, ols } = simulatedMarket(seed);
    slopes.push(ols);
    const fit = twoStage(data).fit!;
    if (Math.abs(fit.coefficients[0]! + 20) <= 2 * fit.standardErrors[0]!) covered++;
    const set = andersonRubinSet(data);
    if (set.kind === "interval" && set.low <= -20 && set.high >= -20) coveredByAr++;
  }
  const mean = slopes.reduce((sum, slope) => sum + slope, 0) / seeds;
  console.log(
    `2SLS: mean OLS slope ${mean.toFixed(3)}, 2 s.e. cover ${((100 * covered) / seeds).toFixed(1)} %, ` +
      `Anderson-Rubin 95 % covers ${((100 * coveredByAr) / seeds).toFixed(1)} %`,
  );
  expect(Math.abs(mean + 8)).toBeLessThan(0.3);
  expect(covered / seeds).toBeGreaterThanOrEqual(0.93);
  expect(coveredByAr / seeds).toBeGreaterThanOrEqual(0.93);
});

/** Demand 100 - 20 P + u, supply -20 + 40 P + w with u ~ N(0, 5^2), w ~ N(0, 10^2), 400 equilibria. */
const simulatedMarket = (seed: number): { data: InstrumentData; ols: number } => {
  const random = seededRandom(seed);
  const points = Array.from({ length: 400 }, () => {
    const [u, w] = [5 * randomNormal(random), 10 * randomNormal(random)];
    const level = (120 + u - w) / 60;
    return { quantity: 100 - 20 * level + u, level, w };
  });
  const data = {
    y: points.map((point) => point.quantity),
    endogenous: points.map((point) => point.level),
    exogenous: points.map(() => [1]),
    instruments: points.map((point) => [point.w]),
  };
  const ols = leastSquares(
    data.y,
    data.endogenous.map((level) => [level, 1]),
  ).fit!.coefficients[0]!;
  return { data, ols };
};
