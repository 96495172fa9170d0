import { believed } from "../src/collect/believed.ts";
import { pullRecord } from "../src/collect/collector.ts";
import { runSource, type SourceRun } from "../src/collect/run-source.ts";
import { listingKey } from "../src/domain/offer.ts";
import { hour } from "../src/domain/time.ts";
import type { Reference } from "../src/reference.ts";
import type { FetchContext, RawPayload, Source } from "../src/sources/source.ts";
import { type Database, rows } from "../src/store/database.ts";
import { openTape } from "../src/store/tape.ts";
import { at, handRates, payloadsOf, readFixture } from "../test/sources/fixture.ts";
import { type Drift, driftsOf } from "./drift.ts";

/** What became of a source's listings under drifts of its answers. */
export interface DriftTally {
  drifts: number;
  /** Drifts under which listings were missing, and were looked at on a tape; drifts of one outcome once. */
  missing: number;
  tapes: number;
  readonly faults: string[];
}

/**
 * Runs drifts of a source's fixture through its parser, the judge, the guard and a real tape on which the whole answer
 * came before: no listing may be delisted by one, and no row may be unaccounted for.
 */
export const proveDrifts = async (
  source: Source,
  reference: Reference,
  pick: (drifts: readonly Drift[]) => readonly Drift[] = (all) => all,
): Promise<DriftTally> => {
  const payloads = payloadsOf(source.id);
  const whole = await runOf(source, payloads, reference);
  const { omitted = [] } = readFixture(source.id);
  const all = driftsOf(payloads, nameTest(whole)).filter((drift) => !isOmission(drift, omitted));
  const tally: DriftTally = { drifts: 0, missing: 0, tapes: 0, faults: [] };
  const tape = await openTape(":memory:", { clock: () => at, describe: () => source });
  let pulls = 0;
  const write = async (run: SourceRun): Promise<void> => {
    const observedAt = at + pulls++ * hour;
    const offers = run.offers.map((offer) => ({ ...offer, observedAt }));
    const tools = { tape, bands: reference.bands, book: tape.book() };
    const taken = await believed({ ...run, observedAt, offers }, tools);
    await tape.write(pullRecord(taken, source, observedAt), taken.offers, {
      ...taken,
      rates: [],
      fleets: [],
      tokens: [],
    });
  };
  const keys = new Set(whole.offers.map(listingKey));
  const outcomes = new Map<string, number>();
  await write(seeing(whole, whole));
  for (const drift of pick(all)) {
    tally.drifts++;
    const run = seeing(await runOf(source, drift.payloads, reference), whole);
    const where = `${drift.what} ${drift.everywhere ? "everywhere" : "once"} ${drift.at}`;
    if (run.note?.includes("accounted for")) tally.faults.push(`${where}: ${run.note}`);
    if (run.status === "failed" || run.status === "empty") continue;
    const shown = new Set(run.offers.map(listingKey));
    const missing = [...keys].filter((key) => !shown.has(key));
    if (missing.length === 0) continue;
    tally.missing++;
    const outcome = JSON.stringify([missing, run.rejects.length, run.blindScopes, run.offers.length]);
    if (!outcomes.has(outcome)) {
      tally.tapes++;
      await write(run);
      outcomes.set(outcome, await delisted(tape.database, keys));
      await write(seeing(whole, whole));
    }
    const gone = outcomes.get(outcome)!;
    if (gone > 0) tally.faults.push(`${where}: ${gone} listings are delisted`);
  }
  await tape.close();
  return tally;
};

/**
 * A fixture is small and a fifth of it odd, which alone would make every pull of it blind; a real answer is large. What
 * the whole answer was blind for does not count either, so that only what the drift itself makes blind protects.
 */
const seeing = (run: SourceRun, whole: SourceRun): SourceRun => {
  if (run.status === "failed" || run.status === "empty") return run;
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

const delisted = async ({ reader }: Database, keys: ReadonlySet<string>): Promise<number> => {
  const gone = await rows(
    reader,
    `select key from listings join (
       select listing_no, arg_max(state, observed_at) as state from ticks group by listing_no
     ) using (listing_no) where state = 'delisted'`,
  );
  return gone.filter(({ key }) => keys.has(key as string)).length;
};

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
