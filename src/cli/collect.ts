import { existsSync } from "node:fs";
import { countByGpu } from "../collect/collector.ts";
import { replayArchive } from "../collect/replay.ts";
import type { SourceRun } from "../collect/run-source.ts";
import { checkIds, checkMayRun, standingOf } from "../collect/standing.ts";
import type { Config } from "../config.ts";
import type { GpuTable } from "../domain/gpu.ts";
import type { Offer, Reject } from "../domain/offer.ts";
import { type Clock, formatInstant } from "../domain/time.ts";
import { sources } from "../sources/index.ts";
import type { Source } from "../sources/source.ts";
import { askRunning } from "./ask.ts";
import { progressBar } from "./progress.ts";
import { findRunning, type Running } from "./running.ts";
import { openService, type Service } from "./service.ts";

export interface CollectOptions {
  readonly dryRun?: boolean;
  readonly replay?: boolean;
  readonly json?: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Runs the named sources (default: those that are on) once, in the running server where one has the tape open;
 * `replay` reads their archive again instead, `dryRun` writes nothing and needs no tape.
 */
export const collectOnce = async (
  config: Config,
  clock: Clock,
  names: readonly string[],
  { dryRun = false, replay = false, json = false }: CollectOptions,
): Promise<Row[]> => {
  checkIds("source", names, sources);
  const running = dryRun ? null : findRunning(config.db);
  const wanted = await wantedOf(config, names, running);
  const bar = progressBar(json);
  const run = running ? through(running) : await alone(config, clock, dryRun);
  try {
    const rows: Row[] = [];
    for (const [index, source] of wanted.entries()) {
      bar.step(index, wanted.length, source.id);
      rows.push(await run.collect(source, { replay }));
    }
    bar.step(wanted.length, wanted.length, "done");
    return replay ? rows.filter(({ pulls }) => pulls !== 0) : rows;
  } finally {
    bar.stop();
    await run.close();
  }
};

interface Runner {
  readonly collect: (source: Source, options: { readonly replay: boolean }) => Promise<Row>;
  readonly close: () => Promise<void>;
}

/** Which sources are on is for the server to say where there is one. */
const wantedOf = async (
  config: Config,
  names: readonly string[],
  running: Running | null,
): Promise<Source[]> => {
  if (names.length > 0) return sources.filter(({ id }) => names.includes(id));
  if (running === null) return sources.filter((source) => standingOf(source, config).enabled);
  const { data } = await askRunning(running, { path: "/v1/providers" });
  const on = (data as { sources: { source: string; enabled: boolean }[] }).sources;
  return sources.filter(({ id }) => on.some(({ source, enabled }) => enabled && source === id));
};

const through = (running: Running): Runner => ({
  collect: async ({ id }, { replay }) => {
    const { data } = await askRunning(running, {
      path: "/v1/admin/collect",
      body: { source: id, replay },
    });
    return data as Row;
  },
  close: async () => undefined,
});

const alone = async (config: Config, clock: Clock, dryRun: boolean): Promise<Runner> => {
  const service = await openService(dryRun ? await forDryRun(config, clock) : { config, clock });
  return {
    collect: (source, { replay }) =>
      dryRun ? dryRunOf(service, source) : collectOf(service, source, { replay }),
    close: service.close,
  };
};

/** What is live already makes jumps and outliers visible; without a tape, or beside its server, a dry run has none. */
const forDryRun = async (config: Config, clock: Clock) =>
  existsSync(config.db) && findRunning(config.db) === null
    ? { config, clock, readOnly: true }
    : { config: { ...config, db: ":memory:" }, clock };

/** Runs a source of an open service, or reads its archive again. Throws `bad_input` where it may not run. */
export const collectOf = async (
  service: Service,
  source: Source,
  { replay }: { readonly replay: boolean },
): Promise<Row> => {
  if (replay) {
    const tools = { ...service, bands: service.reference.bands };
    const [result] = await replayArchive(tools, [source], () => undefined);
    return { ...result };
  }
  checkMayRun(source, service.config);
  const { run } = await service.collector.pull(source);
  return rowOf(run, service.reference.gpus);
};

const dryRunOf = async (service: Service, source: Source): Promise<Row> => {
  checkMayRun(source, service.config);
  const run = await service.collector.dryRun(source);
  return {
    ...rowOf(run, service.reference.gpus),
    unknown: run.unknownGpus,
    reject_reasons: countReasons(run.rejects),
    dropped_reasons: run.dropped,
  };
};

const rowOf = (run: SourceRun, gpus: GpuTable): Row => ({
  source: run.source,
  status: run.status,
  rows: run.rowsSeen,
  offers: run.offers.length,
  rejects: run.rejects.length,
  dropped: Object.values(run.dropped).reduce((sum, n) => sum + n, 0),
  ...(run.tokens.length > 0 ? { token_prices: run.tokens.length } : {}),
  flagged: run.offers.filter(({ flags }) => flags.length > 0).length,
  unknown_gpus: run.unknownGpus.length,
  ...gpusOf(run.offers, gpus),
  observed_at: formatInstant(run.observedAt),
  note: run.note,
});

/** Different cards, and different families where a venue leaves form or memory open. */
const gpusOf = (offers: readonly Offer[], { byId }: GpuTable): { gpus: number; families: number } => {
  const known = countByGpu(offers).filter(([gpu]) => byId.has(gpu));
  const families = known.filter(([gpu]) => byId.get(gpu)!.members.length > 0).length;
  return { gpus: known.length - families, families };
};

const countReasons = (rejects: readonly Reject[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of rejects) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
