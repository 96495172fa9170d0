import { extent } from "simple-statistics";
import { type Purchase, purchases } from "../domain/purchase.ts";
import { day, hour, type Instant } from "../domain/time.ts";
import type { StudiedGpu } from "../fits/studies.ts";
import { groupBy } from "../models/group-by.ts";
import { type MethodologyVersion, presentVersion } from "../models/headline-rules.ts";
import { priceMethods } from "../models/index/index-value.ts";
import { receiptsDigest, receiptsJson } from "../models/index/receipts.ts";
import { type PublishedValue, type Vintage, writeIndexValues } from "../store/index-record.ts";
import { readLastRun, readNewestPull, writeRun } from "../store/index-runs.ts";
import {
  readEarliestLate,
  readLastWords,
  readRecordedGpus,
  readUnfinished,
} from "../store/read-index-record.ts";
import { sha256 } from "../store/sha256.ts";
import type { Cell, Instants } from "./cells-over-time.ts";
import { indexValues, type SeriesTools, type ValueAt, withBounds } from "./index-series.ts";
import { methodologyOf, versionOf } from "./methodology.ts";
import { inBook } from "./studied-gpus.ts";

/** A value becomes final this long after its instant. */
export const finalAfterMs = day;
/** Instants missed for longer than this are not published after the fact. */
const mostMissedMs = 7 * day;

export interface Publication {
  readonly provisional: number;
  readonly final: number;
  readonly revised: number;
}

interface Run extends SeriesTools {
  readonly now: Instant;
}

/**
 * Brings the record up to `now` for the GPUs that are in the book or were published before: a provisional value for
 * every full hour that has none (a week back at most, a missing value being a row with its reason), a final one for
 * those a day old, and a revised one where something learnt since changes what was final. What was published stays.
 * Running it twice adds nothing; a run that was cut short is made up for by the next.
 */
export const publishIndex = async (
  { tape, fits }: SeriesTools,
  gpus: readonly StudiedGpu[],
  now: Instant,
): Promise<Publication> => {
  const { database } = tape;
  const run: Run = { tape, fits, now };
  const [last, pullNo] = [await readLastRun(database), await readNewestPull(database)];
  const recorded = await readRecordedGpus(database);
  const listed = new Set(inBook(gpus, tape.book()));
  const known = gpus.filter((gpu) => listed.has(gpu) || recorded.has(gpu.id));
  const newest = Math.floor(now / hour) * hour;
  const missed = Math.ceil((now - mostMissedMs) / hour) * hour;
  const first = last === null ? newest : Math.max(last.newest + hour, missed);
  let provisional = 0;
  const hours = { first, to: newest, step: hour, version: presentVersion };
  for (const gpu of known) provisional += await publish(run, gpu, "provisional", hours);
  const final = await finalise(run, known);
  const revised = last === null ? 0 : await revise(run, known, last.pullNo);
  await writeRun(database, { newest, pullNo, finishedAt: now });
  return { provisional, final, revised };
};

interface Word extends ValueAt {
  readonly gpu: string;
  readonly purchase: Purchase;
  readonly digest: string;
}

/** Hours that are published by one version of the methodology. */
interface VersionedHours extends Instants {
  readonly version: MethodologyVersion;
}

/** Values that are bounded and written at once. */
const atOnce = 240;

const publish = async (
  run: Run,
  gpu: StudiedGpu,
  vintage: Vintage,
  hours: VersionedHours,
  isWanted: (word: Word) => boolean = () => true,
): Promise<number> => {
  let [added, words]: [number, Word[]] = [0, []];
  for await (const word of wordsOf(run, gpu, hours)) {
    if (isWanted(word)) words.push(word);
    if (words.length < atOnce) continue;
    added += await write(run, vintage, words);
    words = [];
  }
  return added + (await write(run, vintage, words));
};

/** The index of a GPU on all terms and by every method, hour by hour. */
async function* wordsOf(
  { tape, now }: Run,
  gpu: StudiedGpu,
  { version, ...hours }: VersionedHours,
): AsyncGenerator<Word> {
  for (const cell of cellsOf(tape, gpu)) {
    for await (const value of indexValues(tape, cell, priceMethods, hours, now, version)) {
      const digest = receiptsDigest(value.receipts, sha256);
      yield { ...value, gpu: gpu.id, purchase: cell.purchase, digest };
    }
  }
}

/** The terms on which a GPU was ever listed. */
const cellsOf = ({ catalog }: Run["tape"], { ids }: StudiedGpu): Cell[] => {
  const listed = new Set<string>();
  for (const { offer } of catalog.byNo) if (ids.has(offer.gpu)) listed.add(offer.purchase);
  return purchases
    .filter((purchase) => purchase !== "reserved" && listed.has(purchase))
    .map((purchase) => ({ gpus: ids, purchase }));
};

const write = async ({ tape, fits, now }: Run, vintage: Vintage, words: readonly Word[]): Promise<number> => {
  if (words.length === 0) return 0;
  const bounds = await withBounds(fits, words);
  const values = words.map(({ receipts, excluded, version, ...word }, i): PublishedValue => {
    const { low, high } = bounds[i]!;
    const methodology = methodologyOf(word.method, version);
    return { ...word, low, high, vintage, methodology, excluded: JSON.stringify(excluded), recordedAt: now };
  });
  const receipts = new Map(words.map(({ digest, receipts: behind }) => [digest, receiptsJson(behind)]));
  return writeIndexValues(tape.database, values, receipts);
};

const finalise = async (run: Run, gpus: readonly StudiedGpu[]): Promise<number> => {
  const to = Math.floor((run.now - finalAfterMs) / hour) * hour;
  const open = groupBy(await readUnfinished(run.tape.database, to), ({ gpu }) => gpu);
  let added = 0;
  for (const gpu of gpus) added += await republish(run, gpu, "final", open.get(gpu.id) ?? []);
  return added;
};

const revise = async (run: Run, gpus: readonly StudiedGpu[], sincePull: number): Promise<number> => {
  const { database } = run.tape;
  const late = await readEarliestLate(database, sincePull, run.now - finalAfterMs);
  if (late === null) return 0;
  let added = 0;
  for (const gpu of gpus)
    added += await republish(run, gpu, "revised", await readLastWords(database, gpu.id, late));
  return added;
};

/**
 * Publishes what these values are worth by now, each by the version of the methodology that it was first published
 * under, so that the words on one instant compare; as a revision only where it differs from the last word.
 */
const republish = async (
  run: Run,
  gpu: StudiedGpu,
  vintage: "final" | "revised",
  words: readonly PublishedValue[],
): Promise<number> => {
  let added = 0;
  for (const [version, own] of groupBy(words, ({ methodology }) => versionOf(methodology) ?? presentVersion))
    added += await republishBy(run, gpu, vintage, own, version);
  return added;
};

const republishBy = async (
  run: Run,
  gpu: StudiedGpu,
  vintage: "final" | "revised",
  words: readonly PublishedValue[],
  version: MethodologyVersion,
): Promise<number> => {
  const [first, to] = extent(words.map(({ at }) => at));
  const lastWord = new Map(words.map((word) => [keyOf(word), word.digest]));
  return publish(run, gpu, vintage, { first, to, step: hour, version }, (word) => {
    const digest = lastWord.get(keyOf(word));
    return digest !== undefined && (vintage === "final" || digest !== word.digest);
  });
};

const keyOf = ({ purchase, method, at }: Pick<PublishedValue, "purchase" | "method" | "at">): string =>
  `${purchase}|${method}|${at}`;
