import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openService, type Service } from "../src/cli/service.ts";
import { readConfig } from "../src/config.ts";
import { day, type Instant } from "../src/domain/time.ts";
import type { StudiedGpu } from "../src/fits/studies.ts";
import { everyGpu } from "../src/series/studied-gpus.ts";
import type { PullRecord } from "../src/store/write-pull.ts";
import type { Figure } from "./report.ts";
import { syntheticOffers } from "./synthetic.ts";

const cards = 60;
const offers = 50_000;
const present = Date.UTC(2026, 7, 7, 12);
/** Days of history before the present, each with a twentieth of all prices changed. */
const days = 30;

/** Everything that a pull can change, made anew for 60 GPUs over a tape of 50,000 offers and a month of history. */
export const run = async (): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), "gputape-bench-"));
  const config = readConfig({ GPUTAPE_DB: join(folder, "tape.duckdb"), GPUTAPE_LOG_LEVEL: "silent" });
  let now = present;
  const service = await openService({ config, clock: () => now });
  try {
    const names = service.reference.gpus.all.filter(({ members }) => members.length === 0).slice(0, cards);
    const ids = names.map(({ id }) => id);
    for (let d = days; d >= 0; d--) await pull(service, ids, present - d * day, d);
    const app = await service.app();
    await app.ready();
    const gpus = everyGpu(service.reference.gpus).filter(({ id }) => ids.includes(id));
    const first = await refresh(service, app, gpus, now);
    now += 60_000;
    await pull(service, ids, now, days + 1);
    const again = await refresh(service, app, gpus, now);
    await app.close();
    return [
      ...figuresOf("first of the day, a month of days read", first, 10),
      ...figuresOf("after a pull that touched every GPU", again, 2),
    ];
  } finally {
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** All offers at a time, some of them at other prices than the day before. */
const pull = async (service: Service, ids: readonly string[], at: Instant, round: number): Promise<void> => {
  const shown = syntheticOffers(offers, at).map((offer, i) => ({
    ...offer,
    gpu: ids[i % ids.length]!,
    gpuRaw: ids[i % ids.length]!,
    usdPerGpuHour: offer.usdPerGpuHour * ((Math.floor(i / cards) + round) % 20 === 0 ? 1.01 : 1),
  }));
  const pulled: PullRecord = {
    kind: "marketplace",
    source: "lium",
    observedAt: at,
    recordedAt: at,
    startedAt: at,
    finishedAt: at,
    status: "complete",
    origin: "live",
    everyMinutes: 1440,
    unknownGpus: 0,
    blindScopes: [],
    parserVersion: 1,
    note: null,
    payloads: [],
  };
  await service.tape.write(pulled, shown);
};

interface Refresh {
  readonly fits: number;
  readonly tightness: number;
  readonly stall: number;
}

const refresh = async (
  { tape, studies }: Service,
  app: Awaited<ReturnType<Service["app"]>>,
  gpus: readonly StudiedGpu[],
  now: Instant,
): Promise<Refresh> => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  await studies.refresh(gpus, { book: tape.book(), now, present: true });
  const fitted = performance.now();
  const { statusCode } = await app.inject("/v1/tightness");
  if (statusCode !== 200) throw new Error(`tightness answered ${statusCode}`);
  delay.disable();
  return { fits: fitted - began, tightness: performance.now() - fitted, stall: delay.max / 1e6 };
};

const figuresOf = (when: string, { fits, tightness, stall }: Refresh, limit: number): Figure[] => {
  const note = `fits ${(fits / 1000).toFixed(2)} s, tightness ${(tightness / 1000).toFixed(2)} s`;
  const name = `full refresh of ${cards} GPUs, ${when}`;
  return [
    { name, value: (fits + tightness) / 1000, unit: "s", limit, sense: "at most", note },
    {
      name: "the same: longest stall of the event loop",
      value: stall,
      unit: "ms",
      limit: 50,
      sense: "at most",
    },
  ];
};
