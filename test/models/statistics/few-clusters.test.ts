import { describe, expect, test } from "vitest";
import { powerSupply } from "../../../src/models/curves/power-supply.ts";
import { headlineInterval } from "../../../src/models/index/headline-uncertainty.ts";
import { hedonicInterval } from "../../../src/models/index/hedonic-interval.ts";
import { voteIndexInterval } from "../../../src/models/index/votes.ts";
import type { Estimate } from "../../../src/models/statistics/estimate.ts";
import { type Random, randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";

/** A market of some providers, each with a level of its own, and what is estimated from it. */
interface Market {
  readonly truth: number;
  readonly runs: number;
  readonly estimate: (random: Random, providers: number, seed: number) => Estimate;
}

const named = <T>(providers: number, each: (provider: string) => T): T[] =>
  Array.from({ length: providers }, (_, p) => each(`p${p}`));

const headline: Market = {
  truth: 2,
  runs: 200,
  estimate: (random, providers, seed) => {
    const listings = named(providers, (provider) => {
      const level = 2 * Math.exp(0.15 * randomNormal(random));
      return Array.from({ length: 3 + Math.floor(6 * random()) }, (_, i) => ({
        id: `${provider}.${i}`,
        provider,
        usdPerGpuHour: level * Math.exp(0.03 * randomNormal(random)),
        gpus: 2 ** Math.floor(4 * random()),
        machine: null,
      }));
    }).flat();
    return headlineInterval(listings, { seed, replicates: 500 });
  },
};

const votes: Market = {
  truth: 2,
  runs: 200,
  estimate: (random, providers, seed) => {
    const quotes = named(providers, (provider) => ({
      provider,
      usdPerGpuHour: 2 * Math.exp(0.15 * randomNormal(random)),
      deviation: 0.02,
      weight: 1 + Math.floor(3 * random()),
    }));
    return voteIndexInterval(quotes, { seed, replicates: 500 });
  },
};

const uniformStack = (random: Random, providers: number) =>
  named(providers, (provider) =>
    Array.from({ length: 5 }, () => ({ provider, usdPerGpuHour: 2 * random() ** (1 / 3), gpus: 8 })),
  ).flat();

const supply: Market = {
  // Of the fit in the whole market.
  truth: powerSupply(uniformStack(seededRandom(999), 2000), { seed: 1, replicates: 2 }).elasticity.value!,
  runs: 150,
  estimate: (random, providers, seed) =>
    powerSupply(uniformStack(random, providers), { seed, replicates: 300 }).elasticity,
};

const hedonic: Market = {
  truth: 1,
  runs: 100,
  estimate: (random, providers, seed) => {
    const observations = named(providers, (provider) => {
      const [level, drift] = [2 * Math.exp(0.15 * randomNormal(random)), 0.05 * randomNormal(random)];
      return [0, 0, 0, 1, 1, 1].map((period, i) => ({
        period,
        item: `${provider}${i % 3}`,
        provider,
        usdPerGpuHour: level * Math.exp(period * drift + 0.02 * randomNormal(random)),
        gpus: 1,
        traits: { provider },
      }));
    }).flat();
    return hedonicInterval(observations, { seed, replicates: 100 });
  },
};

describe.each(Object.entries({ headline, votes, supply, hedonic }))("%s", (name, market) => {
  test.each([3, 4, 5, 8, 15])(
    "%d providers: the interval holds the truth at about its rate",
    (providers) => {
      const runs = providers > 8 ? market.runs / 3 : market.runs;
      let covered = 0;
      for (let seed = 0; seed < runs; seed++) {
        const { low, high } = market.estimate(seededRandom(1000 * providers + seed), providers, seed);
        covered += Number(low! <= market.truth && high! >= market.truth);
      }
      const rate = covered / runs;
      console.log(`${name}, ${providers} providers: 95 % interval covers ${(100 * rate).toFixed(1)} %`);
      expect(rate).toBeGreaterThanOrEqual(providers <= 5 ? 0.92 : 0.9);
    },
    60_000,
  );
});
