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

test("few clusters answer with the whole range, one with open bounds, none with a reason", () => {
  expect(expandedTail(2, 0.95)).toBeLessThan(1e-12);
  expect(expandedTail(1000, 0.95)).toBeCloseTo(0.025, 3);
  expect(clusterBootstrap(2, meanOf([1, 3]), { seed: 1 })).toMatchObject({ value: 2, low: 1, high: 3, n: 2 });
  expect(clusterBootstrap(1, meanOf([1]), { seed: 1 })).toMatchObject({
    value: 1,
    low: null,
    high: null,
    n: 1,
  });
  expect(clusterBootstrap(0, meanOf([]), { seed: 1 })).toMatchObject({ value: null, reason: "empty" });
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
  [5, 0.9],
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
