import { countByGpu } from "../collect/collector.ts";
import { replayArchive } from "../collect/replay.ts";
import { checkIds, checkMayRun } from "../collect/standing.ts";
import type { Config } from "../config.ts";
import type { GpuTable } from "../domain/gpu.ts";
import type { Offer } from "../domain/offer.ts";
import { type Clock, formatInstant } from "../domain/time.ts";
import { sources } from "../sources/index.ts";
import type { ImportResult } from "../store/import-file.ts";
import { type ImportFlags, importInto, importMemory, importOptions } from "./import-into.ts";
import { progressBar } from "./progress.ts";
import { openService } from "./service.ts";

export interface CollectOptions {
  readonly dryRun?: boolean;
  readonly replay?: boolean;
  readonly json?: boolean;
}

/** Runs the named sources (default: those that are on) once; `replay` reads their archive again instead. */
export const collectOnce = async (
  config: Config,
  clock: Clock,
  names: readonly string[],
  { dryRun = false, replay = false, json = false }: CollectOptions,
): Promise<Record<string, unknown>[]> => {
  checkIds("source", names, sources);
  const service = await openService({ config, clock });
  const bar = progressBar(json);
  try {
    const on = new Set(
      service.collector
        .health()
        .filter(({ enabled }) => enabled)
        .map(({ source }) => source.id),
    );
    const wanted =
      names.length > 0
        ? sources.filter(({ id }) => names.includes(id))
        : sources.filter(({ id }) => on.has(id));
    if (!replay) for (const source of wanted) checkMayRun(source, config);
    if (replay) {
      const results = await replayArchive(
        { ...service, bands: service.reference.bands },
        wanted,
        (done, of) => bar.step(done, of, `replayed ${done} of ${of} pulls`),
      );
      return results.filter(({ pulls }) => pulls > 0).map((result) => ({ ...result }));
    }
    const rows: Record<string, unknown>[] = [];
    for (const [index, source] of wanted.entries()) {
      bar.step(index, wanted.length, source.id);
      const run = dryRun
        ? await service.collector.dryRun(source)
        : (await service.collector.pull(source)).run;
      rows.push({
        source: source.id,
        status: run.status,
        offers: run.offers.length,
        rejects: run.rejects.length,
        ...(run.tokens.length > 0 ? { token_prices: run.tokens.length } : {}),
        flagged: run.offers.filter(({ flags }) => flags.length > 0).length,
        unknown_gpus: run.unknownGpus.length,
        ...gpusOf(run.offers, service.reference.gpus),
        observed_at: formatInstant(run.observedAt),
        note: run.note,
        ...(dryRun ? { unknown: run.unknownGpus, reject_reasons: countReasons(run.rejects) } : {}),
      });
    }
    bar.step(wanted.length, wanted.length, "done");
    return rows;
  } finally {
    bar.stop();
    await service.close();
  }
};

/** Different cards, and different families where a venue leaves form or memory open. */
const gpusOf = (offers: readonly Offer[], { byId }: GpuTable): { gpus: number; families: number } => {
  const known = countByGpu(offers).filter(([gpu]) => byId.has(gpu));
  const families = known.filter(([gpu]) => byId.get(gpu)!.members.length > 0).length;
  return { gpus: known.length - families, families };
};

const countReasons = (rejects: readonly { readonly reason: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { reason } of rejects) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};

/** Reads tidy files into the tape, one transaction a file. */
export const importFiles = async (
  config: Config,
  clock: Clock,
  files: readonly string[],
  flags: ImportFlags,
): Promise<ImportResult[]> => {
  const options = importOptions(flags, clock);
  const service = await openService({ config, clock, memoryLimit: importMemory });
  const bar = progressBar(flags.json ?? false);
  try {
    return await importInto(service, files, options, bar);
  } finally {
    bar.stop();
    await service.close();
  }
};
