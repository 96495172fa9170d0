import type { FastifyInstance } from "fastify";
import { type AppOptions, buildApp } from "../api/app.ts";
import type { ApiContext } from "../api/context.ts";
import { createMetrics, type Metrics } from "../api/ops.ts";
import { type Collector, createCollector } from "../collect/collector.ts";
import { checkIds } from "../collect/standing.ts";
import { type SourceWorker, startSourceWorker } from "../collect/worker-client.ts";
import type { Config } from "../config.ts";
import type { Clock } from "../domain/time.ts";
import { type Fits, startFits } from "../fits/fits.ts";
import { createStudies, type Studies } from "../fits/studies.ts";
import { createLogger, type Logger } from "../log.ts";
import { loadReference, type Reference } from "../reference.ts";
import { createStandingWork, type StandingWork } from "../series/standing-work.ts";
import { everyGpu } from "../series/studied-gpus.ts";
import { sources } from "../sources/index.ts";
import { openJournal } from "../store/journal.ts";
import { openTape, type Tape } from "../store/tape.ts";
import { version } from "../version.ts";

/** Everything that runs over one tape. */
export interface Service {
  readonly tape: Tape;
  readonly reference: Reference;
  readonly collector: Collector;
  readonly worker: SourceWorker;
  readonly fits: Fits;
  readonly studies: Studies;
  /** Keeps fits ready and publishes the index; nothing until `start`, so that only who serves does. */
  readonly standing: StandingWork;
  readonly config: Config;
  readonly clock: Clock;
  readonly app: (
    serving?: Pick<AppOptions, "page" | "log" | "operator" | "only">,
  ) => Promise<FastifyInstance>;
  readonly log: Logger;
  readonly close: () => Promise<void>;
}

export interface ServiceOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly readOnly?: boolean;
  readonly memoryLimit?: string;
}

const describe = (id: string) => sources.find((source) => source.id === id) ?? null;

/** Opens the tape and puts collector, journal and API over it; nothing runs yet. */
export const openService = async ({
  config,
  clock,
  readOnly = false,
  memoryLimit,
}: ServiceOptions): Promise<Service> => {
  checkIds("GPUTAPE_ENABLE", config.enable, sources);
  checkIds("GPUTAPE_DISABLE", config.disable, sources);
  checkIds("GPUTAPE_SOURCE_URL_<ID>", Object.keys(config.sourceUrls), sources);
  const log = createLogger(config.logLevel);
  const reference = await loadReference();
  const tape = await openTape(config.db, {
    clock,
    describe,
    readOnly,
    threads: config.threads,
    memoryLimit: memoryLimit ?? config.memoryLimit,
  });
  const metrics = createMetrics();
  const fits = startFits((task, status, seconds) => metrics.fitSeconds.observe({ task, status }, seconds));
  const studies = createStudies(fits);
  const gpus = everyGpu(reference.gpus);
  const standing = createStandingWork({ tape, fits, studies, gpus, clock, log });
  const { archive, httpAttemptMs, httpTotalMs } = config;
  const worker = startSourceWorker({ version, archive, httpAttemptMs, httpTotalMs });
  const collector = await createCollector({
    tape,
    sources,
    config,
    worker,
    clock,
    bands: reference.bands,
    log,
    onPull: (run, result, seconds) => {
      count(metrics)(run, result, seconds);
      standing.refresh();
    },
  });
  const journal = openJournal(tape.database, log);
  const { health } = collector;
  const context: ApiContext = { tape, reference, config, clock, health, journal, fits, studies, version };
  return {
    tape,
    reference,
    collector,
    worker,
    fits,
    studies,
    standing,
    config,
    clock,
    app: (serving) => buildApp(context, { metrics, ...serving }),
    log,
    close: async () => {
      await collector.stop();
      await worker.close();
      const ended = standing.stop();
      await fits.close();
      await ended;
      await journal.flush();
      await tape.close();
    },
  };
};

const count =
  (metrics: Metrics) =>
  (run: { source: string; status: string }, _result: unknown, seconds: number): void => {
    metrics.pulls.inc({ source: run.source, status: run.status });
    metrics.pullSeconds.observe({ source: run.source }, seconds);
  };
