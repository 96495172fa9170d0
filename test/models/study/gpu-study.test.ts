import { describe, expect, it } from "vitest";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";
import { gpuStudyInput } from "../../../src/models/study/gpu-input.ts";
import { studyGpu } from "../../../src/models/study/gpu-study.ts";
import { observationsOf } from "../../../src/models/study/observations.ts";
import { qualityAdjusted } from "../../../src/models/study/quality-adjusted.ts";
import { bookOf, bookOffer, t0 } from "../../helpers/offers.ts";

const random = seededRandom(5);
const tiers = ["secure", "community"] as const;
const countries = ["US", "DE", "JP"] as const;

/** Log price = 0.7 + 0.2 secure + 0.1 x log2 GPUs + the provider's own level + noise. */
const offers = Array.from({ length: 240 }, (_, i) => {
  const provider = i % 8;
  const tier = tiers[Math.floor(i / 8) % 2]!;
  const gpuCount = [1, 2, 4, 8][Math.floor(i / 16) % 4]!;
  const log =
    0.7 +
    (tier === "secure" ? 0.2 : 0) +
    0.1 * Math.log2(gpuCount) +
    0.03 * provider +
    0.02 * randomNormal(random);
  return bookOffer(`o${i}`, {
    provider: `p${provider}`,
    tier,
    gpuCount,
    availableGpus: gpuCount,
    country: countries[i % 3]!,
    usdPerGpuHour: Math.exp(log),
    minBidUsdPerGpuHour: i % 2 === 0 ? Math.exp(log) * 0.8 : null,
    listingNo: i,
  });
});
const spot = offers.slice(0, 80).map((offer, i) => ({
  ...offer,
  listingId: `s${i}`,
  listingNo: 1000 + i,
  purchase: "spot" as const,
  usdPerGpuHour: offer.usdPerGpuHour * 0.4,
  interruptionLow: 0.05,
  interruptionHigh: 0.1,
}));
const book = bookOf([...offers, ...spot]);
const input = await gpuStudyInput(book, new Set(["h100-sxm"]), t0, async () => undefined);
const stack = observationsOf(input.onDemand.stack);
const study = studyGpu(input);

describe("the study of a GPU", () => {
  it("finds what grades and providers add", () => {
    const effectOf = (trait: string, level: string | null) =>
      study.differentials.effects.find((each) => each.trait === trait && each.level === level)!;
    const twice = effectOf("log2_gpus_per_host", null);
    expect(twice.low).toBeLessThan(0.1);
    expect(twice.high).toBeGreaterThan(0.1);
    const tier = study.differentials.effects.find(({ trait }) => trait === "tier")!;
    const truth = tier.level === "secure" ? 0.2 : -0.2;
    expect(tier.low).toBeLessThan(truth);
    expect(tier.high).toBeGreaterThan(truth);
    const providers = study.differentials.effects.filter(({ trait }) => trait === "provider");
    expect(providers).toHaveLength(7);
    const base = Number(providers[0]!.base!.slice(1));
    for (const { level, low, high } of providers) {
      const difference = 0.03 * (Number(level!.slice(1)) - base);
      expect(low).toBeLessThan(difference + 0.01);
      expect(high).toBeGreaterThan(difference - 0.01);
    }
  });

  it("brings prices to average quality: what is left is the provider and the noise", () => {
    const adjusted = qualityAdjusted(stack, study.differentials.effects);
    const spreadOf = (provider: string) => {
      const logs = adjusted
        .filter((each) => each.provider === provider)
        .map(({ usdPerGpuHour }) => Math.log(usdPerGpuHour));
      return Math.max(...logs) - Math.min(...logs);
    };
    for (let p = 0; p < 8; p++) expect(spreadOf(`p${p}`)).toBeLessThan(0.15);
    const weighted = (rows: typeof adjusted) =>
      rows.reduce((sum, { gpus, usdPerGpuHour }) => sum + gpus * Math.log(usdPerGpuHour), 0);
    expect(weighted(adjusted)).toBeCloseTo(weighted([...stack]), 6);
    expect(qualityAdjusted(stack, [])).toEqual(stack);
    expect(qualityAdjusted([], [])).toEqual([]);
  });

  it("matches spot with on-demand of the same thing and asks with bids", () => {
    expect(study.spotDiscount.value).toBeCloseTo(0.6, 12);
    expect(study.spotDiscount.n).toBe(80);
    // 7.5 % taken back in a month hardly lengthens a day of work.
    expect(study.spotRiskPremium.value).toBeGreaterThan(1.4);
    expect(study.spotRiskPremium.value).toBeLessThan(1.5);
    expect(study.listingSpread.value).toBeCloseTo((2 * 0.2) / 1.8, 12);
    expect(study.listingSpread.n).toBe(120);
  });

  it("takes the cheapest spot of a machine and size for its least bid", async () => {
    const machine = { machineId: "m", gpuCount: 8, availableGpus: 8 } as const;
    const spotAt = (id: string, usdPerGpuHour: number, listingNo: number) =>
      bookOffer(id, { ...machine, purchase: "spot", usdPerGpuHour, listingNo });
    const two = bookOf([
      bookOffer("ask", { ...machine, usdPerGpuHour: 2, listingNo: 1 }),
      spotAt("dear", 1.8, 2),
      spotAt("cheap", 1.2, 3),
    ]);
    const { twoSided } = await gpuStudyInput(two, new Set(["h100-sxm"]), t0, async () => undefined);
    expect([...twoSided.numbers.bid!]).toEqual([1.2]);
  });

  it("bounds the headline and the elasticity, and never falls along the curve", () => {
    const { headline, leverage, supply, isotonic } = study.onDemand;
    expect(headline.low).toBeLessThanOrEqual(headline.value!);
    expect(headline.high).toBeGreaterThanOrEqual(headline.value!);
    expect(leverage).toHaveLength(8);
    expect(supply.elasticity.low).toBeLessThan(supply.elasticity.value!);
    expect(
      isotonic.every(({ usdPerGpuHour }, i) => i === 0 || usdPerGpuHour >= isotonic[i - 1]!.usdPerGpuHour),
    ).toBe(true);
    expect(isotonic.at(-1)!.cumulativeShare).toBeCloseTo(1, 12);
    expect(studyGpu(input)).toEqual(study);
  });
});
