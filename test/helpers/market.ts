import type { FastifyInstance } from "fastify";
import { buildApp } from "../../src/api/app.ts";
import type { ApiContext } from "../../src/api/context.ts";
import { type Collector, createCollector } from "../../src/collect/collector.ts";
import { startSourceWorker } from "../../src/collect/worker-client.ts";
import { type Config, readConfig } from "../../src/config.ts";
import type { Offer } from "../../src/domain/offer.ts";
import { hour, type Instant, minute } from "../../src/domain/time.ts";
import { startFits } from "../../src/fits/fits.ts";
import { createStudies } from "../../src/fits/studies.ts";
import { silentLogger } from "../../src/log.ts";
import { loadReference } from "../../src/reference.ts";
import type { Source } from "../../src/sources/source.ts";
import { type Journal, openJournal } from "../../src/store/journal.ts";
import { openTape, type Tape } from "../../src/store/tape.ts";
import type { PullRecord } from "../../src/store/write-pull.ts";
import { anOffer, aPull } from "./tape.ts";

/** The present of the test market. */
export const present = Date.UTC(2026, 7, 7, 12);

export const aSource = (id: string, changes: Partial<Source> = {}): Source => ({
  id,
  name: `The venue ${id}`,
  kind: "direct",
  provider: id,
  docsUrl: "https://example.org/docs",
  baseUrl: "https://example.org",
  everyMinutes: 60,
  needs: [],
  enabledByDefault: true,
  experimental: false,
  legalNote: null,
  parserVersion: 1,
  fetch: async () => [],
  parse: () => ({
    ...{ offers: [], rejects: [], dropped: {}, seen: 0 },
    completeness: { state: "empty", note: null, blindScopes: "*" },
  }),
  ...changes,
});

/**
 * The venues of the test market: two that sell directly and tell their stock, a marketplace with slices and both
 * tiers, a list, a statistic, one gone quiet, one cut off, one that fails, one that needs a key and one whose terms
 * bar it.
 */
export const venues: readonly Source[] = [
  aSource("alpha"),
  aSource("beta"),
  aSource("bazaar", { kind: "marketplace" }),
  aSource("lists", { kind: "list", provider: null, everyMinutes: 1440 }),
  aSource("stats", { kind: "statistic" }),
  aSource("quiet", { everyMinutes: 10 }),
  aSource("cut", { kind: "marketplace", cutBy: "usd_per_gpu_hour" }),
  aSource("broken"),
  aSource("keyed", { needs: ["KEYED_API_KEY"], wants: ["KEYED_EXTRA"] }),
  aSource("barred", { enabledByDefault: false, legalNote: "Its terms bar collection." }),
];

/** One offer; `usd` per GPU-hour, raw price for all its GPUs. */
export const offerOf = (
  source: string,
  offerId: string,
  usd: number,
  changes: Partial<Offer> = {},
): Offer => {
  const gpuCount = changes.gpuCount ?? 8;
  return anOffer({
    source,
    provider: source,
    offerId,
    usdPerGpuHour: usd,
    priceRaw: Math.round(usd * gpuCount * 1e6) / 1e6,
    minGpus: gpuCount,
    availableGpus: gpuCount,
    ...changes,
  });
};

const inFrance = { region: "eu-1", country: "FR", jurisdiction: "FR" } as const;
const single = { gpuCount: 1, minGpus: 1, availableGpus: 4 } as const;
const h100 = { gpu: "h100-sxm", gpuRaw: "H100 SXM" } as const;

/**
 * The index of h100-sxm at present: alpha, beta, bazaar and gamma weigh a quarter each; beta tells 4 free GPUs of three
 * listings and its fourth weighs as much; half of the weight is at or below 2.25, the next price is 2.30.
 */
export const h100Index = Math.sqrt(2.25) * Math.sqrt(2.3);

/** What alpha sells at `step` percent above its usual prices. */
const alphaAt = (percent: number): Offer[] =>
  [2, 2.1, 2.2, 2.3]
    .map((usd, i) => offerOf("alpha", `a${i}`, usd * (1 + percent / 100), h100))
    .concat([
      offerOf("alpha", "a-1024", 1.28, { gpu: "a100-sxm-80gb", gpuRaw: "A100 SXM", priceRaw: 10.24 }),
      offerOf("alpha", "a-spot", 0.9, { ...h100, purchase: "spot", reliability: 0.95 }),
      offerOf("alpha", "a-odd", 3, { gpu: "unknown:XPU 9", gpuRaw: "XPU 9", flags: ["unknown_gpu"] }),
      offerOf("alpha", "a-slice", 0.4, { ...h100, gpuCount: 1, gpuShare: 0.14, flags: ["slice"] }),
      offerOf("alpha", "a-sold-out", 1.9, { ...h100, availableGpus: 0 }),
    ]);

const beta: Offer[] = [
  ...[2.05, 2.15, 2.25].map((usd, i) => offerOf("beta", `b${i}`, usd, { ...h100, ...inFrance, ...single })),
  offerOf("beta", "b-pcie", 1.7, { gpu: "h100-pcie", gpuRaw: "H100 PCIe", ...inFrance, ...single }),
  offerOf("beta", "b-untold", 2.6, { ...h100, ...inFrance, availableGpus: null, availableIs: null }),
];

