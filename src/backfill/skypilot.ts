import { breathe } from "../breathe.ts";
import { dayOf, formatInstant, type Instant } from "../domain/time.ts";
import { badInput } from "../errors.ts";
import { sourceIdOf } from "../store/import-pulls.ts";
import { readBackfilled } from "../store/read-backfill.ts";
import { type PastPull, writePastPulls } from "../store/write-history.ts";
import { type Blobs, openBlobs } from "./blobs.ts";
import { type CatalogState, readHistory, usualGap } from "./catalog-history.ts";
import { offerMaker } from "./catalog-offers.ts";
import { type PullMaker, pullMaker } from "./catalog-pull.ts";
import { openRepository } from "./repository.ts";
import type { BackfillTools } from "./tools.ts";

export interface SkypilotOptions {
  /** A clone, or where to make a partial one from. */
  readonly repo: string;
  /** First and last commit time. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** Clouds by folder or provider id; default all. */
  readonly clouds?: readonly string[];
}

export interface SkypilotResult {
  readonly source: "skypilot";
  readonly repo: string;
  readonly clouds: readonly string[];
  /** Commits whose catalog was read; one that changed several clouds counts once. */
  readonly commits: number;
  /** Commits left out because the tape has them. */
  readonly known: number;
  readonly pulls: number;
  readonly rows: number;
  readonly ticks: number;
  readonly rejects: number;
  readonly unknown_gpus: number;
  /** Time of the first and the last commit read. */
  readonly first: string | null;
  readonly last: string | null;
  readonly interrupted: boolean;
  readonly seconds: number;
}

/** Prices in one transaction; as many keep the memory flat. */
const sightingsPerWrite = 50_000;
const pullsPerWrite = 200;
/** Files fetched at once into a partial clone. */
const filesPerFetch = 256;

const dataset = "skypilot";

/**
 * Reads the history of the SkyPilot catalog into the tape: each commit of a cloud is one pull at the time of the
 * commit. What the tape has already is left out, so that it goes on where it was stopped and adds nothing twice.
 */
export const backfillSkypilot = async (
  options: SkypilotOptions,
  cache: string,
  tools: BackfillTools,
): Promise<SkypilotResult> => {
  const started = performance.now();
  const { progress, signal } = tools;
  const say = (text: string): void => progress(0, 1, text);
  const repository = await openRepository(options.repo, { cache, progress: say, signal });
  say(`reading the history of ${repository.name}`);
  const history = await readHistory(repository, tools.reference.providers.canonical);
  if (history.size === 0)
    throw badInput("--repo", `${repository.name} has no catalogs/<version>/<cloud>/vms.csv in its history`);
  const wanted = pick(history, options, tools);
  const known = new Set(
    (await readBackfilled(tools.database, "import/")).map(
      ({ source, record }) => `${source}|${record.commit}`,
    ),
  );
  const missing = wanted.filter(({ provider, commit }) => !known.has(`${sourceOf(provider)}|${commit}`));
  const counts = newCounts();
  const blobs = openBlobs(repository);
  try {
    await readAll(missing, blobs, pullMakers(history, tools), counts, tools);
  } finally {
    await blobs.close();
  }
  return {
    source: "skypilot",
    repo: repository.name,
    clouds: [...new Set(wanted.map(({ provider }) => provider))].sort(),
    commits: counts.commits.size,
    known:
      new Set(wanted.map(({ commit }) => commit)).size - new Set(missing.map(({ commit }) => commit)).size,
    pulls: counts.pulls,
    rows: counts.rows,
    ticks: counts.ticks,
    rejects: counts.rejects,
    unknown_gpus: counts.unknownGpus.size,
    first: counts.first === null ? null : formatInstant(counts.first),
    last: counts.last === null ? null : formatInstant(counts.last),
    interrupted: counts.pulls < missing.length,
    seconds: Math.round(performance.now() - started) / 1000,
  };
};

const sourceOf = (provider: string): string => sourceIdOf(provider, dataset);

