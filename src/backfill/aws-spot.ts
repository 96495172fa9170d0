import { judge } from "../collect/judge.ts";
import type { Reject } from "../domain/offer.ts";
import { doubtsOf } from "../domain/plausibility.ts";
import { type Clock, dayOf, formatInstant, hour, type Instant } from "../domain/time.ts";
import { AppError, badInput } from "../errors.ts";
import { awsRegions } from "../sources/aws-instances.ts";
import {
  awsSpot as awsSpotSource,
  readSpotHistoryPage,
  readSpotItem,
  spotHistoryMs,
  spotHistoryRequest,
  spotKeys,
} from "../sources/aws-spot.ts";
import { fetchPages } from "../sources/pages.ts";
import { readRows } from "../sources/read.ts";
import { reject } from "../sources/reading.ts";
import type { Http, HttpRequest, RawPayload } from "../sources/source.ts";
import { type PastChange, writePastChanges } from "../store/write-history.ts";
import { missingWindows, type Window, windowPulls } from "./aws-spot-windows.ts";
import type { BackfillTools } from "./tools.ts";

export interface AwsSpotOptions {
  /** Up to ninety, as far back as AWS tells. */
  readonly days: number;
  /** Default all. */
  readonly regions?: readonly string[];
}

export interface AwsSpotTools extends BackfillTools {
  readonly http: Http;
  readonly clock: Clock;
  readonly baseUrl: string;
  readonly keys: Readonly<Record<string, string>>;
}

export interface AwsSpotResult {
  readonly source: string;
  /** Regions that answered, of those that were asked. */
  readonly regions: number;
  readonly refused: readonly string[];
  readonly requests: number;
  readonly pulls: number;
  readonly rows: number;
  readonly ticks: number;
  readonly rejects: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly interrupted: boolean;
  readonly seconds: number;
}

const source = awsSpotSource.id;
const mostDays = spotHistoryMs / (24 * hour);

/**
 * Reads the spot prices that AWS keeps into the tape, each change at the time AWS gives it, under the listings of the
 * live source. An hour that the tape has is not asked again. Windows of a week are written one by one, whole.
 */
export const backfillAwsSpot = async (
  { days, regions = awsRegions }: AwsSpotOptions,
  tools: AwsSpotTools,
): Promise<AwsSpotResult> => {
  const started = performance.now();
  checkOptions(days, regions);
  const windows = await missingWindows(tools, { days, regions });
  const counts = { requests: 0, pulls: 0, rows: 0, ticks: 0, rejects: 0 };
  const refused = new Set<string>();
  let done = 0;
  for (const [index, window] of windows.entries()) {
    const seen = await readWindow(window, { regions, refused, counts, tools, index, of: windows.length });
    if (seen === null) break;
    const pulls = windowPulls(window, { regions, refused, tools });
    const written = await writePastChanges(tools.database, tools.catalog, { ...seen, pulls }, tools.now);
    counts.pulls += pulls.length;
    counts.rows += written.sightings;
    counts.ticks += written.ticks;
    counts.rejects += seen.rejects.length;
    done++;
  }
  if (done === windows.length) tools.progress(1, 1, "done");
  return {
    source,
    regions: regions.length - refused.size,
    refused: [...refused].sort(),
    ...counts,
    first: done === 0 ? null : formatInstant(windows[0]!.from),
    last: done === 0 ? null : formatInstant(windows[done - 1]!.to),
    interrupted: done < windows.length,
    seconds: Math.round(performance.now() - started) / 1000,
  };
};

const checkOptions = (days: number, regions: readonly string[]): void => {
  if (!Number.isInteger(days) || days < 1 || days > mostDays)
    throw badInput(
      "--days",
      `"${days}" is not a whole number from 1 to ${mostDays}, which is what AWS keeps`,
    );
  const unknown = regions.find((region) => !awsRegions.includes(region));
  if (unknown !== undefined)
    throw badInput(
      "--regions",
      `there is no region "${unknown}"; the regions are ${awsRegions.join(", ")}`,
      awsRegions,
    );
};

