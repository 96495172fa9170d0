import { day, hour, type Instant } from "../domain/time.ts";
import { awsRegions } from "../sources/aws-instances.ts";
import { awsSpot as awsSpotSource } from "../sources/aws-spot.ts";
import { maskUrl } from "../sources/http-failure.ts";
import { readBackfilled } from "../store/read-backfill.ts";
import type { PullRecord } from "../store/write-pull.ts";
import type { AwsSpotTools } from "./aws-spot.ts";

/** Whole hours after `from` up to and with `to`. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

interface Asked {
  readonly days: number;
  readonly regions: readonly string[];
}

const mostHours = 7 * 24;

/** Hours of the last days that no backfill has asked all these regions about, a week at most together. */
export const missingWindows = async (
  { database, now }: AwsSpotTools,
  { days, regions }: Asked,
): Promise<Window[]> => {
  const asked = new Map<Instant, Set<string>>();
  for (const { source, observedAt, record } of await readBackfilled(database, awsSpotSource.id)) {
    if (source !== awsSpotSource.id) continue;
    const known = asked.get(observedAt) ?? new Set();
    for (const region of regionsIn(record)) known.add(region);
    asked.set(observedAt, known);
  }
  const end = Math.floor(now / hour) * hour;
  const windows: Window[] = [];
  for (let at = end - days * day + hour; at <= end; at += hour) {
    const known = asked.get(at);
    if (known && regions.every((region) => known.has(region))) continue;
    const last = windows.at(-1);
    if (last && last.to === at - hour && at - last.from <= mostHours * hour)
      windows[windows.length - 1] = { from: last.from, to: at };
    else windows.push({ from: at - hour, to: at });
  }
  return windows;
};

/** The record of a pull names the regions that were asked, answered or not. */
const recordOf = (regions: readonly string[], baseUrl: string): Record<string, unknown> => ({
  name: "spot price history",
  url: maskUrl(baseUrl),
  regions: regions.length === awsRegions.length ? "all" : regions,
});

const regionsIn = ({ regions }: Readonly<Record<string, unknown>>): readonly string[] =>
  regions === "all" ? awsRegions : Array.isArray(regions) ? regions : [];

/** One pull an hour: the history has no gaps, so that at each hour all of it was known. */
export const windowPulls = (
  { from, to }: Window,
  {
    regions,
    refused,
    tools,
  }: {
    readonly regions: readonly string[];
    readonly refused: ReadonlySet<string>;
    readonly tools: AwsSpotTools;
  },
): PullRecord[] => {
  const blind = awsRegions.filter((region) => refused.has(region) || !regions.includes(region));
  const pulls: PullRecord[] = [];
  for (let at = from + hour; at <= to; at += hour) {
    pulls.push({
      source: awsSpotSource.id,
      kind: awsSpotSource.kind,
      observedAt: at,
      recordedAt: at,
      startedAt: tools.now,
      finishedAt: tools.now,
      status: blind.length === 0 ? "complete" : "partial",
      origin: "backfill",
      everyMinutes: 60,
      unknownGpus: 0,
      blindScopes: blind,
      parserVersion: awsSpotSource.parserVersion,
      note: blind.length === 0 ? null : `not asked, or refused by AWS: ${blind.join(", ")}`,
      payloads: [recordOf(regions, tools.baseUrl)],
    });
  }
  return pulls;
};
