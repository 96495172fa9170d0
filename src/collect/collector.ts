import { type ScheduledTask, schedule } from "node-cron";
import type { Config } from "../config.ts";
import type { Offer } from "../domain/offer.ts";
import type { PriceBands } from "../domain/price-bands.ts";
import { type Clock, day, dayOf, type Instant } from "../domain/time.ts";
import { AppError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Source } from "../sources/source.ts";
import { type LastPull, readLastPulls, readRates } from "../store/read-pulls.ts";
import type { Tape } from "../store/tape.ts";
import type { PullRecord, PullResult } from "../store/write-pull.ts";
import { believed } from "./believed.ts";
import { failedRun, type SourceRun } from "./run-source.ts";
import { afterRun, type Due, dueNow, firstDue, isBroken } from "./schedule.ts";
import { standingOf } from "./standing.ts";
import type { SourceWorker } from "./worker-client.ts";

export interface CollectorTools {
  readonly tape: Tape;
  readonly sources: readonly Source[];
  readonly config: Config;
  readonly worker: SourceWorker;
  readonly bands: PriceBands;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called after each pull is on the tape. */
  readonly onPull?: (run: SourceRun, result: PullResult, seconds: number) => void;
}

/** How a source fares, for /v1/providers and the page. */
export interface SourceHealth {
  readonly source: Source;
  readonly enabled: boolean;
  readonly why: string | null;
  readonly last: LastPull | null;
  readonly nextAt: Instant | null;
  readonly broken: boolean;
}

export interface Collector {
  /** Looks at the due list every five seconds. */
  readonly start: () => void;
  /** One such look: starts what is due now. */
  readonly look: () => void;
  /** Pulls under way that a look has started. */
  readonly underWay: () => number;
  readonly stop: () => Promise<void>;
  /** Runs one source now and writes its pull. */
  readonly pull: (source: Source) => Promise<{ run: SourceRun; result: PullResult }>;
  /** Fetches, parses and judges without writing to tape or archive. */
  readonly dryRun: (source: Source) => Promise<SourceRun>;
  readonly health: () => readonly SourceHealth[];
}

/** Pulls at the same time; writes line up behind one another anyway. */
const atOnce = 4;
const spreadMs = 30_000;

/** The collecting loop: a due list looked at every five seconds, each source on its own. */
export const createCollector = async (tools: CollectorTools): Promise<Collector> => {
  const { tape, sources, config, clock, log, worker } = tools;
  const last = new Map((await readLastPulls(tape.database)).map((pull) => [pull.source, pull]));
  const enabled = sources.filter((source) => standingOf(source, config).enabled);
  const startedAt = new Map([...last].map(([id, pull]) => [id, pull.startedAt]));
  const dues = new Map(
    firstDue(orderOfStart(enabled), startedAt, clock(), spreadMs).map((due) => [due.source, due]),
  );
  const running = new Set<Promise<unknown>>();
  let task: ScheduledTask | null = null;
  let stopping = false;

  const pull = async (source: Source): Promise<{ run: SourceRun; result: PullResult }> => {
    const began = performance.now();
    const run = await believe(tools, await observe(tools, source, config.archive));
    if (stopping && run.status === "failed") throw new AppError("unavailable", "the program is ending");
    const result = await tape.write(pullRecord(run, source, clock()), run.offers, run);
    last.set(source.id, lastPull(run, result, last.get(source.id) ?? null));
    tools.onPull?.(run, result, (performance.now() - began) / 1000);
    log[run.status === "failed" ? "warn" : "info"](
      {
        source: source.id,
        pull_no: result.pullNo,
        status: run.status,
        offers: result.offers,
        rejects: result.rejects,
        ticks: result.ticks,
        note: run.note,
      },
      "pull",
    );
    return { run, result };
  };

  const runDue = async (due: Due, source: Source): Promise<void> => {
    dues.set(due.source, { ...due, running: true });
    const good = await pull(source).then(
      ({ run }) => run.status !== "failed" && run.status !== "empty",
      (error: unknown) => {
        if (!stopping) log.error({ source: source.id, err: error }, "the pull could not be written");
        return false;
      },
    );
    dues.set(due.source, afterRun({ ...due, running: true }, good, clock()));
  };

  const look = (): void => {
    for (const due of dueNow([...dues.values()], clock())) {
      if (running.size >= atOnce) return;
      const source = enabled.find(({ id }) => id === due.source)!;
      const job = runDue(due, source);
      running.add(job);
      void job.finally(() => {
        running.delete(job);
        if (task !== null && !stopping) look();
      });
    }
  };

  return {
    start: () => {
      const keyless = sources.filter((source) => standingOf(source, config).why?.startsWith("needs "));
      if (keyless.length > 0)
        log.warn({ sources: keyless.map(({ id }) => id).join(", ") }, "off for want of a key");
      // A machine that slept missed many a look; one after waking makes good for all.
      task = schedule("*/5 * * * * *", look, { noOverlap: true, suppressMissedWarning: true });
      look();
    },
    look,
    underWay: () => running.size,
    stop: async () => {
      stopping = true;
      await task?.destroy();
      // What is being fetched is given up, so that a venue that hangs does not hold the end; what is being written ends.
      await worker.close();
      await Promise.allSettled(running);
    },
    pull,
    dryRun: async (source) => believe(tools, await observe(tools, source, null)),
    health: () =>
      sources.map((source) => {
        const due = dues.get(source.id);
        return {
          source,
          ...standingOf(source, config),
          last: last.get(source.id) ?? null,
          nextAt: due && config.collect ? due.nextAt : null,
          broken: due ? isBroken(due) : false,
        };
      }),
  };
};

