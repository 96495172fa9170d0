import { day } from "../../../src/domain/time.ts";
import type { DemandDay } from "../../../src/models/curves/balanced-days.ts";
import { randomNormal, seededRandom } from "../../../src/models/statistics/random.ts";

const monday = Date.UTC(2026, 0, 5);

interface Told {
  readonly provider?: string;
  readonly source?: string;
  readonly share?: number;
}

/** Days of a market with elasticity 1.5 whose capacity comes and goes; a busy day moves price and demand alike. */
export const market = (seed: number, length: number, told: readonly Told[] = [{}]): DemandDay[] => {
  const random = seededRandom(seed);
  return Array.from({ length }, (_, i) => {
    const entry = 0.3 * randomNormal(random);
    const busy = 0.1 * randomNormal(random);
    const logPrice = 0.7 - 0.5 * entry + 0.8 * busy + 0.05 * randomNormal(random);
    const weekend = (i + 1) % 7 < 2 ? -0.2 : 0;
    const rented = Math.exp(7 - 1.5 * logPrice + busy + weekend);
    const fleets = told.map(({ provider = "acme", source = provider, share = 1 }) => ({
      source,
      provider,
      totalGpus: share * 5000 * Math.exp(entry),
      rentedGpus: share * rented,
    }));
    return { at: monday + i * day, usdPerGpuHour: Math.exp(logPrice), fleets, silentShare: 0 };
  });
};
