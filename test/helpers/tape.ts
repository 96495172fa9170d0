import type { Offer } from "../../src/domain/offer.ts";
import { loadCatalog } from "../../src/store/catalog.ts";
import { openDatabase } from "../../src/store/database.ts";
import { readBook } from "../../src/store/read-book.ts";
import { type PullRecord, writePull } from "../../src/store/write-pull.ts";

export const t0 = Date.UTC(2026, 0, 1);

export const anOffer = (changes: Partial<Offer> = {}): Offer => ({
  source: "test",
  provider: "acme",
  upstream: null,
  offerId: "a",
  machineId: null,
  gpuRaw: "H100 SXM",
  gpu: "h100-sxm",
  gpuCount: 8,
  minGpus: 8,
  vramGib: 80,
  gpuShare: 1,
  machineShare: null,
  purchase: "on_demand",
  tier: null,
  termMonths: null,
  minHours: null,
  upfrontShare: null,
  priceRaw: 16,
  unitRaw: "USD per instance-hour",
  currency: "USD",
  fxRate: null,
  fxDate: null,
  usdPerGpuHour: 2,
  includes: null,
  region: "us-1",
  zone: null,
  country: "US",
  jurisdiction: "US",
  availableGpus: 8,
  availableIs: "exact",
  reliability: null,
  slaUptime: null,
  interruptionLow: null,
  interruptionHigh: null,
  minBidUsdPerGpuHour: null,
  interconnect: null,
  confidential: null,
  flags: [],
  effectiveFrom: null,
  observedAt: t0,
  sourceUrl: null,
  scope: "",
  ...changes,
});

export const aPull = (changes: Partial<PullRecord> = {}): PullRecord => {
  const observedAt = changes.observedAt ?? t0;
  return {
    source: "test",
    kind: "direct",
    observedAt,
    recordedAt: observedAt,
    startedAt: observedAt,
    finishedAt: observedAt,
    status: "complete",
    origin: "live",
    everyMinutes: 5,
    unknownGpus: 0,
    blindScopes: [],
    parserVersion: 1,
    note: null,
    payloads: [],
    ...changes,
  };
};

/** A tape in memory with shorthands for writing pulls and reading books. */
export const memoryTape = async () => {
  const database = await openDatabase(":memory:");
  const catalog = await loadCatalog(database);
  return {
    database,
    catalog,
    pull: (changes: Partial<PullRecord>, offers: readonly Offer[]) =>
      writePull(database, catalog, aPull(changes), offers),
    /** Price by offer id of what is live. */
    prices: async (times: { at?: number; asOf?: number } = {}) => {
      const book = await readBook(database, catalog, () => null, t0, times);
      return Object.fromEntries(book.offers.map((offer) => [offer.offerId, offer.usdPerGpuHour]).sort());
    },
  };
};