/** Committed tables first: they need no network, so that the page is never empty. */
const orderOfStart = (sources: readonly Source[]): Source[] =>
  [...sources].sort((a, b) => Number(b.kind === "list") - Number(a.kind === "list"));

const observe = async (tools: CollectorTools, source: Source, archive: string | null): Promise<SourceRun> => {
  const { config, worker, clock, tape } = tools;
  const now = clock();
  try {
    return await worker.run({
      source: source.id,
      baseUrl: config.sourceUrls[source.id] ?? source.baseUrl,
      keys: config.sourceKeys,
      rates: await readRates(tape.database, dayOf(now - 14 * day), dayOf(now)),
      archive,
      timeoutMs: Math.max(config.httpTotalMs * 2, source.everyMinutes * 60_000),
    });
  } catch (error) {
    return failedRun(source, now, clock(), [], error);
  }
};

const believe = async ({ tape, bands }: CollectorTools, run: SourceRun): Promise<SourceRun> =>
  believed(run, { tape, bands, book: tape.book() });

/** The row of pulls that a run becomes. */
export const pullRecord = (
  run: SourceRun,
  source: Source,
  recordedAt: Instant,
  origin: PullRecord["origin"] = "live",
): PullRecord => ({
  source: run.source,
  kind: source.kind,
  observedAt: run.observedAt,
  recordedAt,
  startedAt: run.startedAt,
  finishedAt: run.finishedAt,
  status: run.status,
  origin,
  everyMinutes: source.everyMinutes,
  unknownGpus: run.unknownGpus.length,
  rowsSeen: run.rowsSeen,
  dropped: run.dropped,
  blindScopes: run.blindScopes,
  parserVersion: run.parserVersion,
  note: run.note,
  payloads: run.payloads,
});

const lastPull = (run: SourceRun, result: PullResult, before: LastPull | null): LastPull => {
  const good = run.status !== "failed" && run.status !== "empty";
  return {
    source: run.source,
    pullNo: result.pullNo,
    startedAt: run.startedAt,
    status: run.status,
    origin: "live",
    offers: result.offers,
    rejects: result.rejects,
    unknownGpus: run.unknownGpus.length,
    rowsSeen: run.rowsSeen,
    dropped: run.dropped,
    note: run.note,
    lastOkAt: good ? run.startedAt : (before?.lastOkAt ?? null),
    lastGoodAt: good ? run.observedAt : (before?.lastGoodAt ?? null),
  };
};

/** Offers by GPU that a dry run shows, most first. */
export const countByGpu = (offers: readonly Offer[]): [gpu: string, offers: number][] => {
  const counts = new Map<string, number>();
  for (const { gpu } of offers) counts.set(gpu, (counts.get(gpu) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
};
