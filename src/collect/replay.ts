import type { Config } from "../config.ts";
import type { PriceBands } from "../domain/price-bands.ts";
import { type Clock, day, dayOf } from "../domain/time.ts";
import type { Source } from "../sources/source.ts";
import { readArchivedPulls, readRates } from "../store/read-pulls.ts";
import type { Tape } from "../store/tape.ts";
import type { PayloadRecord } from "./archive.ts";
import { believed } from "./believed.ts";
import { pullRecord } from "./collector.ts";
import type { SourceWorker } from "./worker-client.ts";

export interface ReplayTools {
  readonly tape: Tape;
  readonly config: Config;
  readonly worker: SourceWorker;
  readonly clock: Clock;
  readonly bands: PriceBands;
}

export interface ReplayResult {
  readonly source: string;
  readonly pulls: number;
  readonly ticks: number;
  readonly failed: number;
}

/**
 * Reads the archived pulls of the sources again through the present parsers, oldest first, and writes what they
 * now say as corrections learnt now: reads as of before stay as they were.
 */
export const replayArchive = async (
  { tape, config, worker, clock, bands }: ReplayTools,
  sources: readonly Source[],
  progress: (done: number, of: number) => void,
): Promise<ReplayResult[]> => {
  const results = new Map(sources.map(({ id }) => [id, { source: id, pulls: 0, ticks: 0, failed: 0 }]));
  const pulls = await readArchivedPulls(
    tape.database,
    sources.map(({ id }) => id),
  );
  for (const [index, archived] of pulls.entries()) {
    const source = sources.find(({ id }) => id === archived.source)!;
    const result = results.get(source.id)!;
    const run = await worker.run({
      source: source.id,
      baseUrl: source.baseUrl,
      keys: {},
      rates: await readRates(
        tape.database,
        dayOf(archived.observedAt - 14 * day),
        dayOf(archived.observedAt),
      ),
      archive: null,
      timeoutMs: config.httpTotalMs,
      replay: { payloads: JSON.parse(archived.payloads) as PayloadRecord[], observedAt: archived.observedAt },
    });
    result.pulls++;
    // A replay that cannot be read says nothing about the market; the pull it repeats keeps standing.
    if (run.status === "failed" || run.status === "empty") result.failed++;
    else {
      const book = await tape.bookAt({ at: run.observedAt - 1 });
      const { offers, ...rest } = await believed(run, { tape, bands, book });
      const pull = pullRecord({ ...rest, offers }, source, clock(), "replay");
      const { held, rejects, fleets, tokens } = rest;
      result.ticks += (await tape.write(pull, offers, { held, rejects, fleets, tokens })).ticks;
    }
    progress(index + 1, pulls.length);
  }
  return [...results.values()];
};
