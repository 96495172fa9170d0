import { runSource, type SourceRun } from "../src/collect/run-source.ts";
import { listingKey } from "../src/domain/offer.ts";
import type { Reference } from "../src/reference.ts";
import type { FetchContext, RawPayload, Source } from "../src/sources/source.ts";
import { at, handRates, payloadsOf, readFixture } from "../test/sources/fixture.ts";
import { type Drift, driftsOf } from "./drift.ts";

export type Pick = (drifts: readonly Drift[]) => readonly Drift[];

/** A source's fixture as it is, and what its parser and the judge make of it under drifts. */
export interface DriftGround {
  readonly whole: SourceRun;
  /** Keys of the whole answer's listings. */
  readonly keys: ReadonlySet<string>;
  readonly drifts: readonly Drift[];
  readonly under: (drift: Drift) => Promise<Drifted>;
}

export interface Drifted {
  /** The drift in words. */
  readonly where: string;
  readonly run: SourceRun;
  /** Listings of the whole answer that the run lacks; none where it saw nothing at all. */
  readonly missing: readonly string[];
}

export const driftGround = async (source: Source, reference: Reference): Promise<DriftGround> => {
  const payloads = payloadsOf(source.id);
  const seen = await runOf(source, payloads, reference);
  const whole = seeing(seen, seen);
  const { omitted = [] } = readFixture(source.id);
  const keys = new Set(whole.offers.map(listingKey));
  return {
    whole,
    keys,
    drifts: driftsOf(payloads, nameTest(whole)).filter((drift) => !isOmission(drift, omitted)),
    under: async (drift) => {
      const run = seeing(await runOf(source, drift.payloads(), reference), seen);
      const shown = new Set(run.offers.map(listingKey));
      const missing = sawNothing(run) ? [] : [...keys].filter((key) => !shown.has(key));
      const where = `${drift.what} ${drift.everywhere ? "everywhere" : "once"} ${drift.at}`;
      return { where, run, missing };
    },
  };
};

/**
 * Drifts under which rows are not accounted for, or listings are missing without a word: the run is not blind for them
 * and has no more rows than before, for any reason, that could not be read or came again.
 */
export const silentDrifts = async (
  source: Source,
  reference: Reference,
  pick: Pick,
): Promise<readonly string[]> => {
  const { whole, drifts, under } = await driftGround(source, reference);
  const scopes = new Map(whole.offers.map((offer) => [listingKey(offer), offer.scope]));
  const before = unreadOf(whole);
  const silent: string[] = [];
  for (const drift of pick(drifts)) {
    const { where, run, missing } = await under(drift);
    if (hasLostRows(run)) silent.push(where);
    const isTold = [...unreadOf(run)].some(([reason, n]) => n > (before.get(reason) ?? 0));
    if (run.blindScopes === "*" || isTold) continue;
    const blind = new Set(run.blindScopes);
    if (missing.some((key) => !blind.has(scopes.get(key)!))) silent.push(where);
  }
  return silent;
};

/** Rows that could not be read or came again, by reason. */
const unreadOf = ({ offers, rejects }: SourceRun): ReadonlyMap<string, number> => {
  const counts = new Map([["duplicate", offers.length - new Set(offers.map(listingKey)).size]]);
  for (const { reason } of rejects) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
};

/** Whether the run failed since rows of the answer are neither offers nor rejects nor dropped by rule. */
export const hasLostRows = ({ note }: SourceRun): boolean => note?.includes("accounted for") ?? false;

const sawNothing = ({ status }: SourceRun): boolean => status === "failed" || status === "empty";

/**
 * A fixture is small and a fifth of it odd, which alone would make every pull of it blind; a real answer is large. What
 * the whole answer was blind for does not count either, so that only what the drift itself makes blind protects.
 */
const seeing = (run: SourceRun, whole: SourceRun): SourceRun => {
  if (sawNothing(run)) return run;
  const tooOdd = /could not be read|were refused/.test(run.note ?? "");
  const blind = run.blindScopes === "*" ? ["*"] : run.blindScopes;
  const before = whole.blindScopes === "*" ? ["*"] : whole.blindScopes;
  const lost = /(?:no answer for|cut off:) ([^;]*)/.exec(run.note ?? "")?.[1]?.split(", ") ?? [];
  const own = (tooOdd ? lost : blind).filter((scope) => !before.includes(scope));
  return { ...run, status: "complete", note: null, blindScopes: own.includes("*") ? "*" : own };
};

const runOf = (source: Source, payloads: readonly RawPayload[], reference: Reference): Promise<SourceRun> =>
  runSource({ ...source, fetch: async () => payloads }, {} as FetchContext, {
    clock: () => at,
    archive: null,
    reference,
    rates: handRates,
  });

/** Words that name what is sold or where: with another one it is another listing. */
const nameTest = ({ offers }: SourceRun): ((word: string) => boolean) => {
  const names = offers
    .flatMap(({ provider, upstream, offerId, machineId, gpuRaw, region, zone }) => [
      ...[provider, upstream, offerId, machineId, gpuRaw, region, zone],
    ])
    .filter((name) => name !== null)
    .map((name) => name.toLowerCase());
  return (word) => names.some((name) => name.includes(word.toLowerCase()));
};

/** A key that the venue leaves out to say something, gone from one row: nobody can tell that from its saying so. */
const isOmission = ({ what, path, everywhere }: Drift, omitted: readonly string[]): boolean =>
  what === "rename" && !everywhere && omitted.some((key) => path.endsWith(`.${key}`));