interface Reading {
  readonly regions: readonly string[];
  /** Regions that refuse the key, as one does that the account has not enabled; found on the way. */
  readonly refused: Set<string>;
  readonly counts: { requests: number };
  readonly tools: AwsSpotTools;
  readonly index: number;
  readonly of: number;
}

interface Seen {
  readonly changes: PastChange[];
  readonly rejects: Reject[];
}

/** Everything between two times; null when it was stopped. A region that fails ends it: a week is whole or not there. */
const readWindow = async (window: Window, reading: Reading): Promise<Seen | null> => {
  const { regions, refused, tools, index, of } = reading;
  const seen: Seen = { changes: [], rejects: [] };
  for (const [place, region] of regions.entries()) {
    if (tools.signal.aborted) return null;
    tools.progress(index * regions.length + place, of * regions.length, `${dayOf(window.from)} ${region}`);
    if (refused.has(region)) continue;
    const pages = await readRegion(window, region, reading).catch((error: unknown) => {
      if (tools.signal.aborted) return null;
      if (!isRefusal(error)) throw error;
      refused.add(region);
      if (refused.size === regions.length) throw allRefused(error);
      return [];
    });
    if (pages === null) return null;
    for (const page of pages) readPage(page, region, window, tools, seen);
  }
  return seen;
};

const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && [401, 403].includes(error.details.status as number);

const allRefused = (cause: unknown): AppError =>
  new AppError(
    "upstream_failed",
    "AWS refuses the key in every region; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be of an account that may ec2:DescribeSpotPriceHistory",
    { cause },
  );

/** Weeks of busy regions have some ten. */
const mostPages = 1000;

const readRegion = async (
  { from, to }: Window,
  region: string,
  { tools, counts }: Reading,
): Promise<RawPayload[]> => {
  const { http, baseUrl, keys, clock } = tools;
  const page = (number: number, nextToken?: string): HttpRequest => {
    counts.requests++;
    const name = `${region}-${number}`;
    return spotHistoryRequest({ name, baseUrl, region, keys, start: from, end: to, nextToken, at: clock() });
  };
  const next = (payload: RawPayload, soFar: number): HttpRequest | null => {
    const { nextToken } = readSpotHistoryPage(payload);
    return nextToken === null ? null : page(soFar + 1, nextToken);
  };
  const pages = await fetchPages(http, page(1), next, mostPages);
  if (pages.length === mostPages)
    throw new AppError("upstream_failed", `${region}: AWS does not come to an end of its pages`);
  return pages;
};

/** A window also brings the prices that held at its beginning; each keeps the time from which it held. */
const readPage = (
  payload: RawPayload,
  region: string,
  { to }: Window,
  { reference }: AwsSpotTools,
  seen: Seen,
): void => {
  for (const item of readSpotHistoryPage(payload).items) {
    const { offers, rejects } = readRows([item], spotKeys, (row) => readSpotItem(row, region));
    seen.rejects.push(...rejects);
    const at = Date.parse(String((item as { timestamp?: unknown }).timestamp));
    for (const draft of offers) {
      if (!(at >= 0)) seen.rejects.push(reject("bad_time", item));
      if (!(at >= 0) || at > to) continue;
      const judged = judge(draft, { source, ...reference, rates: [], observedAt: at });
      if ("reject" in judged) seen.rejects.push(judged.reject);
      else seen.changes.push(changeOf(judged.offer, at, reference.bands));
    }
  }
};

const changeOf = (
  offer: PastChange["offer"],
  at: Instant,
  bands: AwsSpotTools["reference"]["bands"],
): PastChange => {
  const { priceRaw, usdPerGpuHour } = offer;
  const band = bands.of(offer.gpu);
  const flags = doubtsOf({ usdPerGpuHour, observedAt: at, band, onDemand: [], history: null, others: null });
  return { offer, at, priceRaw, usdPerGpuHour, flags };
};
