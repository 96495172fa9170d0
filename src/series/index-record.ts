import { extent } from "simple-statistics";
import { purchases } from "../domain/purchase.ts";
import { day, hour, type Instant } from "../domain/time.ts";
import { groupBy } from "../models/group-by.ts";
import { type PriceMethod, priceMethods } from "../models/index/index-value.ts";
import { receiptsDigest, receiptsJson } from "../models/index/receipts.ts";
import { type PublishedValue, type Vintage, writeIndexValues } from "../store/index-record.ts";
import {
  readEarliestLate,
  readLastWords,
  readRecordSpan,
  readUnfinished,
} from "../store/read-index-record.ts";
import type { Cell } from "./cells-over-time.ts";
import { type IndexAt, indexSeries, type SeriesTools } from "./index-series.ts";
import { sha256 } from "./verify-index.ts";

/** Version of each method, part of every published value. */
export const methodologyOf = (method: PriceMethod): string => `${method}/1`;

/** GPUs to publish: id and the ids a query for it covers. */
export interface IndexedGpu {
  readonly id: string;
  readonly ids: ReadonlySet<string>;
}

/** A value becomes final this long after its instant. */
export const finalAfterMs = day;
/** Instants missed for longer than this are not published after the fact. */
const mostMissedMs = 7 * day;

export interface Publication {
  readonly provisional: number;
  readonly final: number;
  readonly revised: number;
}

/**
 * Brings the record up to `now`: a provisional value for every full hour that has none (a week back at most, a
 * missing value being a row with its reason), a final one for those a day old, and a revised one where something
 * learnt since changes what was final. What was published stays. Running it twice adds nothing.
 */
export const publishIndex = async (
  tools: SeriesTools,
  gpus: readonly IndexedGpu[],
  now: Instant,
): Promise<Publication> => {
  const last = await readRecordSpan(tools.tape.database);
  const newest = Math.floor(now / hour) * hour;
  const first = Math.max(
    last === null ? newest : last.at + hour,
    Math.ceil((now - mostMissedMs) / hour) * hour,
  );
  const provisional = await publishSpan(tools, gpus, "provisional", { first, to: newest }, now);
  const final = await finalise(tools, gpus, now);
  const revised = last === null ? 0 : await revise(tools, gpus, last.recordedAt, now);
  return { provisional, final, revised };
};

interface Hours {
  readonly first: Instant;
  readonly to: Instant;
}

const publishSpan = async (
  tools: SeriesTools,
  gpus: readonly IndexedGpu[],
  vintage: Vintage,
  span: Hours,
  now: Instant,
  isWanted: (value: PublishedValue) => boolean = () => true,
): Promise<number> => {
  let added = 0;
  for (const gpu of gpus) {
    for (const hours of inParts(span)) {
      const values: PublishedValue[] = [];
      const receipts = new Map<string, string>();
      for await (const { cell, method, index } of computed(tools, gpu, hours, now)) {
        const published = publishedOf(gpu.id, cell, method, vintage, index, now);
        if (!isWanted(published)) continue;
        values.push(published);
        receipts.set(published.digest, receiptsJson(index.receipts));
      }
      if (values.length > 0) added += await writeIndexValues(tools.tape.database, values, receipts);
    }
  }
  return added;
};

/** The index of a GPU by every method and on all terms, hour by hour. */
async function* computed(
  tools: SeriesTools,
  gpu: IndexedGpu,
  hours: Hours,
  now: Instant,
): AsyncGenerator<{ readonly cell: Cell; readonly method: PriceMethod; readonly index: IndexAt }> {
  for (const cell of cellsOf(tools, gpu)) {
    for (const method of priceMethods) {
      const series = await indexSeries(tools, cell, method, { ...hours, step: hour }, now);
      for (const index of series) yield { cell, method, index };
    }
  }
}

/** Hours that are read from the tape at once; a year of a large cell would not fit beside the rest. */
const hoursAtOnce = 14 * 24;

const inParts = ({ first, to }: Hours): Hours[] => {
  const parts: Hours[] = [];
  for (let start = first; start <= to; start += hoursAtOnce * hour)
    parts.push({ first: start, to: Math.min(to, start + (hoursAtOnce - 1) * hour) });
  return parts;
};

/** The terms on which a GPU was ever listed. */
const cellsOf = ({ tape }: SeriesTools, { ids }: IndexedGpu): Cell[] => {
  const listed = new Set<string>();
  for (const { offer } of tape.catalog.byNo) if (ids.has(offer.gpu)) listed.add(offer.purchase);
  return purchases
    .filter((purchase) => purchase !== "reserved" && listed.has(purchase))
    .map((purchase) => ({ gpus: ids, purchase }));
};

const publishedOf = (
  gpu: string,
  { purchase }: Cell,
  method: PriceMethod,
  vintage: Vintage,
  index: IndexAt,
  recordedAt: Instant,
): PublishedValue => ({
  gpu,
  purchase,
  method,
  at: index.at,
  vintage,
  value: index.value,
  low: index.low,
  high: index.high,
  reason: index.reason,
  nProviders: index.nProviders,
  nListings: index.nListings,
  nMachines: index.nMachines,
  hhi: index.hhi,
  topProviderShare: index.topProviderShare,
  excluded: JSON.stringify(index.excluded),
  methodology: methodologyOf(method),
  digest: receiptsDigest(index.receipts, sha256),
  recordedAt,
});

const finalise = async (tools: SeriesTools, gpus: readonly IndexedGpu[], now: Instant): Promise<number> => {
  const to = Math.floor((now - finalAfterMs) / hour) * hour;
  const open = await readUnfinished(tools.tape.database, to - mostMissedMs - day, to);
  let added = 0;
  for (const [id, words] of groupBy(open, ({ gpu }) => gpu))
    added += await republish(tools, withId(gpus, id), "final", words, now);
  return added;
};

const revise = async (
  tools: SeriesTools,
  gpus: readonly IndexedGpu[],
  since: Instant,
  now: Instant,
): Promise<number> => {
  const { database } = tools.tape;
  const late = await readEarliestLate(database, since, now - finalAfterMs);
  if (late === null) return 0;
  let added = 0;
  for (const gpu of gpus) {
    const words = await readLastWords(database, gpu.id, late);
    added += await republish(tools, [gpu], "revised", words, now);
  }
  return added;
};

const withId = (gpus: readonly IndexedGpu[], wanted: string): IndexedGpu[] =>
  gpus.filter(({ id }) => id === wanted);

/** Publishes what these values are worth by now; as a revision only where it differs from the last word. */
const republish = async (
  tools: SeriesTools,
  gpus: readonly IndexedGpu[],
  vintage: "final" | "revised",
  words: readonly PublishedValue[],
  now: Instant,
): Promise<number> => {
  if (words.length === 0) return 0;
  const [first, to] = extent(words.map(({ at }) => at));
  const span = { first, to };
  const lastWord = new Map(words.map((word) => [keyOf(word), word.digest]));
  return publishSpan(tools, gpus, vintage, span, now, (value) => {
    const digest = lastWord.get(keyOf(value));
    return digest !== undefined && (vintage === "final" || digest !== value.digest);
  });
};

const keyOf = ({ gpu, purchase, method, at }: PublishedValue): string => `${gpu}|${purchase}|${method}|${at}`;
