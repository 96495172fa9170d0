import { parentPort, workerData } from "node:worker_threads";
import { loadReference, readData } from "../reference.ts";
import { createHttp } from "../sources/http.ts";
import { sources } from "../sources/index.ts";
import type { Http } from "../sources/source.ts";
import { faultInWords, replaySource, runSource, type SourceRun } from "./run-source.ts";
import type { Job, JobMessage, JobReply, WorkerSettings } from "./worker-protocol.ts";
import { rowsPerMessage } from "./worker-protocol.ts";

/*
 * The thread in which sources fetch, parse and are judged, so that a 40 MB payload never holds the server's
 * event loop. Rows cross a chunk at a time, each after the last was taken.
 */

const port = parentPort!;
const settings = workerData as WorkerSettings;
const clock = (): number => Date.now();
const reference = loadReference();
const taken = new Map<number, (() => void)[]>();

const httpUntil = (signal: AbortSignal): Http =>
  createHttp({
    version: settings.version,
    clock,
    random: Math.random,
    signal,
    attemptTimeoutMs: settings.httpAttemptMs,
    totalTimeoutMs: settings.httpTotalMs,
    gapOnLoopback: false,
  });

const reply = (message: JobReply): void => port.postMessage(message);

const run = async (job: Job): Promise<SourceRun> => {
  const source = sources.find(({ id }) => id === job.source);
  if (!source) throw new Error(`no source ${job.source}`);
  const tools = { clock, archive: job.archive, reference: await reference, rates: job.rates };
  if (job.replay)
    return replaySource(source, job.replay.payloads, job.replay.observedAt, {
      ...tools,
      archive: settings.archive,
    });
  const signal = AbortSignal.timeout(job.timeoutMs);
  const http = httpUntil(signal);
  return runSource(source, { http, clock, baseUrl: job.baseUrl, keys: job.keys, signal, readData }, tools);
};

/** Rows on their way: the next chunk is made while the last is being taken, but no more than that pile up. */
const send = async (job: Job, result: SourceRun): Promise<void> => {
  let lastTaken = Promise.resolve();
  for (let start = 0; start < result.offers.length; start += rowsPerMessage) {
    const before = lastTaken;
    lastTaken = new Promise((resolve) => {
      const waiting = taken.get(job.id) ?? [];
      taken.set(job.id, [...waiting, resolve]);
    });
    reply({ id: job.id, offers: result.offers.slice(start, start + rowsPerMessage) });
    await before;
  }
  await lastTaken;
  reply({ id: job.id, result: { ...result, offers: [] } });
};

port.on("message", (message: JobMessage) => {
  if ("taken" in message) {
    taken.get(message.taken)?.shift()?.();
    return;
  }
  run(message)
    .then((result) => send(message, result))
    .catch((error: unknown) => reply({ id: message.id, error: faultInWords(error) }))
    .finally(() => taken.delete(message.id));
});