const slices: Offer[] = [1, 2, 4].map((gpuCount) =>
  offerOf("bazaar", `m1-${gpuCount}`, 1.5 + gpuCount / 100, {
    ...h100,
    machineId: "m1",
    gpuCount,
    tier: "community",
    reliability: 0.9,
  }),
);

const bazaar: Offer[] = [
  ...slices,
  offerOf("bazaar", "m2", 1.95, { ...h100, machineId: "m2", tier: "secure", reliability: 0.999 }),
  offerOf("bazaar", "m3", 2.4, { ...h100, machineId: "m3", tier: "secure", interconnect: "InfiniBand" }),
  offerOf("bazaar", "m4", 0.3, { gpu: "rtx-4090", gpuRaw: "RTX 4090", tier: "community", vramGib: 24 }),
];

const lists: Offer[] = [
  offerOf("lists", "l-alpha", 1.1, { ...h100, provider: "alpha", availableGpus: null }),
  offerOf("lists", "l-gamma", 2.7, { ...h100, provider: "gamma", availableGpus: null }),
  offerOf("lists", "l-family", 2.9, { gpu: "h100", gpuRaw: "H100", provider: "gamma", availableGpus: null }),
];

const cutOff: Offer[] = [
  offerOf("cut", "c1", 0.35, { gpu: "rtx-4090", gpuRaw: "RTX 4090", ...single, vramGib: 24 }),
  offerOf("cut", "c2", 0.55, { gpu: "rtx-4090", gpuRaw: "RTX 4090", ...single, vramGib: 24 }),
];

export interface Market {
  readonly app: FastifyInstance;
  readonly tape: Tape;
  readonly journal: Journal;
  readonly collector: Collector;
  readonly context: ApiContext;
  /** Sets what the clock says. */
  readonly setNow: (now: Instant) => void;
  /** Writes a pull of a source as if it had come at `observedAt`. */
  readonly pull: (
    source: string,
    observedAt: Instant,
    offers: readonly Offer[],
    changes?: Partial<PullRecord>,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface MarketOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly page?: boolean;
  readonly empty?: boolean;
}

/** The whole API over a tape in memory. */
export const openMarket = async (options: MarketOptions = {}): Promise<Market> => {
  let now = present;
  const clock = (): Instant => now;
  const describe = (id: string) => venues.find((venue) => venue.id === id) ?? null;
  const config: Config = readConfig({ GPUTAPE_DB: "tape.duckdb", ...options.environment }, ["KEYED_API_KEY"]);
  const tape = await openTape(":memory:", { clock, describe });
  const pull: Market["pull"] = async (source, observedAt, offers, changes = {}) => {
    const { kind, everyMinutes } = describe(source) ?? { kind: "direct", everyMinutes: 60 };
    await tape.write(aPull({ source, kind, observedAt, everyMinutes, ...changes }), offers);
  };
  if (!options.empty) await fill(tape, pull);
  const worker = startSourceWorker({ version: "0", archive: "", httpAttemptMs: 1, httpTotalMs: 1 });
  const log = silentLogger();
  const reference = await loadReference();
  const { bands } = reference;
  const collector = await createCollector({ tape, sources: venues, config, worker, bands, clock, log });
  const journal = openJournal(tape.database, log);
  const fits = startFits();
  const studies = createStudies(fits);
  const { health } = collector;
  const context = { tape, reference, config, clock, health, journal, fits, studies, version: "9.9.9" };
  const app = await buildApp(context, { page: options.page ?? false });
  return {
    app,
    tape,
    journal,
    collector,
    context,
    setNow: (to) => {
      now = to;
    },
    pull,
    close: async () => {
      await app.close();
      await worker.close();
      await fits.close();
      await journal.flush();
      await tape.close();
    },
  };
};

/** Six hours of market: alpha 10 % dearer at first, a day-old list, one venue last seen three hours ago. */
const fill = async (tape: Tape, pull: Market["pull"]): Promise<void> => {
  await pull("lists", present - 30 * hour, lists);
  for (let ago = 6; ago >= 1; ago--) {
    const at = present - ago * hour;
    await pull("alpha", at, alphaAt(ago > 3 ? 10 : 0));
    await pull("beta", at + minute, ago === 2 ? beta.slice(1) : beta);
    await pull("bazaar", at + 2 * minute, bazaar);
  }
  await pull("quiet", present - 3 * hour, [offerOf("quiet", "q1", 1, { ...h100, ...single })]);
  await pull("stats", present - 10 * minute, [offerOf("stats", "s1", 0.2, { ...h100, flags: ["derived"] })]);
  const note = "cut off: RTX 4090";
  await pull("cut", present - 5 * minute, cutOff, { status: "truncated", blindScopes: "*", note });
  await pull("broken", present - 90 * minute, [
    offerOf("broken", "x1", 0.8, { gpu: "l40s", gpuRaw: "L40S" }),
  ]);
  await pull("broken", present - 30 * minute, [], { status: "failed", note: "it timed out" });
  await pull("alpha", present - 2 * minute, alphaAt(0));
  await pull("beta", present - 2 * minute, beta);
  const seen = aPull({ source: "bazaar", observedAt: present - minute, everyMinutes: 60 });
  const rejects = [
    { reason: "bad_price", raw: '{"price":-1}' },
    { reason: "no_gpu_name", raw: "{}" },
  ];
  await tape.write(seen, bazaar, { rejects });
};
