import { randomInt } from "node:crypto";
import { type AwsSpotResult, backfillAwsSpot } from "../backfill/aws-spot.ts";
import { backfillSkypilot, type SkypilotResult } from "../backfill/skypilot.ts";
import { skypilotCatalog } from "../backfill/skypilot-catalog.ts";
import type { BackfillTools } from "../backfill/tools.ts";
import type { Config } from "../config.ts";
import { type Clock, parseInstant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { loadReference } from "../reference.ts";
import { awsSpot as awsSpotSource } from "../sources/aws-spot.ts";
import { createHttp } from "../sources/http.ts";
import { loadCatalog } from "../store/catalog.ts";
import { openDatabase } from "../store/database.ts";
import { version } from "../version.ts";
import { progressBar } from "./progress.ts";

export interface SkypilotFlags {
  readonly repo?: string;
  readonly from?: string;
  readonly to?: string;
  readonly clouds?: string;
  readonly json?: boolean;
}

export interface AwsSpotFlags {
  readonly days?: string;
  readonly regions?: string;
  readonly json?: boolean;
}

export type BackfillResult = SkypilotResult | AwsSpotResult;

/** Reads the git history of the SkyPilot catalog into the tape. */
export const skypilot = async (
  config: Config,
  clock: Clock,
  { repo = skypilotCatalog, from, to, clouds, json = false }: SkypilotFlags,
): Promise<SkypilotResult> => {
  const options = {
    repo,
    ...(from === undefined ? {} : { from: parseInstant(from, "--from") }),
    ...(to === undefined ? {} : { to: parseInstant(to, "--to") }),
    ...(clouds === undefined ? {} : { clouds: list(clouds, "--clouds") }),
  };
  if (options.from !== undefined && options.to !== undefined && options.from > options.to)
    throw badInput("--from", `${from} lies after --to ${to}`);
  return withTape(config, clock, json, (tools) => backfillSkypilot(options, cacheBeside(config.db), tools));
};

/** Reads the spot prices that AWS keeps into the tape. */
export const awsSpot = async (
  config: Config,
  clock: Clock,
  { days = "90", regions, json = false }: AwsSpotFlags,
): Promise<AwsSpotResult> => {
  const keys = config.sourceKeys;
  const missing = awsSpotSource.needs.filter((name) => !keys[name]);
  if (missing.length > 0)
    throw badInput(missing[0]!, `set ${missing.join(" and ")} to read the history of AWS`);
  if (!/^\d+$/.test(days)) throw badInput("--days", `"${days}" is not a whole number of days`);
  const options = {
    days: Number(days),
    ...(regions === undefined ? {} : { regions: list(regions, "--regions") }),
  };
  const baseUrl = config.sourceUrls[awsSpotSource.id] ?? awsSpotSource.baseUrl;
  return withTape(config, clock, json, (tools) => {
    const http = createHttp({
      version,
      clock,
      random: () => randomInt(1_000_000) / 1_000_000,
      signal: tools.signal,
      attemptTimeoutMs: config.httpAttemptMs,
      totalTimeoutMs: config.httpTotalMs,
    });
    return backfillAwsSpot(options, { ...tools, http, clock, baseUrl, keys });
  });
};

const list = (text: string, flag: string): string[] => {
  const names = text.split(",").flatMap((name) => name.trim() || []);
  if (names.length === 0) throw badInput(flag, `"${text}" names none`);
  return names;
};

/** Copies of remote repositories lie beside the tape. */
const cacheBeside = (db: string): string => `${db.replace(/\.duckdb$/, "")}-backfill`;

/** Opens the tape for writing; the first Ctrl-C lets the transaction under way end, a second one stops at once. */
const withTape = async <T>(
  config: Config,
  clock: Clock,
  quiet: boolean,
  job: (tools: BackfillTools) => Promise<T>,
): Promise<T> => {
  const { db, threads, memoryLimit } = config;
  const database = await openDatabase(db, { threads, memoryLimit });
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, onSignal);
  const bar = progressBar(quiet);
  try {
    const [catalog, reference] = await Promise.all([loadCatalog(database), loadReference()]);
    return await job({ database, catalog, reference, now: clock(), progress: bar.step, signal: stop.signal });
  } finally {
    bar.stop();
    await database.close();
    for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, onSignal);
  }
};
