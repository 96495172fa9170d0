import { mean } from "simple-statistics";
import { expect, test } from "vitest";
import { clusterBootstrap, expandedTail } from "../../../src/models/statistics/cluster-bootstrap.ts";
import { randomInteger, randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";

const meanOf =
  (values: readonly number[]) =>
  (counts: readonly number[]): number =>
    counts.reduce((sum, count, i) => sum + count * values[i]!, 0) / counts.length;

test("the same seed gives the same interval, another seed nearly", () => {
  const statistic = meanOf([1, 2, 3, 4, 5, 6]);
  const first = clusterBootstrap(6, statistic, { seed: 1 });
  expect(clusterBootstrap(6, statistic, { seed: 1 })).toEqual(first);
  const second = clusterBootstrap(6, statistic, { seed: 2 });
  expect(second.low).toBeCloseTo(first.low!, 0);
  expect(first.value).toBe(3.5);
});

test("one cluster answers with open bounds, none with a reason", () => {
  expect(expandedTail(2, 0.95)).toBeLessThan(1e-12);
  expect(expandedTail(1000, 0.95)).toBeCloseTo(0.025, 3);
  expect(clusterBootstrap(1, meanOf([1]), { seed: 1 })).toMatchObject({
    value: 1,
    low: null,
    high: null,
    n: 1,
  });
  expect(clusterBootstrap(0, meanOf([]), { seed: 1 })).toMatchObject({ value: null, reason: "empty" });
});

test("up to five clusters reach as far as Student's t: that of a mean, of a geometric mean on the log scale", () => {
  const values = [-1, 0, 2];
  // Mean 1/3, s = sqrt(7/3), t(2) = 4.302653: 0.3333 -+ 3.7946.
  const { low, high } = clusterBootstrap(3, meanOf(values), { seed: 1, replicates: 20_000 });
  expect(low).toBeCloseTo(1 / 3 - 3.7946, 1);
  expect(high).toBeCloseTo(1 / 3 + 3.7946, 1);
  const logMean = meanOf(values);
  const price = clusterBootstrap(3, (counts) => Math.exp(logMean(counts)), { seed: 1, replicates: 20_000 });
  expect(Math.log(price.low!)).toBeCloseTo(low!, 9);
  expect(Math.log(price.high!)).toBeCloseTo(high!, 9);
  const far = clusterBootstrap(2, (counts) => (counts[0] === 2 ? 1e-300 : 1e300), { seed: 1 });
  expect(far).toMatchObject({ value: 1e300, low: 0, high: null });
});

test("more than five clusters stay within the samples", () => {
  for (const clusters of [6, 8, 15]) {
    const values = Array.from({ length: clusters }, (_, i) => (i === 0 ? 100 : i));
    const max = (counts: readonly number[]) => Math.max(...values.filter((_, i) => counts[i]! > 0));
    expect(clusterBootstrap(clusters, max, { seed: 1 }).high).toBe(100);
  }
});

test("a statistic that often does not exist has no bounds, one that never does no value", () => {
  const picky = (counts: readonly number[]) => (counts[0] === 1 ? 1 : null);
  expect(clusterBootstrap(5, picky, { seed: 1 })).toMatchObject({
    value: 1,
    low: null,
    high: null,
    reason: null,
  });
  expect(clusterBootstrap(5, () => null, { seed: 1 })).toMatchObject({ value: null, reason: "undefined" });
  expect(clusterBootstrap(5, () => Number.NaN, { seed: 1 })).toMatchObject({ reason: "undefined" });
});

test.each([
  [3, 0.93],
  [4, 0.93],
  [5, 0.93],
  [12, 0.9],
])("intervals from %d clusters hold the truth at about their rate", (clusters, least) => {
  const runs = 400;
  let covered = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = seededRandom(seed);
    const values = Array.from({ length: clusters }, () => 2 + randomNormal(random));
    const { low, high } = clusterBootstrap(clusters, meanOf(values), { seed, replicates: 400 });
    if (low! <= 2 && high! >= 2) covered++;
  }
  console.log(`cluster bootstrap, ${clusters} clusters: 95 % interval covers ${(100 * covered) / runs} %`);
  expect(covered / runs).toBeGreaterThanOrEqual(least);
});

test("the random stream is uniform enough and integers stay below their end", () => {
  const random = seededRandom(42);
  const draws = Array.from({ length: 20_000 }, () => random());
  expect(mean(draws)).toBeCloseTo(0.5, 2);
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws)).toBeLessThan(1);
  const normals = Array.from({ length: 20_000 }, () => randomNormal(random));
  expect(mean(normals)).toBeCloseTo(0, 1);
  expect(mean(normals.map((x) => x * x))).toBeCloseTo(1, 1);
  const counts = [0, 0, 0];
  for (let i = 0; i < 9000; i++) counts[randomInteger(random, 3)]! += 1;
  for (const count of counts) expect(Math.abs(count - 3000)).toBeLessThan(200);
  expect(seededRandom(1)()).not.toBe(seededRandom(2)());
});