/** The wanted states in the order of their times; of several of one cloud at one time the last is what stood. */
const pick = (
  history: ReadonlyMap<string, readonly CatalogState[]>,
  { from = 0, to = Number.POSITIVE_INFINITY, clouds }: SkypilotOptions,
  { reference, now }: BackfillTools,
): CatalogState[] => {
  const names = clouds?.map((cloud) => reference.providers.canonical(cloud)) ?? [...history.keys()];
  for (const [index, name] of names.entries()) {
    const allowed = [...history.keys()].sort();
    if (!history.has(name))
      throw badInput(
        "--clouds",
        `there is no "${clouds?.[index]}" in the catalog; it has ${allowed.join(", ")}`,
        allowed,
      );
  }
  const last = Math.min(to, now);
  return [...new Set(names)]
    .flatMap((name) => [...new Map(history.get(name)!.map((state) => [state.at, state])).values()])
    .filter(({ at }) => at >= from && at <= last)
    .sort((a, b) => a.at - b.at);
};

const pullMakers = (
  history: ReadonlyMap<string, readonly CatalogState[]>,
  { reference, now }: BackfillTools,
): ((state: CatalogState) => PullMaker) => {
  const makers = new Map<string, PullMaker>();
  return ({ provider, cloud }) => {
    const key = `${provider}|${cloud}`;
    const made = makers.get(key);
    if (made) return made;
    const source = sourceOf(provider);
    const maker = pullMaker({
      source,
      everyMinutes: usualGap(history.get(provider)!),
      now,
      offersOf: offerMaker({ cloud, provider, source, reference }),
    });
    makers.set(key, maker);
    return maker;
  };
};

const newCounts = () => ({
  commits: new Set<string>(),
  pulls: 0,
  rows: 0,
  ticks: 0,
  rejects: 0,
  unknownGpus: new Set<string>(),
  first: null as Instant | null,
  last: null as Instant | null,
});

type Counts = ReturnType<typeof newCounts>;

/** Reads and writes batch after batch until all is done or it is told to stop. */
const readAll = async (
  states: readonly CatalogState[],
  blobs: Blobs,
  makerOf: (state: CatalogState) => PullMaker,
  counts: Counts,
  tools: BackfillTools,
): Promise<void> => {
  let batch: { state: CatalogState; made: PastPull }[] = [];
  let sightings = 0;
  for (const [index, state] of states.entries()) {
    if (tools.signal.aborted) return;
    tools.progress(index, states.length, `${state.cloud} ${dayOf(state.at)}`);
    const file = await readFile(states, index, blobs).catch((error) => orStopped(error, tools.signal));
    if (file === null) return;
    const made = makerOf(state)(state, file.text);
    batch.push({ state, made });
    sightings += made.sightings.length;
    if (index < states.length - 1 && sightings < sightingsPerWrite && batch.length < pullsPerWrite) continue;
    if (tools.signal.aborted) return;
    const { ticks } = await writePastPulls(
      tools.database,
      tools.catalog,
      batch.map((each) => each.made),
      tools.now,
    );
    count(counts, batch, ticks);
    batch = [];
    sightings = 0;
  }
  tools.progress(states.length, states.length, "done");
};

const readFile = async (
  states: readonly CatalogState[],
  index: number,
  blobs: Blobs,
): Promise<{ readonly text: string | null }> => {
  if (index % filesPerFetch === 0)
    await blobs.prefetch(states.slice(index, index + filesPerFetch).flatMap(({ blob }) => blob ?? []));
  const { blob } = states[index]!;
  return { text: blob === null ? null : await blobs.read(blob) };
};

/** Ctrl-C on a terminal also ends git, perhaps a moment before it is heard of here. */
const orStopped = async (error: unknown, signal: AbortSignal): Promise<null> => {
  await breathe();
  if (!signal.aborted) throw error;
  return null;
};

const count = (
  counts: Counts,
  batch: readonly { readonly state: CatalogState; readonly made: PastPull }[],
  ticks: number,
): void => {
  counts.ticks += ticks;
  counts.pulls += batch.length;
  for (const { state, made } of batch) {
    counts.commits.add(state.commit);
    counts.rows += made.sightings.length;
    counts.rejects += made.rejects.length;
    for (const { offer } of made.sightings)
      if (offer.gpu.startsWith("unknown:")) counts.unknownGpus.add(offer.gpu);
    counts.first = Math.min(counts.first ?? state.at, state.at);
    counts.last = Math.max(counts.last ?? state.at, state.at);
  }
};
